//! Norms: what brings values to one scale.

use super::{Writer, refuse};
use crate::error::Result;
use crate::graph::op::{BatchNorm, GroupNorm, LayerNorm, Op};
use valleyscope_exchange::{self as exchange, Step};

impl Writer<'_> {
    pub(super) fn batch_norm(&mut self, step: &Step, inputs: Vec<usize>) -> Result<usize> {
        let exchange::Op::BatchNorm {
            dim,
            epsilon,
            weight,
            bias,
            mean,
            variance,
        } = &step.op
        else {
            return refuse(step, "is no batch norm");
        };
        let last = *dim > 0;
        if last && dim + 1 != step.shape.len() {
            return refuse(
                step,
                format!(
                    "norms dimension {dim} of {:?}; the first or the last is known",
                    step.shape
                ),
            );
        }
        let channels = step.shape.get(*dim).copied().unwrap_or(0);
        let norm = BatchNorm {
            epsilon: *epsilon,
            last,
        };
        let place = self.put(&step.name, Op::BatchNorm(norm), inputs);
        self.or_same(step, "weight", weight.as_ref(), 1.0, &[channels])?;
        self.or_same(step, "bias", bias.as_ref(), 0.0, &[channels])?;
        self.tensor(step, "running_mean", mean)?;
        self.tensor(step, "running_var", variance)?;
        Ok(place)
    }

    pub(super) fn layer_norm(&mut self, step: &Step, inputs: Vec<usize>) -> Result<usize> {
        let exchange::Op::LayerNorm {
            dims,
            epsilon,
            weight,
            bias,
        } = &step.op
        else {
            return refuse(step, "is no layer norm");
        };
        if *dims != 1 {
            return refuse(
                step,
                format!("norms {dims} dimensions together; the last alone is known"),
            );
        }
        let width = step.shape.last().copied().unwrap_or(0);
        let place = self.put(
            &step.name,
            Op::LayerNorm(LayerNorm { epsilon: *epsilon }),
            inputs,
        );
        self.or_same(step, "weight", weight.as_ref(), 1.0, &[width])?;
        self.or_same(step, "bias", bias.as_ref(), 0.0, &[width])?;
        Ok(place)
    }

    pub(super) fn group_norm(&mut self, step: &Step, inputs: Vec<usize>) -> Result<usize> {
        let exchange::Op::GroupNorm {
            groups,
            epsilon,
            weight,
            bias,
        } = &step.op
        else {
            return refuse(step, "is no group norm");
        };
        let channels = step.shape.first().copied().unwrap_or(0);
        let norm = GroupNorm {
            groups: *groups,
            epsilon: *epsilon,
        };
        let place = self.put(&step.name, Op::GroupNorm(norm), inputs);
        self.or_same(step, "weight", weight.as_ref(), 1.0, &[channels])?;
        self.or_same(step, "bias", bias.as_ref(), 0.0, &[channels])?;
        Ok(place)
    }
}
