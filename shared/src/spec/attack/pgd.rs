//! PGD (Madry et al., arXiv 1706.06083).

use super::{AttackInfo, fields};

/// The largest number of steps of one run.
pub const MOST_STEPS: u64 = 100_000;

pub(super) fn info() -> AttackInfo {
    AttackInfo::new(
        "pgd",
        "Projected gradient ascent: many small steps, each projected back into the ball and the pixel range.",
        vec![
            fields::any_norm(),
            fields::epsilon("8/255"),
            fields::step_size(),
            fields::steps(),
            fields::random_start(false),
            fields::restarts(),
            fields::eot(),
            fields::loss(),
            fields::target(),
            fields::gradient(),
        ],
    )
}
