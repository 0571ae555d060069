//! Attacks as iterators of steps.
//!
//! Pull is progress, to stop pulling is to cancel, to collect is the trajectory.
//! Every [`Step`] owns the iterate with its own logits, features and gradient, all from one forward pass,
//! so a measure can never be one step late.

mod ascent;

use crate::error::Result;
use crate::loss::{InputGradient, Objective};
use crate::model::Model;
use crate::noise::Noise;
use ascent::Ascent;
use tch::Tensor;
use valleyscope_shared::field::Norm;
use valleyscope_shared::spec::AttackSpec;

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
    /// `[N, ...]`, pixels in [0, 1].
    pub x: Tensor,
    /// `[N, K]`, detached.
    pub logits: Tensor,
    /// `[N, D]`, detached.
    pub features: Tensor,
    /// The gradient of what the attack climbs, where it was computed.
    pub gradient: Option<InputGradient>,
}

/// The examples that are attacked together.
#[derive(Debug)]
pub struct Batch {
    /// `[N, ...]`, the clean images, in the model's precision and on its device.
    pub x: Tensor,
    /// `[N]`, 64-bit integers: the labels, or the targets of a targeted attack.
    pub labels: Tensor,
    /// The index of each example in its data set, which keys its noise.
    pub indices: Vec<u64>,
    /// Whether to compute the gradient at the last iterate too, which no update needs but the measures show.
    pub last_gradient: bool,
}

/// Passes through the network, counted in examples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passes {
    /// Forward passes.
    pub forward: u64,
    /// Backward passes.
    pub backward: u64,
}

/// An attack in progress.
pub trait Steps {
    /// The next iterate, nothing after the last.
    ///
    /// # Errors
    ///
    /// What LibTorch or the model refuse, and [`crate::error::Error::Detached`].
    fn step(&mut self) -> Result<Option<Step>>;

    /// The passes spent so far.
    fn passes(&self) -> Passes;
}

/// What the laws may expect of an attack.
#[derive(Clone, Copy, Debug)]
pub struct Traits {
    /// Every iterate lies in the ball of radius epsilon.
    pub ball: bool,
    /// The same input gives the same path.
    pub deterministic: bool,
    /// The first k steps do not depend on how many follow.
    pub prefix_stable: bool,
    /// On a linear model it ends at the worst point of the ball.
    pub finds_linear_optimum: bool,
}

/// Begins an attack on a batch.
///
/// # Errors
///
/// What LibTorch refuses.
pub fn start<'a>(
    spec: &AttackSpec,
    model: &'a dyn Model,
    batch: Batch,
    noise: Noise,
) -> Result<Box<dyn Steps + 'a>> {
    let targeted = spec.target().is_some();
    Ok(match spec {
        // FGSM is one step of PGD whose length is the radius.
        AttackSpec::Fgsm(fgsm) => Box::new(Ascent::new(
            model,
            batch,
            Objective {
                loss: fgsm.loss,
                targeted,
                gradient: fgsm.gradient,
            },
            Walk {
                norm: fgsm.norm,
                epsilon: fgsm.epsilon.value(),
                step_size: fgsm.epsilon.value(),
                steps: 1,
                start: None,
            },
        )?),
        AttackSpec::Pgd(pgd) => Box::new(Ascent::new(
            model,
            batch,
            Objective {
                loss: pgd.loss,
                targeted,
                gradient: pgd.gradient,
            },
            Walk {
                norm: pgd.norm,
                epsilon: pgd.epsilon.value(),
                step_size: pgd.step_size.value(),
                steps: pgd.steps,
                start: pgd.random_start.then_some(noise),
            },
        )?),
    })
}

/// What the laws may expect of this attack.
pub fn traits(spec: &AttackSpec) -> Traits {
    match spec {
        AttackSpec::Fgsm(_) | AttackSpec::Pgd(_) => Traits {
            ball: true,
            deterministic: true,
            prefix_stable: true,
            finds_linear_optimum: true,
        },
    }
}

/// How to walk: the ball, the step, and whether to begin at random.
#[derive(Clone, Copy, Debug)]
struct Walk {
    norm: Norm,
    epsilon: f64,
    step_size: f64,
    steps: u32,
    start: Option<Noise>,
}
