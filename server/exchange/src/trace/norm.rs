//! Batch norm, layer norm and group norm.

use super::{Trace, Traced};
use crate::op::Op;
use crate::tensor::TensorData;

/// Scale and shift after a normalisation.
pub(crate) type Affine<'a> = [Option<&'a TensorData>; 2];

impl Trace {
    /// Of the channels, which are the dimension after the batch.
    pub(crate) fn batch_norm(
        &mut self,
        x: &Traced,
        [weight, bias]: Affine<'_>,
        [mean, variance]: [&TensorData; 2],
        epsilon: f64,
    ) -> Result<Traced, String> {
        let x = &self.tight(x)?;
        if !x.is_plain() || x.rank() < 2 {
            return Err(format!("takes {}", x.words()));
        }
        let channels = x.dims[1].value;
        let all = [weight, bias, Some(mean), Some(variance)];
        for tensor in all.into_iter().flatten() {
            expect(tensor, &[channels])?;
        }
        check(epsilon)?;
        let op = Op::BatchNorm {
            dim: 0,
            epsilon,
            weight: weight.map(|tensor| self.keep(tensor)),
            bias: bias.map(|tensor| self.keep(tensor)),
            mean: self.keep(mean),
            variance: self.keep(variance),
        };
        self.unary(x, op)
    }

    /// Over the last `many` dimensions.
    pub(crate) fn layer_norm(
        &mut self,
        x: &Traced,
        many: usize,
        [weight, bias]: Affine<'_>,
        epsilon: f64,
    ) -> Result<Traced, String> {
        if many == 0 || many > x.rank() || x.at().is_some_and(|at| at >= x.rank() - many) {
            return Err(format!("takes the last {many} dimensions of {}", x.words()));
        }
        let shape = self.shape(x);
        let last = shape[shape.len() - many..].to_vec();
        for tensor in [weight, bias].into_iter().flatten() {
            expect(tensor, &last)?;
        }
        check(epsilon)?;
        let op = Op::LayerNorm {
            dims: many,
            epsilon,
            weight: weight.map(|tensor| self.keep(tensor)),
            bias: bias.map(|tensor| self.keep(tensor)),
        };
        self.unary(x, op)
    }

    /// Over groups of channels.
    pub(crate) fn group_norm(
        &mut self,
        x: &Traced,
        groups: i64,
        [weight, bias]: Affine<'_>,
        epsilon: f64,
    ) -> Result<Traced, String> {
        let x = &self.tight(x)?;
        if !x.is_plain() || x.rank() < 3 {
            return Err(format!("takes {}", x.words()));
        }
        let channels = x.dims[1].value;
        if groups < 1 || channels % groups != 0 {
            return Err(format!("parts {channels} channels into {groups} groups"));
        }
        for tensor in [weight, bias].into_iter().flatten() {
            expect(tensor, &[channels])?;
        }
        check(epsilon)?;
        let op = Op::GroupNorm {
            groups,
            epsilon,
            weight: weight.map(|tensor| self.keep(tensor)),
            bias: bias.map(|tensor| self.keep(tensor)),
        };
        self.unary(x, op)
    }
}

pub(super) fn expect(tensor: &TensorData, shape: &[i64]) -> Result<(), String> {
    match tensor.shape == shape {
        true => Ok(()),
        false => Err(format!(
            "takes {} of {:?}, which should be {shape:?}",
            tensor.name, tensor.shape
        )),
    }
}

fn check(epsilon: f64) -> Result<(), String> {
    match (0.0..1.0).contains(&epsilon) {
        true => Ok(()),
        false => Err(format!("adds {epsilon} to a variance")),
    }
}
