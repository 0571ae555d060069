//! MI-FGSM (Dong et al., arXiv 1710.06081).

use super::{AttackInfo, fields};

pub(super) fn info() -> AttackInfo {
    AttackInfo::new(
        "mi_fgsm",
        "Sign steps along a gradient that remembers its former directions, which keeps it from turning at every bump.",
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
