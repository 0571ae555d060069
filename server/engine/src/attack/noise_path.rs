//! A straight line to noise: x_t = x_0 + t/T · (z − x_0), with z drawn once for each image, keyed by its index.

use super::ascent::Ascent;
use super::line::{Line, path};
use super::{Batch, Entry, Steps, Traits, Way, parameters};
use crate::error::Result;
use crate::model::Model;
use crate::noise::{Noise, Purpose, Stream};
use serde::Deserialize;
use valleyscope_shared::spec::AttackSpec;

pub(super) const ENTRY: Entry = Entry {
    id: "noise_path",
    begin,
    traits: Traits {
        prefix_stable: false,
        random: true,
        ..Traits::path(Way::Own)
    },
};

#[derive(Deserialize)]
struct Parameters {
    noise: Kind,
    steps: u32,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Gaussian,
    Uniform,
}

impl Kind {
    /// One pixel.
    fn draw(self, stream: &mut Stream) -> f64 {
        match self {
            Self::Gaussian => (0.5 + 0.25 * stream.normal()).clamp(0.0, 1.0),
            Self::Uniform => stream.unit(),
        }
    }
}

fn begin<'a>(
    spec: &AttackSpec,
    model: &'a dyn Model,
    batch: Batch,
    noise: Noise,
) -> Result<Box<dyn Steps + 'a>> {
    let Parameters { noise: kind, steps } = parameters(spec)?;
    let values = batch.values();
    let end: Vec<f64> = (batch.streams(noise, Purpose::NoisePath).iter_mut())
        .flat_map(|stream| (0..values).map(|_| kind.draw(stream)))
        .collect();
    let rule = Line::between(&batch.x, &batch.like(&end)?, steps)?;
    Ascent::begin(model, batch, path(spec, steps)?, rule)
}
