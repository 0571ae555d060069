//! Which images a run is about.

use super::fit;
use crate::data::{self, Dataset};
use crate::error::{Error, Result};
use crate::model::Model;
use crate::prediction;
use valleyscope_shared::runner::Cancel;
use valleyscope_shared::spec::RunSpec;
use valleyscope_shared::spec::attack::Target;

/// The selected images in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Selection {
    /// Indices in the data set.
    pub(super) indices: Vec<usize>,
    /// Their labels.
    pub(super) labels: Vec<usize>,
    /// What was left out, in sentences.
    pub(super) notes: Vec<String>,
}

impl Selection {
    /// What `spec.data` asks for: candidates in order, less those of another class, of the target's class,
    /// or (where asked for) that the model gets wrong, until `count` are found.
    pub(super) fn of(
        spec: &RunSpec,
        set: &dyn Dataset,
        model: &dyn Model,
        cancel: &Cancel,
    ) -> Result<Self> {
        let wanted = spec.data.most() as usize;
        let classes = fit::classes(model);
        let candidates: Vec<usize> = match &spec.data.indices {
            Some(indices) => indices.iter().map(|index| *index as usize).collect(),
            None => (spec.data.first.unwrap_or(0) as usize..set.info().count).collect(),
        };
        // Without a filter no more than the first `count` are looked at.
        let filtered = spec.data.class.is_some() || spec.data.only_correct;
        let limit = if filtered {
            candidates.len()
        } else {
            wanted.min(candidates.len())
        };

        let mut selection = Self {
            indices: Vec::new(),
            labels: Vec::new(),
            notes: Vec::new(),
        };
        let (mut at_target, mut wrong, mut unread) = (0, 0, 0);
        for chunk in candidates[..limit].chunks(spec.batch_size.max(1) as usize) {
            if cancel.is_cancelled() {
                return Err(Error::Cancelled);
            }
            let mut rest = Vec::new();
            for index in chunk {
                let label = fit::label(set, *index, classes)?;
                if spec.data.class.is_some_and(|class| class as usize != label) {
                    continue;
                }
                if spec.attack.target() == Some(Target::Class(label as u32)) {
                    at_target += 1;
                    continue;
                }
                rest.push((*index, label));
            }
            let keep = if spec.data.only_correct {
                correct(&rest, set, model)?
            } else {
                vec![Some(true); rest.len()]
            };
            for ((index, label), keep) in rest.into_iter().zip(keep) {
                if selection.indices.len() == wanted {
                    break;
                }
                match keep {
                    Some(true) => {
                        selection.indices.push(index);
                        selection.labels.push(label);
                    }
                    Some(false) => wrong += 1,
                    None => unread += 1,
                }
            }
            if selection.indices.len() == wanted {
                break;
            }
        }
        let mut note = |count: usize, what: &str| {
            if count > 0 {
                selection
                    .notes
                    .push(format!("{count} images left out: {what}"));
            }
        };
        note(at_target, "they are of the target class");
        note(wrong, "the model classifies them wrongly");
        note(
            unread,
            "the model predicts nothing for them, as their logits are not finite",
        );
        if selection.indices.is_empty() {
            let reason = match selection.notes.is_empty() {
                true => "none matches the selection".to_owned(),
                false => selection.notes.join("; "),
            };
            return Err(Error::NothingSelected { reason });
        }
        if filtered
            && selection.indices.len() < wanted
            && spec.data.indices.is_none()
            && spec.data.count.is_some()
        {
            selection.notes.push(format!(
                "{} of the {wanted} images asked for match",
                selection.indices.len()
            ));
        }
        Ok(selection)
    }
}

/// Whether each is classified correctly; nothing where there is no prediction.
fn correct(
    images: &[(usize, usize)],
    set: &dyn Dataset,
    model: &dyn Model,
) -> Result<Vec<Option<bool>>> {
    if images.is_empty() {
        return Ok(Vec::new());
    }
    let _guard = tch::no_grad_guard();
    let indices: Vec<usize> = images.iter().map(|(index, _)| *index).collect();
    let (x, labels) = data::batch(set, &indices, model.device(), model.kind())?;
    let logits = model.forward(&x)?.logits;
    let right = prediction::flags(&prediction::is(&logits, &labels)?)?;
    let wrong = prediction::flags(&prediction::is_not(&logits, &labels)?)?;
    let each = right.into_iter().zip(wrong);
    Ok(each
        .map(|(right, wrong)| (right || wrong).then_some(right))
        .collect())
}
