//! VNI-FGSM (Wang and He, arXiv 2103.15571).

use super::{AttackInfo, fields};
use crate::field::{Field, Kind};

pub(super) fn info() -> AttackInfo {
    AttackInfo::new(
        "vni_fgsm",
        "As NI-FGSM, with the gradient corrected by how much it varied around the last iterate. Each step costs as many further passes as it looks at neighbours.",
        vec![
            fields::epsilon("8/255"),
            fields::step_size(),
            fields::steps(),
            fields::decay(),
            Field::new(
                "neighbours",
                "Neighbours",
                "At how many points around the iterate the gradient is taken to see how it varies.",
                Kind::Integer { min: 1, max: 1000 },
                5,
            ),
            fields::number(
                "beta",
                "Reach β",
                "How far around the iterate the neighbours lie, in units of ε.",
                1.5,
            ),
            fields::loss(),
            fields::target(),
        ],
    )
    .random()
}
