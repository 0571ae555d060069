//! Parts of values, values behind each other, and other orders of dimensions.

use super::{Trace, Traced, Value};
use crate::fold::arrange::joined;
use crate::op::{Op, PadMode};
use crate::size::{Size, Whole};

impl Trace {
    /// Dimension `i` of the result is dimension `order[i]`.
    pub(crate) fn permute(&mut self, x: &Traced, order: &[usize]) -> Result<Traced, String> {
        let mut sorted = order.to_vec();
        sorted.sort_unstable();
        if !sorted.iter().copied().eq(0..x.rank()) {
            return Err(format!("orders {} by {order:?}", x.words()));
        }
        let dims: Vec<usize> = order.iter().flat_map(|axis| x.own(*axis)).collect();
        let step = self.ordered(x.step, &dims)?;
        Ok(Traced {
            step,
            dims: order.iter().map(|axis| x.dims[*axis]).collect(),
            before: x.before,
        })
    }

    /// Every `by`-th of a dimension from `start` to before `end`.
    pub(crate) fn slice(
        &mut self,
        x: &Traced,
        axis: i64,
        [start, end, by]: [i64; 3],
    ) -> Result<Traced, String> {
        let axis = x.axis(axis)?;
        if Some(axis) == x.at() {
            // A file may say that it keeps all images.
            return match start == 0 && end >= 1 << 30 && by == 1 {
                true => Ok(x.clone()),
                false => Err("keeps some images and not others".to_owned()),
            };
        }
        let size = x.dims[axis].value;
        let Some((start, end, many)) = kept(size, [start, end, by]).filter(|kept| kept.2 > 0)
        else {
            return Err(format!(
                "keeps {start} to {end} by {by} of {size}, which is nothing or backwards"
            ));
        };
        if many == size {
            return Ok(x.clone());
        }
        let dim = x.dim(axis)?;
        let mut shape = self.shape(x).to_vec();
        shape[dim] = many;
        let op = Op::Slice {
            dim,
            start,
            end,
            step: by,
        };
        let step = self.push(op, &[x.step], shape)?;
        Ok(x.with(step, axis, many))
    }

    /// One place of a dimension, which is gone then.
    pub(crate) fn select(&mut self, x: &Traced, axis: i64, index: i64) -> Result<Traced, String> {
        let axis = x.axis(axis)?;
        let dim = x.dim(axis)?;
        let index = super::value::from_end(index, x.dims[axis].value as usize)?;
        let mut shape = self.shape(x).to_vec();
        shape.remove(dim);
        let op = Op::Select {
            dim,
            index: index as i64,
        };
        let step = self.push(op, &[x.step], shape)?;
        let mut dims = x.dims.clone();
        dims.remove(axis);
        Ok(Traced {
            step,
            dims,
            before: x.before,
        })
    }

    /// These places of a dimension.
    pub(crate) fn gather(
        &mut self,
        x: &Traced,
        axis: i64,
        indices: &[i64],
    ) -> Result<Traced, String> {
        let axis = x.axis(axis)?;
        let dim = x.dim(axis)?;
        let size = x.dims[axis].value as usize;
        let mut places = Vec::with_capacity(indices.len());
        for index in indices {
            places.push(super::value::from_end(*index, size)? as i64);
        }
        if places.is_empty() {
            return Err("takes no place of a dimension".to_owned());
        }
        // All of them, in order.
        if places.iter().copied().eq(0..size as i64) {
            return Ok(x.clone());
        }
        let many = places.len() as i64;
        let mut shape = self.shape(x).to_vec();
        shape[dim] = many;
        let op = Op::Gather {
            dim,
            indices: places,
        };
        let step = self.push(op, &[x.step], shape)?;
        Ok(x.with(step, axis, many))
    }

    /// These places of a dimension, whose shape takes its place.
    pub(crate) fn gather_shaped(
        &mut self,
        x: &Traced,
        axis: i64,
        indices: &Whole,
    ) -> Result<Traced, String> {
        let value = self.gather(x, axis, &indices.known()?)?;
        if indices.shape.len() == 1 {
            return Ok(value);
        }
        let axis = x.axis(axis)?;
        let mut dims = value.dims.clone();
        dims.splice(axis..=axis, indices.shape.iter().copied().map(Size::plain));
        self.reshape(&value, &dims)
    }

    /// Values behind each other, of which at least one depends on the image.
    pub(crate) fn concat(&mut self, values: &[Value], axis: i64) -> Result<Traced, String> {
        let like = values.iter().find_map(|value| match value {
            Value::Traced(traced) => Some(traced.clone()),
            _ => None,
        });
        let like = like.ok_or("joins nothing")?;
        let mut parts = Vec::with_capacity(values.len());
        for value in values {
            parts.push(self.step_of(value, &like)?);
        }
        self.alike(&mut parts)?;
        let like = parts[0].clone();
        let axis = like.axis(axis)?;
        let dim = like.dim(axis)?;
        let mut steps = Vec::with_capacity(parts.len());
        for one in parts {
            if one.rank() != like.rank() || one.batch() != like.batch() {
                return Err(format!("joins {} and {}", like.words(), one.words()));
            }
            steps.push(one.step);
        }
        let shapes: Vec<&[i64]> = steps
            .iter()
            .map(|step| self.steps[*step].shape.as_slice())
            .collect();
        let shape = joined(&shapes, dim)?;
        let size = shape[dim];
        let step = match steps.as_slice() {
            [only] => *only,
            _ => self.push(Op::Concat { dim }, &steps, shape)?,
        };
        Ok(like.with(step, axis, size))
    }

    /// Numbers before and after each dimension of the file's.
    pub(crate) fn pad(
        &mut self,
        x: &Traced,
        sides: &[[i64; 2]],
        mode: PadMode,
    ) -> Result<Traced, String> {
        if sides.len() != x.rank() {
            return Err(format!("pads {} dimensions of {}", sides.len(), x.words()));
        }
        let mut own = vec![[0; 2]; self.shape(x).len()];
        let mut dims = x.dims.clone();
        for (axis, side) in sides
            .iter()
            .enumerate()
            .filter(|(_, side)| **side != [0; 2])
        {
            let size = x.dims[axis].value;
            let most = match mode {
                PadMode::Reflect => size - 1,
                _ => 1 << 16,
            };
            if side.iter().any(|many| !(0..=most).contains(many)) {
                return Err(format!("pads {size} numbers by {side:?}"));
            }
            own[x.dim(axis)?] = *side;
            dims[axis] = Size::plain(size + side[0] + side[1]);
        }
        if own.iter().all(|side| *side == [0; 2]) {
            return Ok(x.clone());
        }
        let shape = Traced::image(&dims, x.before);
        let step = self.push(Op::Pad { sides: own, mode }, &[x.step], shape)?;
        Ok(Traced {
            step,
            dims,
            before: x.before,
        })
    }

    /// Numbers moved along dimensions.
    pub(crate) fn roll(
        &mut self,
        x: &Traced,
        shifts: &[i64],
        axes: &[i64],
    ) -> Result<Traced, String> {
        let mut dims = Vec::new();
        for axis in axes {
            dims.push(x.dim(x.axis(*axis)?)?);
        }
        if dims.len() != shifts.len() || dims.is_empty() {
            return Err(format!("moves {axes:?} by {shifts:?}"));
        }
        let shifts = shifts.to_vec();
        self.unary(x, Op::Roll { shifts, dims })
    }

    /// Dimensions of size 1 repeated to a file's target, in which −1 keeps a size.
    pub(crate) fn expand(&mut self, x: &Traced, target: &[Size]) -> Result<Traced, String> {
        let refused = || format!("expands {} to {}", x.words(), super::value::words(target));
        let more = target.len().checked_sub(x.rank()).ok_or_else(refused)?;
        let mut dims = Vec::with_capacity(target.len());
        for (place, size) in target.iter().enumerate() {
            let own = place.checked_sub(more).map(|axis| x.dims[axis]);
            let is_kept = !size.batch && (size.value == -1 || size.value == 1);
            let size = match own {
                Some(own) if own.batch && (is_kept || *size == own) => own,
                Some(own) if own == *size || is_kept => own,
                Some(own) if own == Size::plain(1) && !size.batch && size.value > 0 => *size,
                None if !size.batch && size.value > 0 => *size,
                _ => return Err(refused()),
            };
            dims.push(size);
        }
        let shape = Traced::image(&dims, x.before);
        let step = match shape == self.shape(x) {
            true => x.step,
            false => self.push(Op::Expand, &[x.step], shape)?,
        };
        Ok(Traced {
            step,
            dims,
            before: x.before,
        })
    }
}

/// What a slice keeps of so many: from where to where, and how many that are.
pub(crate) fn kept(size: i64, [start, end, by]: [i64; 3]) -> Option<(i64, i64, i64)> {
    let place = |at: i64| match at < 0 {
        true => at.saturating_add(size).clamp(0, size),
        false => at.min(size),
    };
    let (start, end) = (place(start), place(end));
    if by < 1 {
        return None;
    }
    let length = (end - start).max(0);
    Some((start, end, length / by + i64::from(length % by != 0)))
}
