//! Targeted APGD (Croce and Hein, arXiv 2003.01690).

use super::{AttackInfo, apgd, fields};
use crate::field::{Field, Kind};

pub(super) fn info() -> AttackInfo {
    AttackInfo::new(
        "apgd_t",
        "APGD that aims at one wrong class after another, the likeliest on the clean image first. Each class is a whole run.",
        vec![
            fields::norm(),
            fields::epsilon("8/255"),
            apgd::steps(),
            Field::new(
                "target_classes",
                "Target classes",
                "How many wrong classes are aimed at, by their rank on the clean image; at most one less than the model has.",
                Kind::Integer { min: 1, max: 1000 },
                9,
            ),
            apgd::loss("dlr"),
            apgd::rho(),
            apgd::eot(),
            apgd::random_start(),
        ],
    )
}
