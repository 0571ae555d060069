//! Targeted FAB, as AutoAttack has it: [`super::fab`] towards one class at a time, the likeliest wrong ones by the clean logits.

use super::fab::{Fab, Parameters};
use super::{Batch, Departure, Differentiation, Entry, Steps, Traits, parameters as parameters_of};
use crate::error::{Error, Result};
use crate::model::Model;
use crate::noise::Noise;
use serde::Deserialize;
use valleyscope_shared::spec::{AttackSpec, Loss};

pub(super) const ENTRY: Entry = Entry {
    id: "fab_t",
    begin,
    traits: Traits {
        departure: Departure::AfterSuccess,
        random: true,
        ..Traits::minimum_norm(Differentiation::Elsewhere, Loss::CrossEntropy)
    },
};

#[derive(Deserialize)]
struct Targets {
    target_classes: u32,
}

fn begin<'a>(
    spec: &AttackSpec,
    model: &'a dyn Model,
    batch: Batch,
    noise: Noise,
) -> Result<Box<dyn Steps + 'a>> {
    let parameters: Parameters = parameters_of(spec)?;
    let Targets { target_classes } = parameters_of(spec)?;
    let others = model.head().bias.size1()? - 1;
    if i64::from(target_classes) > others {
        return Err(Error::Attack {
            id: ENTRY.id.to_owned(),
            reason: format!(
                "target_classes is {target_classes}, but a label of this model has {others} other classes"
            ),
        });
    }
    let fab = Fab::new(model, batch, parameters, noise)?;
    Ok(Box::new(fab.towards(target_classes)))
}
