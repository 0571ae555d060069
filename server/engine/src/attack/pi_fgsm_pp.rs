//! PI-FGSM++ (Gao et al., arXiv 2012.15503): large steps whose overshoot beyond the ball is handed to the neighbouring pixels.
//!
//! With the step s = amplification · ε / T and the smoothed gradient n = G ∗ ∇:
//! a ← a + s · sign(n), c = sign(a) · max(|a| − ε, 0), x ← Π(x + s · sign(n) + factor · s · sign(P ∗ c)),
//! where G is a 3x3 Gaussian and P spreads evenly over the eight neighbours.
//! torchattacks 3.5.1 swaps the axes of its Gaussian with those of the channels, which leaves the mean of three
//! pixels in a row; the kernel can be had both ways.

use super::ascent::{Ascent, Here, Rule, Walk};
use super::{Batch, Entry, Steps, Traits, objective, parameters, traits};
use crate::ball;
use crate::error::{Error, Result};
use crate::model::Model;
use crate::noise::Noise;
use serde::Deserialize;
use tch::Tensor;
use valleyscope_shared::amount::Amount;
use valleyscope_shared::field::Norm;
use valleyscope_shared::spec::AttackSpec;

pub(super) const ENTRY: Entry = Entry {
    id: "pi_fgsm_pp",
    begin,
    traits: Traits {
        // The step is the radius divided by the number of steps.
        prefix_stable: false,
        // Smoothing turns the gradient.
        ..Traits::ASCENT.ascending(traits::Ascent::TURNED)
    },
};

#[derive(Deserialize)]
struct Parameters {
    epsilon: Amount,
    steps: u32,
    amplification: f64,
    project_factor: f64,
    kernel: Kernel,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kernel {
    Gaussian,
    Torchattacks,
}

impl Kernel {
    /// From the normal density at −3, 0 and 3: its outer product, or it down the columns and constant along the rows.
    fn weights(self) -> [f64; 9] {
        let density = [-3.0_f64, 0.0, 3.0].map(|x| (-0.5 * x * x).exp());
        let along = match self {
            Self::Gaussian => density,
            Self::Torchattacks => [1.0; 3],
        };
        // The sign that follows sees no common factor.
        std::array::from_fn(|place| density[place / 3] * along[place % 3])
    }
}

fn begin<'a>(
    spec: &AttackSpec,
    model: &'a dyn Model,
    batch: Batch,
    _noise: Noise,
) -> Result<Box<dyn Steps + 'a>> {
    let parameters: Parameters = parameters(spec)?;
    let epsilon = parameters.epsilon.value();
    let walk = Walk {
        objective: objective(spec)?,
        norm: Norm::Linf,
        epsilon,
        steps: parameters.steps,
        start: None,
    };
    let rule = PatchWise {
        epsilon,
        step: epsilon / f64::from(parameters.steps.max(1)) * parameters.amplification,
        factor: parameters.project_factor,
        kernel: parameters.kernel,
        amplified: None,
    };
    Ascent::begin(model, batch, walk, rule)
}

struct PatchWise {
    epsilon: f64,
    step: f64,
    factor: f64,
    kernel: Kernel,
    amplified: Option<Tensor>,
}

impl Rule for PatchWise {
    fn next(&mut self, here: Here<'_>) -> Result<Tensor> {
        let gradient = &here.gradient.ok_or(Error::Detached)?.direction;
        let direction = filtered(gradient, &self.kernel.weights())?.f_sign()?;
        let own = direction.f_mul_scalar(self.step)?;
        let amplified = match &self.amplified {
            Some(before) => before.f_add(&own)?,
            None => own.shallow_clone(),
        };
        let beyond = amplified
            .f_abs()?
            .f_sub_scalar(self.epsilon)?
            .f_clamp_min(0.0)?
            .f_mul(&amplified.f_sign()?)?;
        let spread = filtered(&beyond, &NEIGHBOURS)?.f_sign()?;
        let spread = spread.f_mul_scalar(self.factor * self.step)?;
        self.amplified = Some(amplified);
        let moved = here.x.f_add(&own)?.f_add(&spread)?;
        ball::project(Norm::Linf, &moved, &here.batch.x, self.epsilon)
    }
}

/// An eighth to each neighbour, nothing to the pixel itself.
const NEIGHBOURS: [f64; 9] = {
    const E: f64 = 1.0 / 8.0;
    [E, E, E, E, 0.0, E, E, E, E]
};

/// Each channel of `[N, C, H, W]` filtered by itself with a 3x3 kernel, zeros beyond the edge.
fn filtered(x: &Tensor, kernel: &[f64; 9]) -> Result<Tensor> {
    let size = x.size();
    let [_, channels, _, _] = size[..] else {
        return Err(Error::Shape {
            what: "the input of PI-FGSM++",
            got: size,
            expected: "images [N, C, H, W]".to_owned(),
        });
    };
    let kernel = Tensor::f_from_slice(kernel)?
        .f_view([1, 1, 3, 3])?
        .f_to_kind(x.f_kind()?)?
        .f_to_device(x.device())?
        .f_repeat([channels, 1, 1, 1])?;
    Ok(x.f_conv2d(&kernel, None::<Tensor>, [1, 1], [1, 1], [1, 1], channels)?)
}
