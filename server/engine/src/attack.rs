//! Attacks as iterators of steps.
//!
//! Pull is progress, to stop pulling is to cancel, to collect is the trajectory.
//! Every [`Step`] owns the iterate with its own logits, features and gradient, all from one forward pass,
//! so a measure can never be one step late.

mod adam;
mod apgd;
mod apgd_t;
mod ascent;
mod autoattack;
mod corruption;
mod cw;
mod ddn;
mod deepfool;
mod fab;
mod fab_t;
mod fgsm;
mod jitter;
mod jpeg;
mod line;
mod look;
mod mi_fgsm;
mod ni_fgsm;
mod noise_path;
mod pgd;
mod pi_fgsm_pp;
mod picture;
mod spsa;
mod square;
mod traits;
mod vni_fgsm;

use crate::error::{Error, Result};
use crate::loss::{InputGradient, Objective};
use crate::model::Model;
use crate::noise::{Noise, Purpose, Stream};
use serde::de::DeserializeOwned;
use tch::Tensor;
pub use traits::{Ascent, Departure, Differentiation, Kind, Traits, Way};
use valleyscope_shared::field::Norm;
use valleyscope_shared::spec::{AttackSpec, Loss};

/// The attacks; one file and one line each.
const ATTACKS: [&Entry; 21] = [
    &fgsm::ENTRY,
    &pgd::ENTRY,
    &mi_fgsm::ENTRY,
    &ni_fgsm::ENTRY,
    &vni_fgsm::ENTRY,
    &pi_fgsm_pp::ENTRY,
    &jitter::ENTRY,
    &apgd::ENTRY,
    &apgd_t::ENTRY,
    &spsa::ENTRY,
    &cw::ENTRY,
    &deepfool::ENTRY,
    &ddn::ENTRY,
    &noise_path::ENTRY,
    &square::ENTRY,
    &fab::ENTRY,
    &fab_t::ENTRY,
    &autoattack::ENTRY,
    &line::ENTRY,
    &corruption::ENTRY,
    &jpeg::ENTRY,
];

/// An attack as the engine knows it.
struct Entry {
    id: &'static str,
    begin: Begin,
    traits: Traits,
}

type Begin = for<'a> fn(&AttackSpec, &'a dyn Model, Batch, Noise) -> Result<Box<dyn Steps + 'a>>;

/// Where on the path a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The clean point.
    Clean,
    /// The random start.
    Start,
    /// After this many updates, from 1.
    Step(u32),
}

/// One iterate: what the attack would return if it were stopped now.
#[derive(Debug)]
pub struct Step {
    /// Where on the path.
    pub place: Place,
    /// The examples that this step is about, by their places in the batch, ascending; an example that left is in no later step.
    /// All tensors below have one row for each of these `N` examples.
    pub rows: Vec<usize>,
    /// `[N, ...]`, pixels in [0, 1].
    pub x: Tensor,
    /// `[N, K]`, detached.
    pub logits: Tensor,
    /// What the last layer takes, detached: see [`crate::model::Forward`].
    pub features: Tensor,
    /// The gradient of what the attack climbs, where it was computed.
    pub gradient: Option<InputGradient>,
}

impl Step {
    /// This step of some of its examples, by their places among its rows.
    ///
    /// # Errors
    ///
    /// What LibTorch refuses.
    pub fn select(&self, places: &[usize]) -> Result<Self> {
        let index: Vec<i64> = places.iter().map(|place| *place as i64).collect();
        let index = Tensor::f_from_slice(&index)?.f_to_device(self.x.device())?;
        let some = |tensor: &Tensor| tensor.f_index_select(0, &index);
        let gradient = self.gradient.as_ref();
        let gradient = gradient
            .map(|gradient| gradient.select(&index))
            .transpose()?;
        Ok(Self {
            place: self.place,
            rows: places.iter().map(|place| self.rows[*place]).collect(),
            x: some(&self.x)?,
            logits: some(&self.logits)?,
            features: some(&self.features)?,
            gradient,
        })
    }
}

/// The examples that are attacked together.
#[derive(Debug)]
pub struct Batch {
    /// `[N, ...]`, the clean images, in the model's precision and on its device.
    pub x: Tensor,
    /// `[N]`, 64-bit integers: the labels, or the targets of a targeted attack.
    pub labels: Tensor,
    /// `[N]`, 64-bit integers: the true labels, also where `labels` are targets.
    pub truth: Tensor,
    /// The index of each example in its data set, which keys its noise.
    pub indices: Vec<u64>,
    /// `[N, ...]`: the image that each example is led to, where a path of [`Way::Towards`] asks for it.
    pub towards: Option<Tensor>,
    /// Whether to compute the gradient at the last iterate too, which no update needs but the measures show.
    pub last_gradient: bool,
}

impl Batch {
    /// How many examples there are.
    fn len(&self) -> usize {
        self.indices.len()
    }

    /// The places of all its examples.
    fn rows(&self) -> Vec<usize> {
        (0..self.len()).collect()
    }

    /// These examples of it.
    fn select(&self, rows: &[usize]) -> Result<Self> {
        let places: Vec<i64> = rows.iter().map(|row| *row as i64).collect();
        let places = Tensor::f_from_slice(&places)?.f_to_device(self.x.device())?;
        Ok(Self {
            x: self.x.f_index_select(0, &places)?,
            labels: self.labels.f_index_select(0, &places)?,
            truth: self.truth.f_index_select(0, &places)?,
            indices: rows.iter().map(|row| self.indices[*row]).collect(),
            towards: (self.towards.as_ref())
                .map(|towards| towards.f_index_select(0, &places))
                .transpose()?,
            last_gradient: self.last_gradient,
        })
    }

    /// How many values one image has.
    fn values(&self) -> usize {
        self.x.numel().checked_div(self.indices.len()).unwrap_or(0)
    }

    /// These values, image after image, as a tensor like the images.
    fn like(&self, values: &[f64]) -> Result<Tensor> {
        Ok(Tensor::f_from_slice(values)?
            .f_view_as(&self.x)?
            .f_to_device(self.x.device())?
            .f_to_kind(self.x.f_kind()?)?)
    }

    /// A stream of noise for each example.
    fn streams(&self, noise: Noise, purpose: Purpose) -> Vec<Stream> {
        let indices = self.indices.iter();
        indices.map(|index| noise.stream(*index, purpose)).collect()
    }
}

/// Passes through the network, counted in examples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passes {
    /// Forward passes.
    pub forward: u64,
    /// Backward passes.
    pub backward: u64,
}

/// A point of a path that nobody reads.
#[derive(Debug)]
pub struct Bare {
    /// Where on the path.
    pub place: Place,
    /// The examples that it is about, as in a [`Step`].
    pub rows: Vec<usize>,
    /// `[N, ...]`, pixels in [0, 1].
    pub x: Tensor,
    /// `[N, K]`, detached, where the attack itself looked at the point.
    pub logits: Option<Tensor>,
}

impl From<Step> for Bare {
    fn from(step: Step) -> Self {
        Self {
            place: step.place,
            rows: step.rows,
            x: step.x,
            logits: Some(step.logits),
        }
    }
}

/// An attack in progress.
pub trait Steps {
    /// The next iterate, nothing after the last.
    ///
    /// # Errors
    ///
    /// What LibTorch or the model refuse, and [`crate::error::Error::Detached`].
    fn step(&mut self) -> Result<Option<Step>>;

    /// The next iterate of the same path, for its image alone: no pass is spent that only a trace would need.
    /// An example whose success is settled may be missing from here on, so that later runs are spent on the others.
    ///
    /// # Errors
    ///
    /// As [`Self::step`].
    fn bare(&mut self) -> Result<Option<Bare>> {
        Ok(self.step()?.map(Bare::from))
    }

    /// What becomes of these rows of the last point is settled: no later point need be about them, and no pass is to be spent on them.
    ///
    /// # Errors
    ///
    /// What LibTorch refuses.
    fn settle(&mut self, _rows: &[usize]) -> Result<()> {
        Ok(())
    }

    /// The passes spent so far.
    fn passes(&self) -> Passes;
}

/// Begins an attack on a batch.
///
/// # Errors
///
/// Parameters that do not fit, and what LibTorch refuses.
pub fn start<'a>(
    spec: &AttackSpec,
    model: &'a dyn Model,
    batch: Batch,
    noise: Noise,
) -> Result<Box<dyn Steps + 'a>> {
    let entry = entry(spec)?;
    // Those that know two norms compute l1 nowhere; the description does not offer it.
    if spec.norm() == Norm::L1 && !["fgsm", "pgd"].contains(&spec.id()) {
        return Err(Error::Attack {
            id: spec.id().to_owned(),
            reason: "norm: linf or l2 is right".to_owned(),
        });
    }
    if let Some((key, reason)) = spec.contradictions().into_iter().next() {
        return Err(Error::Attack {
            id: spec.id().to_owned(),
            reason: format!("{key}: {reason}"),
        });
    }
    (entry.begin)(spec, model, batch, noise)
}

/// What kind of attack this is.
///
/// # Errors
///
/// An attack that the engine does not know.
pub fn traits(spec: &AttackSpec) -> Result<Traits> {
    Ok(entry(spec)?.traits)
}

fn entry(spec: &AttackSpec) -> Result<&'static Entry> {
    let found = ATTACKS.into_iter().find(|entry| entry.id == spec.id());
    found.ok_or_else(|| Error::Attack {
        id: spec.id().to_owned(),
        reason: "there is no such attack".to_owned(),
    })
}

/// The parameters of an attack in its own type.
fn parameters<T: DeserializeOwned>(spec: &AttackSpec) -> Result<T> {
    spec.read().map_err(|error| Error::Attack {
        id: spec.id().to_owned(),
        reason: error.to_string(),
    })
}

/// What the attack climbs: the fields `loss`, `gradient` and `target`, which an attack may lack.
///
/// # Errors
///
/// A loss or gradient that does not exist.
pub fn objective(spec: &AttackSpec) -> Result<Objective> {
    #[derive(serde::Deserialize)]
    #[serde(default)]
    #[derive(Default)]
    struct Parts {
        loss: Option<Loss>,
        gradient: valleyscope_shared::spec::Gradient,
    }
    let Parts { loss, gradient } = parameters(spec)?;
    Ok(Objective {
        loss: loss.unwrap_or(traits(spec)?.loss()),
        targeted: spec.target().is_some(),
        gradient,
    })
}
