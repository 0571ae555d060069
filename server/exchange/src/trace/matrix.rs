//! Linear layers, products of matrices, and attention.

use super::norm::expect;
use super::{Trace, Traced, Value};
use crate::fold::arrange::{Walk, broadcast};
use crate::op::Op;
use crate::size::Size;
use crate::tensor::TensorData;

/// A matrix with its dimensions swapped.
pub(crate) fn transposed(trace: &mut Trace, of: &TensorData) -> Result<TensorData, String> {
    trace.spend(&of.shape, of.dtype.size())?;
    Walk::of(&of.shape).permute(&[1, 0])?.through(of)
}

impl Trace {
    /// `x Wᵀ + b` over the last dimension.
    pub(crate) fn linear(
        &mut self,
        x: &Traced,
        weight: &TensorData,
        bias: Option<&TensorData>,
    ) -> Result<Traced, String> {
        let last = x.rank().checked_sub(1).filter(|last| Some(*last) != x.at());
        let last = last.ok_or_else(|| format!("takes {}", x.words()))?;
        let inputs = x.dims[last].value;
        let outputs = match weight.shape.as_slice() {
            [outputs, own] if *own == inputs => *outputs,
            other => return Err(format!("takes {} by {other:?}", x.words())),
        };
        if let Some(bias) = bias {
            expect(bias, &[outputs])?;
        }
        let op = Op::Linear {
            weight: self.keep(weight),
            bias: bias.map(|bias| self.keep(bias)),
        };
        let mut shape = self.shape(x).to_vec();
        if let Some(size) = shape.last_mut() {
            *size = outputs;
        }
        let step = self.push(op, &[x.step], shape)?;
        Ok(x.with(step, last, outputs))
    }

    /// The product of two values over their last two dimensions.
    pub(crate) fn matmul(&mut self, a: &Value, b: &Value) -> Result<Traced, String> {
        let (a, b) = match (a, b) {
            (Value::Traced(a), Value::Array(b)) if b.shape.len() == 2 => {
                let weight = transposed(self, b)?;
                return self.linear(a, &weight, None);
            }
            (Value::Traced(a), b) => (a.clone(), self.step_of(b, a)?),
            (a, Value::Traced(b)) => (self.step_of(a, b)?, b.clone()),
            _ => return Err("multiplies matrices that depend on no image".to_owned()),
        };
        let mut both = [a, b];
        self.alike(&mut both)?;
        let [a, b] = both;
        let refused = || {
            format!(
                "multiplies {} and {}, which do not fit or mix images",
                a.words(),
                b.words()
            )
        };
        let rank = a.rank();
        let same = rank == b.rank()
            && a.batch() == b.batch()
            && rank >= 2
            && a.at().is_none_or(|at| at < rank - 2);
        if !same || a.dims[rank - 1] != b.dims[rank - 2] {
            return Err(refused());
        }
        let before = |of: &Traced| -> Vec<i64> {
            let sizes = of.dims[..rank - 2].iter();
            sizes.map(|size| size.value).collect()
        };
        let mut dims: Vec<Size> = broadcast(&before(&a), &before(&b))?
            .into_iter()
            .map(Size::plain)
            .collect();
        if let Some(at) = a.at() {
            dims[at] = a.dims[at];
        }
        dims.extend([a.dims[rank - 2], b.dims[rank - 1]]);
        let shape = Traced::image(&dims, a.before);
        let step = self.push(Op::MatMul, &[a.step, b.step], shape)?;
        Ok(Traced {
            step,
            dims,
            before: a.before,
        })
    }

    /// `softmax(scale · Q Kᵀ) V`; the scale is 1/√d where none is said.
    pub(crate) fn attention(
        &mut self,
        values: [&Traced; 3],
        scale: Option<f64>,
    ) -> Result<Traced, String> {
        let mut values = values.map(Clone::clone);
        self.alike(&mut values)?;
        let [query, key, value] = &values;
        let rank = query.rank();
        let refused = || {
            format!(
                "takes {}, {} and {}, which do not fit or mix images",
                query.words(),
                key.words(),
                value.words()
            )
        };
        if rank < 2 || query.at().is_some_and(|at| at >= rank - 2) {
            return Err(refused());
        }
        let fits = |of: &Traced| {
            of.rank() == rank
                && of.before == query.before
                && of.dims[..rank - 2] == query.dims[..rank - 2]
        };
        let matches = fits(key)
            && fits(value)
            && key.dims[rank - 1] == query.dims[rank - 1]
            && key.dims[rank - 2] == value.dims[rank - 2];
        if !matches {
            return Err(refused());
        }
        let width = query.dims[rank - 1].value;
        let scale = scale.unwrap_or(1.0 / (width.max(1) as f64).sqrt());
        let mut dims = query.dims.clone();
        dims[rank - 1] = value.dims[rank - 1];
        let shape = Traced::image(&dims, query.before);
        let inputs = [query.step, key.step, value.step];
        let step = self.push(Op::Attention { scale }, &inputs, shape)?;
        Ok(Traced {
            step,
            dims,
            before: query.before,
        })
    }
}
