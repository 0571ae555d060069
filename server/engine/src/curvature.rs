//! Curvature of the cross-entropy in the weights of any layer, and in the pixels: flatness beyond the last layer.
//!
//! Everything is per example unless it says otherwise, with the true label, and of the network as its file has it
//! ([`crate::model::library::open_perturbable`]) with batch norms in evaluation mode.
//! Weights alone are looked at: biases act through the logits, as in the closed forms of [`crate::head`].
//!
//! With z the logits, J their derivative in a layer's weights and S = diag(p) − p pᵀ, the Hessian of the loss is
//! `H = Jᵀ S J + Σ_k (p − e_y)_k ∇²z_k`: the Gauss-Newton part, whose trace takes K backward passes ([`classes`](self)) and no random
//! numbers, and a rest that is zero almost everywhere where only piecewise linear operators follow the layer.

mod blocks;
mod change;
mod classes;
mod density;
mod estimate;
mod examples;
mod fisher_rao;
mod gradient;
mod hutch_plus_plus;
mod lanczos;
mod largest;
mod limit;
mod pixels;
mod probe;
mod product;
mod quadratic;
mod relative;
mod scope;
mod sharpness;
mod trace;

pub use blocks::{Needs, Work, needs};
pub use density::{Density, DensitySettings, Spectrum, density};
pub use estimate::Estimate;
pub use examples::Examples;
pub use fisher_rao::{FisherRao, fisher_rao};
pub use gradient::{LayerGradient, gradient_norms};
pub use largest::{Largest, LargestSettings, largest, largest_of_mean};
pub use pixels::{cure, largest_in_pixels};
pub use relative::{RiseSettings, average_rise, worst_rise};
pub use scope::{Progress, Scope, Watch};
pub use sharpness::{Ball, sharpness};
pub use trace::{Estimator, LayerTrace, TraceSettings, trace};

#[cfg(test)]
mod tests;
