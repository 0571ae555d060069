//! What a name in a file stands for.

use crate::size::{Size, Whole};
use crate::tensor::TensorData;

/// A value of a file.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// It depends on the image, or has the batch in it.
    Traced(Traced),
    /// Numbers that depend on no image.
    Array(TensorData),
    /// Whole numbers that depend on no image, other than on how many there are.
    Whole(Whole),
    /// Several values of one node.
    List(Vec<Value>),
    /// A constant repeated to a shape along its first dimensions, which is not worth its memory.
    Repeated(TensorData, Vec<i64>),
    /// True or false, everywhere, for all values that are finite.
    Everywhere(bool),
    /// An optional one that is not there.
    Absent,
}

/// A value of a step, and how the file sees it.
///
/// In a file that was written for one image the batch is a 1 that can vanish in a reshape: then the file's sizes are those of one image.
#[derive(Clone, Debug)]
pub(crate) struct Traced {
    pub step: usize,
    /// The file's sizes, of which at most one has the batch in it.
    pub dims: Vec<Size>,
    /// The size with the batch is `before · N · after`.
    pub before: i64,
}

impl Traced {
    /// A value with the batch first.
    pub(crate) fn first(step: usize, image: &[i64]) -> Self {
        let dims = image.iter().copied().map(Size::plain);
        Self {
            step,
            dims: [Size::BATCH].into_iter().chain(dims).collect(),
            before: 1,
        }
    }

    pub(crate) fn rank(&self) -> usize {
        self.dims.len()
    }

    /// Where the batch is.
    pub(crate) fn at(&self) -> Option<usize> {
        self.dims.iter().position(|size| size.batch)
    }

    pub(crate) fn after(&self) -> i64 {
        let multiple = self.at().map_or(1, |at| self.dims[at].value);
        multiple / self.before.max(1)
    }

    /// How the batch lies in it, counted from the last dimension.
    pub(crate) fn batch(&self) -> Option<(usize, i64, Size)> {
        let at = self.at()?;
        Some((self.rank() - at, self.before, self.dims[at]))
    }

    /// The dimensions of one image's value that a file's dimension is.
    pub(crate) fn own(&self, axis: usize) -> Vec<usize> {
        let Some(at) = self.at() else {
            return vec![axis];
        };
        let extra = usize::from(self.before != 1) + usize::from(self.after() != 1);
        match axis.cmp(&at) {
            std::cmp::Ordering::Less => vec![axis],
            std::cmp::Ordering::Equal => (at..at + extra).collect(),
            std::cmp::Ordering::Greater => vec![axis - 1 + extra],
        }
    }

    /// The dimension of one image's value that a file's dimension is.
    ///
    /// # Errors
    /// Where it is the batch's.
    pub(crate) fn dim(&self, axis: usize) -> Result<usize, String> {
        match Some(axis) == self.at() {
            true => Err("works along the batch, which would let images see each other".to_owned()),
            false => self
                .own(axis)
                .first()
                .copied()
                .ok_or_else(|| "has no such dimension".to_owned()),
        }
    }

    /// A file's dimension, counted from the end where negative.
    pub(crate) fn axis(&self, axis: i64) -> Result<usize, String> {
        from_end(axis, self.rank())
    }

    /// Whether the batch comes first and alone, as in most values.
    pub(crate) fn is_plain(&self) -> bool {
        self.dims.first() == Some(&Size::BATCH) && self.before == 1
    }

    /// The shape of one image's value that sizes of a file have.
    pub(crate) fn image(dims: &[Size], before: i64) -> Vec<i64> {
        let mut shape = Vec::with_capacity(dims.len() + 1);
        for size in dims {
            match size.batch {
                false => shape.push(size.value),
                true => {
                    let both = [before, size.value / before.max(1)];
                    shape.extend(both.into_iter().filter(|size| *size != 1));
                }
            }
        }
        shape
    }

    /// The same sizes in words: `[N, 3, 32, 32]`.
    pub(crate) fn words(&self) -> String {
        words(&self.dims)
    }

    /// The value as a file sees it with another size at one of its dimensions.
    pub(crate) fn with(&self, step: usize, axis: usize, size: i64) -> Self {
        let mut dims = self.dims.clone();
        dims[axis] = Size::plain(size);
        Self {
            step,
            dims,
            before: self.before,
        }
    }
}

/// Sizes in words.
pub(crate) fn words(dims: &[Size]) -> String {
    let word = |size: &Size| match (size.batch, size.value) {
        (false, value) => value.to_string(),
        (true, 1) => "N".to_owned(),
        (true, value) => format!("{value}N"),
    };
    let words: Vec<String> = dims.iter().map(word).collect();
    format!("[{}]", words.join(", "))
}

/// A dimension, counted from the end where negative.
pub(crate) fn from_end(axis: i64, rank: usize) -> Result<usize, String> {
    let place = if axis < 0 {
        axis.saturating_add(rank as i64)
    } else {
        axis
    };
    usize::try_from(place)
        .ok()
        .filter(|place| *place < rank)
        .ok_or_else(|| format!("names dimension {axis} of {rank}"))
}
