//! NI-FGSM (Lin et al., arXiv 1908.06281).

use super::{AttackInfo, fields};

pub(super) fn info() -> AttackInfo {
    AttackInfo::new(
        "ni_fgsm",
        "As MI-FGSM, with the gradient taken where the momentum leads rather than at the iterate.",
        vec![
            fields::epsilon("8/255"),
            fields::step_size(),
            fields::steps(),
            fields::decay(),
            fields::loss(),
            fields::target(),
            fields::gradient(),
        ],
    )
}
