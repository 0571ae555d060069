//! Targeted APGD (Croce and Hein, arXiv 2003.01690): a run of APGD towards each of the likeliest wrong classes,
//! by their rank at the clean image.

use super::apgd::{Apgd, Parameters, TRAITS};
use super::{Ascent, Batch, Entry, Steps, parameters};
use crate::error::Result;
use crate::model::Model;
use crate::noise::Noise;
use serde::Deserialize;
use valleyscope_shared::spec::AttackSpec;

pub(super) const ENTRY: Entry = Entry {
    id: "apgd_t",
    begin,
    // The last run leads to an unlikely class, not away from the label.
    traits: TRAITS.ascending(Ascent::TURNED),
};

#[derive(Deserialize)]
struct Own {
    target_classes: u32,
}

fn begin<'a>(
    spec: &AttackSpec,
    model: &'a dyn Model,
    batch: Batch,
    noise: Noise,
) -> Result<Box<dyn Steps + 'a>> {
    let Own { target_classes } = parameters(spec)?;
    let parameters = Parameters {
        runs: target_classes.max(1),
        ranked: true,
        ..Parameters::of(spec)?
    };
    Ok(Box::new(Apgd::begin(model, batch, parameters, noise)?))
}
