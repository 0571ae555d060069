//! Which class a targeted attack leads each example to.

use super::fit;
use super::select::Selection;
use crate::data::{self, Dataset};
use crate::error::{Error, Result};
use crate::measure::to_vec;
use crate::model::Model;
use crate::noise::{Noise, Purpose};
use crate::prediction;
use valleyscope_shared::runner::Cancel;
use valleyscope_shared::spec::RunSpec;
use valleyscope_shared::spec::attack::Target;

/// The target of every selected example; none for an untargeted attack.
///
/// Where it depends on the clean logits, one forward pass per example is made here and counts as no attack's.
pub(super) fn targets(
    spec: &RunSpec,
    selection: &Selection,
    set: &dyn Dataset,
    model: &dyn Model,
    cancel: &Cancel,
) -> Result<Vec<Option<u32>>> {
    let count = selection.indices.len();
    let Some(target) = spec.attack.target() else {
        return Ok(vec![None; count]);
    };
    if let Target::Class(class) = target {
        fit::target(class, fit::classes(model))?;
        return Ok(vec![Some(class); count]);
    }
    let _guard = tch::no_grad_guard();
    let seed = spec.seed.list().first().copied().unwrap_or(0);
    let mut targets = Vec::with_capacity(count);
    let size = spec.batch_size.max(1) as usize;
    for (indices, labels) in (selection.indices.chunks(size)).zip(selection.labels.chunks(size)) {
        if cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let (x, _) = data::batch(set, indices, model.device(), model.kind())?;
        let logits = to_vec(&model.forward(&x)?.logits)?;
        let classes = logits.len() / indices.len().max(1);
        for ((index, label), logits) in indices.iter().zip(labels).zip(logits.chunks(classes)) {
            let noise = Noise::new(seed);
            let mut stream = noise.stream(*index as u64, Purpose::Target);
            targets.push(choose(target, logits, *label, stream.unit()));
        }
    }
    Ok(targets)
}

/// One of the classes other than the label; `draw` is uniform in [0, 1).
fn choose(target: Target, logits: &[f64], label: usize, draw: f64) -> Option<u32> {
    let mut others: Vec<usize> = (0..logits.len()).filter(|class| *class != label).collect();
    // Where a logit is not finite no class is more likely than another.
    let ranked = prediction::of(logits).is_some();
    let place = match target {
        Target::Class(class) => return Some(class),
        Target::Random => ((draw * others.len() as f64) as usize).min(others.len().checked_sub(1)?),
        Target::RunnerUp | Target::LeastLikely => {
            // Of equal logits the class with the smaller number counts as the more likely.
            if ranked {
                others.sort_by(|a, b| logits[*b].total_cmp(&logits[*a]));
            }
            match target {
                Target::RunnerUp => 0,
                _ => others.len().checked_sub(1)?,
            }
        }
    };
    others.get(place).map(|class| *class as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_is_never_the_label() {
        let logits = [5.0, 1.0, 3.0, -2.0];
        let of = |target, label| choose(target, &logits, label, 0.0);
        assert_eq!(of(Target::RunnerUp, 0), Some(2));
        assert_eq!(of(Target::RunnerUp, 2), Some(0));
        assert_eq!(of(Target::LeastLikely, 0), Some(3));
        assert_eq!(of(Target::LeastLikely, 3), Some(1));
        for (draw, class) in [(0.0, 0), (0.34, 1), (0.999_999, 3)] {
            assert_eq!(choose(Target::Random, &logits, 2, draw), Some(class));
        }
    }

    #[test]
    fn an_overflowing_image_has_a_target_too_and_always_the_same() {
        for (nan, last) in [
            (f64::NAN, 2.0),
            (-f64::NAN, f64::INFINITY),
            (3.0, -f64::NAN),
        ] {
            let logits = [0.0, nan, last, f64::NEG_INFINITY];
            assert_eq!(choose(Target::RunnerUp, &logits, 0, 0.0), Some(1));
            assert_eq!(choose(Target::LeastLikely, &logits, 0, 0.0), Some(3));
        }
    }
}
