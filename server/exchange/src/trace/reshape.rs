//! Other shapes for the same numbers.

use super::value::words;
use super::{Trace, Traced};
use crate::limits::count;
use crate::op::Op;
use crate::size::Size;

impl Trace {
    /// The same numbers in a file's target shape, in which −1 is what is left.
    ///
    /// A target that was written for one image counts as one for any number of them.
    pub(crate) fn reshape(&mut self, x: &Traced, target: &[Size]) -> Result<Traced, String> {
        let refused = || {
            format!(
                "makes {} {}, which moves numbers between images or does not fit",
                x.words(),
                words(target)
            )
        };
        let ahead = ahead(&x.dims).checked_mul(x.before).ok_or_else(refused)?;
        let many = count(self.shape(x))?;
        let dims = settle(target, many, ahead).ok_or_else(refused)?;
        let at = dims.iter().position(|size| size.batch);
        let at = at.ok_or_else(refused)?;
        let prefix = product(&dims[..at]).ok_or_else(refused)?;
        if prefix == 0 || ahead % prefix != 0 {
            return Err(refused());
        }
        let before = ahead / prefix;
        if before == 0 || dims[at].value % before != 0 {
            return Err(refused());
        }
        let shape = Traced::image(&dims, before);
        if count(&shape)? != many {
            return Err(refused());
        }
        let step = match (shape == self.shape(x), shape.len()) {
            (true, _) => x.step,
            (false, 1) => self.push(Op::Flatten, &[x.step], shape)?,
            (false, _) => self.push(Op::Reshape, &[x.step], shape)?,
        };
        Ok(Traced { step, dims, before })
    }

    /// Dimensions of size 1 more; `axes` are places in the result.
    pub(crate) fn unsqueeze(&mut self, x: &Traced, axes: &[i64]) -> Result<Traced, String> {
        let rank = x.rank() + axes.len();
        let mut places = Vec::new();
        for axis in axes {
            places.push(super::value::from_end(*axis, rank)?);
        }
        places.sort_unstable();
        let mut dims = x.dims.clone();
        for place in places {
            if place > dims.len() {
                return Err(format!("adds dimension {place} to {}", x.words()));
            }
            dims.insert(place, Size::plain(1));
        }
        self.reshape(x, &dims)
    }

    /// Without these dimensions, or without all of size 1. Others stay.
    pub(crate) fn squeeze(&mut self, x: &Traced, axes: Option<&[i64]>) -> Result<Traced, String> {
        let mut gone = vec![axes.is_none(); x.rank()];
        for axis in axes.unwrap_or_default() {
            gone[x.axis(*axis)?] = true;
        }
        let kept = |(place, size): (usize, &Size)| {
            (size.batch || size.value != 1 || !gone[place]).then_some(*size)
        };
        let dims: Vec<Size> = x.dims.iter().enumerate().filter_map(kept).collect();
        self.reshape(x, &dims)
    }

    /// Dimensions from one to another as one.
    pub(crate) fn flatten(&mut self, x: &Traced, from: usize, to: usize) -> Result<Traced, String> {
        if from > to || to >= x.rank() {
            return Err(format!("joins dimensions {from} to {to} of {}", x.words()));
        }
        let mut joined = Size::plain(1);
        for size in &x.dims[from..=to] {
            joined = joined.mul(*size)?;
        }
        let mut dims = x.dims[..from].to_vec();
        dims.push(joined);
        dims.extend_from_slice(&x.dims[to + 1..]);
        self.reshape(x, &dims)
    }
}

/// The product of the sizes before the batch.
fn ahead(dims: &[Size]) -> i64 {
    let before = dims.iter().take_while(|size| !size.batch);
    before.fold(1, |product, size| product.saturating_mul(size.value))
}

fn product(dims: &[Size]) -> Option<i64> {
    dims.iter()
        .try_fold(1i64, |product, size| product.checked_mul(size.value))
}

/// Says what −1 is and where the batch is.
fn settle(target: &[Size], many: i64, ahead: i64) -> Option<Vec<Size>> {
    let is_rest = |size: &Size| !size.batch && size.value == -1;
    let others: Vec<Size> = target.iter().copied().filter(|s| !is_rest(s)).collect();
    if others.iter().any(|size| size.value < 0) || target.len() > crate::limits::MOST_DIMENSIONS {
        return None;
    }
    let known = product(&others)?;
    let rest = target.iter().position(is_rest);
    if target.len() - others.len() > 1 || known == 0 {
        return None;
    }
    let mut dims = target.to_vec();
    match (rest, target.iter().filter(|size| size.batch).count()) {
        (None, 1) => return Some(dims),
        (Some(rest), 1) => {
            dims[rest] = Size::plain(many.checked_div(known)?);
            return Some(dims);
        }
        (Some(rest), 0) if known == many && product(&target[..rest]) == Some(ahead) => {
            dims[rest] = Size::BATCH;
            return Some(dims);
        }
        (Some(rest), 0) => dims[rest] = Size::plain(many.checked_div(known)?),
        (None, 0) => {}
        _ => return None,
    }
    // No size has the batch: the file was written for one image, or −1 is the batch and more.
    let alone = (0..dims.len())
        .find(|place| dims[*place].value == 1 && product(&dims[..*place]) == Some(ahead));
    let place = match (alone, rest) {
        (Some(alone), _) => alone,
        (None, Some(rest)) if takes(&dims, rest, ahead) => rest,
        _ => (0..dims.len()).find(|place| takes(&dims, *place, ahead))?,
    };
    dims[place].batch = true;
    Some(dims)
}

/// Whether the batch can be in a size, as one of its factors.
fn takes(dims: &[Size], place: usize, ahead: i64) -> bool {
    let prefix = product(&dims[..place]).filter(|prefix| *prefix > 0);
    prefix.is_some_and(|prefix| {
        ahead % prefix == 0 && ahead >= prefix && dims[place].value % (ahead / prefix) == 0
    })
}
