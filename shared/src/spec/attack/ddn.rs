//! DDN (Rony et al., arXiv 1811.09600).

use super::{AttackInfo, fields};
use crate::field::{Field, Kind};

pub(super) fn info() -> AttackInfo {
    AttackInfo::new(
        "ddn",
        "Looks for the smallest L2 change: direction and length are kept apart, and the length shrinks after each success and grows after each failure.",
        vec![
            fields::steps_by(100),
            Field::new(
                "gamma",
                "Rate γ",
                "By what share the length grows or shrinks in one step.",
                Kind::Number {
                    min: 1e-6,
                    max: 0.999,
                },
                0.05,
            ),
            Field::new(
                "initial_epsilon",
                "First length",
                "The L2 length from which the search begins, in pixel units.",
                Kind::Length {
                    min: 0.0,
                    above: true,
                },
                1.0,
            ),
            fields::target(),
            fields::gradient(),
        ],
    )
}
