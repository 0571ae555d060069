//! Orders of dimensions that undo each other.

use super::Trace;
use crate::fold::arrange::{Walk, reshape};
use crate::op::Op;

impl Trace {
    /// A step's value with its dimensions in another order.
    ///
    /// Files of TensorFlow put one order at their beginning and another one behind a few steps; the two meet here.
    pub(super) fn ordered(&mut self, step: usize, dims: &[usize]) -> Result<usize, String> {
        if dims.iter().copied().eq(0..dims.len()) {
            return Ok(step);
        }
        let before = &self.steps[step];
        let shape: Vec<i64> = dims.iter().map(|dim| before.shape[*dim]).collect();
        let inputs = before.inputs.clone();
        match (&before.op, inputs.as_slice()) {
            (Op::Permute { dims: first }, [input]) => {
                let both: Vec<usize> = dims.iter().map(|dim| first[*dim]).collect();
                return self.ordered_once(*input, &both, shape);
            }
            (Op::Pad { sides, mode }, [input]) => {
                if let Some((root, both)) = self.undone(*input, dims) {
                    let sides = dims.iter().map(|dim| sides[*dim]).collect();
                    let op = Op::Pad { sides, mode: *mode };
                    let input = self.ordered_once(root, &both, Vec::new())?;
                    return self.push(op, &[input], shape);
                }
            }
            (
                op @ (Op::AddScalar { .. } | Op::MulScalar { .. } | Op::DivScalar { .. }),
                [input],
            ) => {
                let op = op.clone();
                if let Some((root, both)) = self.undone(*input, dims) {
                    let input = self.ordered_once(root, &both, Vec::new())?;
                    return self.push(op, &[input], shape);
                }
            }
            (op @ (Op::Add | Op::Sub | Op::Mul | Op::Div), [input, constant]) => {
                let op = op.clone();
                if let (Some((root, both)), Op::Constant { tensor }) =
                    (self.undone(*input, dims), &self.steps[*constant].op)
                {
                    // All of its dimensions are there, so that they can be put in order.
                    let tensor = self.tensors.get(tensor).cloned();
                    let tensor = tensor.ok_or("takes a constant that is not there")?;
                    let own = &self.steps[*constant].shape;
                    let mut full = vec![1; dims.len().saturating_sub(own.len())];
                    full.extend_from_slice(own);
                    let tensor = reshape(&tensor, &full)?;
                    self.spend(&full, tensor.dtype.size())?;
                    let tensor = Walk::of(&full).permute(dims)?.through(&tensor)?;
                    let constant = self.constant(&tensor)?;
                    let input = self.ordered_once(root, &both, Vec::new())?;
                    return self.push(op, &[input, constant], shape);
                }
            }
            _ => {}
        }
        self.ordered_once(step, dims, shape)
    }

    /// Where a step only orders dimensions, which `dims` behind it undoes: what it orders, and both orders in one.
    fn undone(&self, step: usize, dims: &[usize]) -> Option<(usize, Vec<usize>)> {
        match (&self.steps[step].op, self.steps[step].inputs.as_slice()) {
            (Op::Permute { dims: first }, [input]) => {
                let both: Option<Vec<usize>> =
                    dims.iter().map(|dim| first.get(*dim).copied()).collect();
                let both = both.filter(|both| both.iter().copied().eq(0..both.len()));
                Some((*input, both?))
            }
            _ => None,
        }
    }

    fn ordered_once(
        &mut self,
        step: usize,
        dims: &[usize],
        shape: Vec<i64>,
    ) -> Result<usize, String> {
        match dims.iter().copied().eq(0..dims.len()) {
            true => Ok(step),
            false => self.push(
                Op::Permute {
                    dims: dims.to_vec(),
                },
                &[step],
                shape,
            ),
        }
    }
}
