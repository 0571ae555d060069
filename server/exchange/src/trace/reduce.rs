//! Means, sums and maxima over dimensions, and the softmax.

use super::{Trace, Traced};
use crate::op::Op;
use crate::size::Size;

/// What many numbers become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reduce {
    Mean,
    Sum,
    Max,
}

impl Trace {
    /// Over these dimensions of the file's; over all but the batch's is not the same as over all.
    pub(crate) fn reduce(
        &mut self,
        by: Reduce,
        x: &Traced,
        axes: &[i64],
        keep: bool,
    ) -> Result<Traced, String> {
        let mut gone = vec![false; x.rank()];
        let mut dims = Vec::new();
        for axis in axes {
            let axis = x.axis(*axis)?;
            let dim = x.dim(axis)?;
            if !std::mem::replace(&mut gone[axis], true) {
                dims.push(dim);
            }
        }
        if dims.is_empty() {
            return Err("works along all dimensions, the batch among them".to_owned());
        }
        dims.sort_unstable();
        let kept = |(axis, size): (usize, &Size)| match (gone[axis], keep) {
            (true, true) => Some(Size::plain(1)),
            (true, false) => None,
            (false, _) => Some(*size),
        };
        let sizes: Vec<Size> = x.dims.iter().enumerate().filter_map(kept).collect();
        let shape = Traced::image(&sizes, x.before);
        let op = match by {
            Reduce::Mean => Op::MeanOver { dims, keep },
            Reduce::Sum => Op::SumOver { dims, keep },
            Reduce::Max => Op::MaxOver { dims, keep },
        };
        let step = self.push(op, &[x.step], shape)?;
        Ok(Traced {
            step,
            dims: sizes,
            before: x.before,
        })
    }

    /// Along one dimension.
    pub(crate) fn softmax(&mut self, x: &Traced, axis: i64) -> Result<Traced, String> {
        let dim = x.dim(x.axis(axis)?)?;
        self.unary(x, Op::Softmax { dim })
    }
}
