//! A last layer that scores every pixel and takes the mean of what is positive.

use super::{Lipschitz, Operator, Parameter, Shape, Work, only, picture, spectral};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

/// `z_k = 1/P Σ_p max(w_k · y_p + b_k, 0)` over the `P` pixels of a picture `[D, H, W]`, weight `[out, D, 1, 1]`, bias `[out]`.
///
/// It gives the logits of SqueezeNet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RectifiedScores {
    /// How many classes it tells apart.
    pub out: i64,
}

impl Operator for RectifiedScores {
    fn kind(&self) -> &'static str {
        "rectified_scores"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        picture(only(inputs)?)?;
        Ok(vec![self.out])
    }

    fn parameters(&self, inputs: &[&[i64]]) -> Vec<Parameter> {
        let channels = inputs.first().and_then(|input| input.first()).copied();
        let weight = [self.out, channels.unwrap_or(0), 1, 1];
        vec![
            Parameter::learned("weight", &weight),
            Parameter::learned("bias", &[self.out]),
        ]
    }

    fn forward(&self, inputs: &[&Tensor], tensors: &[Tensor]) -> Result<Tensor> {
        let scores = inputs[0].f_conv2d(&tensors[0], tensors.get(1), [1], [0], [1], 1)?;
        let positive = { scores }.f_relu_()?;
        Ok(positive.f_mean_dim([2i64, 3].as_slice(), false, None::<Kind>)?)
    }

    fn work(&self, inputs: &[&[i64]], _: &[i64]) -> Work {
        match inputs.first() {
            Some([channels, height, width]) => Work::of(height * width, *channels, self.out),
            _ => Work::default(),
        }
    }

    /// The largest singular value of the weight over √P, as of a linear layer behind the mean: the rectifier takes nothing further apart.
    fn lipschitz(&self, shapes: &[&[i64]], tensors: &[Tensor]) -> Result<Lipschitz> {
        let sides = shapes.iter().flat_map(|shape| shape.iter().skip(1));
        let pixels: i64 = sides.product();
        let weight = tensors[0].f_flatten(1, -1)?;
        let bound = spectral::of_matrix(&weight)? / (pixels.max(1) as f64).sqrt();
        Ok(Lipschitz::of(bound))
    }
}
