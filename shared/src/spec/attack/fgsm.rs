//! FGSM (Goodfellow, Shlens and Szegedy, arXiv 1412.6572).

use super::{AttackInfo, fields};

pub(super) fn info() -> AttackInfo {
    AttackInfo::new(
        "fgsm",
        "One step of length ε along the steepest direction of the loss.",
        vec![
            fields::any_norm(),
            fields::epsilon("8/255"),
            fields::loss(),
            fields::target(),
            fields::gradient(),
        ],
    )
}
