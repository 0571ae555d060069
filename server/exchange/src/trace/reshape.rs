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
        let many = count(self.shape(x))?;
        let ahead = match x.at() {
            Some(at) => product(&x.dims[..at]).and_then(|sizes| sizes.checked_mul(x.before)),
            // The batch was lost on the way, and may be wherever there is a 1.
            None => None,
        };
        let dims = match (self.fixed, ahead) {
            (true, _) => settle_one(target, many, ahead),
            (false, Some(ahead)) => settle(target, many, ahead),
            (false, None) => None,
        };
        let dims = dims.ok_or_else(refused)?;
        let Some(at) = dims.iter().position(|size| size.batch) else {
            let shape = Traced::image(&dims, 1);
            if count(&shape)? != many {
                return Err(refused());
            }
            let step = self.reshaped(x, shape)?;
            return Ok(Traced {
                step,
                dims,
                before: 1,
            });
        };
        let ahead = match ahead {
            Some(ahead) if !self.fixed => ahead,
            _ => product(&dims[..at]).ok_or_else(refused)?,
        };
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
        let step = self.reshaped(x, shape)?;
        Ok(Traced { step, dims, before })
    }

    /// A step that gives a value in another shape, where it has another.
    pub(super) fn reshaped(&mut self, x: &Traced, shape: Vec<i64>) -> Result<usize, String> {
        match (shape == self.shape(x), shape.len()) {
            (true, _) => Ok(x.step),
            (false, 1) => self.push(Op::Flatten, &[x.step], shape),
            (false, _) => self.push(Op::Reshape, &[x.step], shape),
        }
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
        // What is left is the batch, which must be where it was.
        (Some(rest), 0) if known == many => {
            dims[rest] = Size::BATCH;
            return (product(&target[..rest]) == Some(ahead)).then_some(dims);
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
        _ => return None,
    };
    dims[place].batch = true;
    Some(dims)
}

/// The same for a file that was written for one image: the batch is a 1, or in no size at all.
fn settle_one(target: &[Size], many: i64, ahead: Option<i64>) -> Option<Vec<Size>> {
    if target.iter().filter(|size| size.batch).count() > 1
        || target.len() > crate::limits::MOST_DIMENSIONS
    {
        return None;
    }
    // What was multiplied with the number of images is all of one image.
    let one = |size: &Size| match size.batch && size.value != 1 {
        true => Size::plain(size.value),
        false => *size,
    };
    let mut dims: Vec<Size> = target.iter().map(one).collect();
    let values: Vec<i64> = dims.iter().map(|size| size.value).collect();
    let told = crate::fold::arrange::told(&values, many).ok()?;
    for (size, told) in dims.iter_mut().zip(told) {
        size.value = told;
    }
    if dims.iter().all(|size| !size.batch) {
        let mut ones = (0..dims.len()).filter(|place| dims[*place].value == 1);
        let place = match ahead {
            Some(ahead) => ones.find(|place| product(&dims[..*place]) == Some(ahead)),
            None => ones.next(),
        };
        if let Some(place) = place {
            dims[place].batch = true;
        }
    }
    Some(dims)
}

/// Whether the batch can be in a size, as one of its factors.
fn takes(dims: &[Size], place: usize, ahead: i64) -> bool {
    let prefix = product(&dims[..place]).filter(|prefix| *prefix > 0);
    prefix.is_some_and(|prefix| {
        ahead % prefix == 0 && ahead >= prefix && dims[place].value % (ahead / prefix) == 0
    })
}
