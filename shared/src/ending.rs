//! How an example came out of an attack: its last and its best iterate, and what they cost.

use crate::field::Norm;
use crate::statistic::{Quartiles, Rate};
use serde::{Deserialize, Serialize};

/// How one example of one pass ended.
///
/// A success is a prediction other than the label, or, of a targeted attack, the target;
/// of an attack that looks for the smallest perturbation and has an epsilon, only within it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Ending {
    /// The first step that is a success, among all steps, recorded or not.
    pub first_success: Option<u32>,
    /// The step of the last iterate.
    pub last_step: u32,
    /// Whether the last iterate is a success.
    pub last_success: bool,
    /// Whether the last iterate is still a success after rounding its pixels to 8 bits, as an image file does; absent where it is none.
    pub last_survives: Option<bool>,
    /// The step of the best iterate: of the successes the one with the highest loss (the smallest norm, for attacks that look for it);
    /// without a success the one with the highest loss.
    pub best_step: u32,
    /// Whether the best iterate is a success.
    pub best_success: bool,
    /// Whether the best iterate is still a success after rounding its pixels to 8 bits; absent where it is none.
    pub best_survives: Option<bool>,
    /// How many values the best iterate changes, by more than 1e-6.
    pub l0: f64,
    /// The sum of its changes.
    pub l1: f64,
    /// Their Euclidean length.
    pub l2: f64,
    /// The largest of them.
    pub linf: f64,
    /// Forward passes spent on this example.
    pub forward: u64,
    /// Backward passes spent on it.
    pub backward: u64,
    /// Forward and backward passes until the first success.
    pub passes_to_success: Option<u64>,
    /// The first step without a prediction, because a logit was infinite or not a number, among all steps, recorded or not;
    /// where successes count within an epsilon only, within it. Such a step is neither right nor a success.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub not_finite: Option<u32>,
}

impl Ending {
    /// Whether any iterate is a success.
    pub fn success(&self) -> bool {
        self.first_success.is_some()
    }

    /// How large the best iterate's change is in this norm.
    pub fn size(&self, norm: Norm) -> f64 {
        match norm {
            Norm::Linf => self.linf,
            Norm::L2 => self.l2,
            Norm::L1 => self.l1,
        }
    }
}

/// How the examples of one pass ended, of those right at the clean point.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Endings {
    /// Those with a success at some step.
    pub success: Rate,
    /// Those whose last iterate is a success.
    pub last_success: Rate,
    /// Of the successful last iterates, those that survive rounding to 8 bits.
    pub last_survives: Rate,
    /// Of the successful best iterates, those that survive rounding to 8 bits.
    pub best_survives: Rate,
    /// Those without a success of which some step has no prediction, because a logit was not finite: not broken, and not robust either.
    #[serde(default)]
    pub not_finite: usize,
    /// ℓ0 size of the best iterates that are successes.
    pub l0: Quartiles,
    /// Their ℓ1 size.
    pub l1: Quartiles,
    /// Their ℓ2 size.
    pub l2: Quartiles,
    /// Their ℓ∞ size.
    pub linf: Quartiles,
    /// Forward passes in all.
    pub forward: u64,
    /// Backward passes in all.
    pub backward: u64,
    /// Forward and backward passes until the first success, of those that have one.
    pub passes_to_success: Quartiles,
    /// Of an attack that looks for the smallest perturbation: sizes in its norm, rising,
    /// and how many of the examples are broken by a best iterate of at most that size.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reach: Vec<(f64, usize)>,
}

/// The most sizes in [`Endings::reach`].
const MOST_SIZES: usize = 64;

/// At most [`MOST_SIZES`] of these sizes with how many are at most that large.
fn reach(mut sizes: Vec<f64>) -> Vec<(f64, usize)> {
    sizes.sort_unstable_by(f64::total_cmp);
    let every = sizes.len().div_ceil(MOST_SIZES).max(1);
    let last = sizes.len().checked_sub(1);
    let counted = sizes.into_iter().enumerate();
    counted
        .filter(|(i, _)| (i + 1) % every == 0 || Some(*i) == last)
        .map(|(i, size)| (size, i + 1))
        .collect()
}

impl Endings {
    /// Of these examples; nothing where none has ended.
    /// `smallest` is the norm that the attack makes small, if it does.
    pub fn of<'a>(
        endings: impl IntoIterator<Item = &'a Ending>,
        smallest: Option<Norm>,
    ) -> Option<Self> {
        let all: Vec<&Ending> = endings.into_iter().collect();
        if all.is_empty() {
            return None;
        }
        let rate = |property: fn(&Ending) -> bool| {
            Rate::of(
                all.iter().filter(|ending| property(ending)).count(),
                all.len(),
            )
        };
        let survives = |property: fn(&Ending) -> Option<bool>| {
            let tried: Vec<bool> = all.iter().filter_map(|ending| property(ending)).collect();
            Rate::of(
                tried.iter().filter(|survives| **survives).count(),
                tried.len(),
            )
        };
        let best = || all.iter().filter(|ending| ending.best_success);
        let size = |norm: fn(&Ending) -> f64| Quartiles::of(best().map(|ending| norm(ending)));
        let in_norm = |norm: Norm| reach(best().map(|ending| ending.size(norm)).collect());
        Some(Self {
            reach: smallest.map(in_norm).unwrap_or_default(),
            success: rate(Ending::success),
            last_success: rate(|ending| ending.last_success),
            last_survives: survives(|ending| ending.last_survives),
            best_survives: survives(|ending| ending.best_survives),
            not_finite: (all.iter())
                .filter(|ending| !ending.success() && ending.not_finite.is_some())
                .count(),
            l0: size(|ending| ending.l0),
            l1: size(|ending| ending.l1),
            l2: size(|ending| ending.l2),
            linf: size(|ending| ending.linf),
            forward: all.iter().map(|ending| ending.forward).sum(),
            backward: all.iter().map(|ending| ending.backward).sum(),
            passes_to_success: Quartiles::of(
                all.iter()
                    .filter_map(|ending| ending.passes_to_success)
                    .map(|passes| passes as f64),
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_survives_is_counted_among_successes() {
        let ending = |success: bool, survives: Option<bool>| Ending {
            first_success: success.then_some(2),
            best_success: success,
            best_survives: survives,
            linf: 0.5,
            forward: 3,
            backward: 2,
            passes_to_success: success.then_some(4),
            ..Ending::default()
        };
        let all = [
            ending(true, Some(true)),
            ending(true, Some(false)),
            ending(false, None),
        ];
        let endings = Endings::of(&all, Some(Norm::Linf)).unwrap();
        assert_eq!((endings.success.hits, endings.success.n), (2, 3));
        assert_eq!(
            (endings.best_survives.hits, endings.best_survives.n),
            (1, 2)
        );
        assert_eq!((endings.linf.n, endings.passes_to_success.n), (2, 2));
        assert_eq!(endings.reach, [(0.5, 1), (0.5, 2)]);
        assert_eq!((endings.forward, endings.backward), (9, 6));
        assert_eq!(Endings::of(&[], None), None);
    }
}
