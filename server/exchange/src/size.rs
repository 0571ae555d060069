//! Whole numbers of which some stand for the number of images.

use crate::limits::{MOST_WHOLE, count};

/// A whole number, or so many times the number of images, which is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    pub value: i64,
    pub batch: bool,
}

impl Size {
    pub(crate) const BATCH: Self = Self {
        value: 1,
        batch: true,
    };

    pub(crate) fn plain(value: i64) -> Self {
        Self {
            value,
            batch: false,
        }
    }

    /// The number, where it is one.
    pub(crate) fn known(self) -> Result<i64, String> {
        match self.batch {
            false => Ok(self.value),
            true => Err("depends on the number of images".to_owned()),
        }
    }

    fn of(value: Option<i64>, batch: bool) -> Result<Self, String> {
        let value = value.ok_or("computes a whole number that is too large, or divides by 0")?;
        Ok(Self { value, batch })
    }

    pub(crate) fn add(self, other: Self) -> Result<Self, String> {
        if self.batch != other.batch && self.value != 0 && other.value != 0 {
            return Err("adds a number to that of the images".to_owned());
        }
        Self::of(
            self.value.checked_add(other.value),
            self.batch && self.value != 0 || other.batch && other.value != 0,
        )
    }

    pub(crate) fn neg(self) -> Result<Self, String> {
        Self::of(self.value.checked_neg(), self.batch)
    }

    pub(crate) fn mul(self, other: Self) -> Result<Self, String> {
        if self.batch && other.batch {
            return Err("squares the number of images".to_owned());
        }
        Self::of(
            self.value.checked_mul(other.value),
            self.batch || other.batch,
        )
    }

    /// The quotient rounded down, which must be exact where it is a multiple of the number of images.
    pub(crate) fn div(self, other: Self) -> Result<Self, String> {
        let exact = other.value != 0 && self.value.checked_rem(other.value) == Some(0);
        match (self.batch, other.batch) {
            (false, true) => return Err("divides by the number of images".to_owned()),
            (true, _) if !exact => return Err("divides the number of images".to_owned()),
            _ => {}
        }
        let quotient = self.value.checked_div(other.value);
        let below = !exact && (self.value < 0) != (other.value < 0);
        Self::of(
            quotient.map(|quotient| quotient - i64::from(below)),
            self.batch && !other.batch,
        )
    }

    /// Whether both are equal for every number of images above one.
    pub(crate) fn equals(self, other: Self) -> bool {
        self == other
    }
}

/// A tensor of whole numbers, which are computed with: shapes, places, indices.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Whole {
    pub shape: Vec<i64>,
    pub values: Vec<Size>,
}

impl Whole {
    pub(crate) fn new(shape: Vec<i64>, values: Vec<Size>) -> Result<Self, String> {
        let fits = usize::try_from(count(&shape)?) == Ok(values.len());
        match fits && values.len() <= MOST_WHOLE {
            true => Ok(Self { shape, values }),
            false => Err(format!("has {} whole numbers for {shape:?}", values.len())),
        }
    }

    pub(crate) fn scalar(value: Size) -> Self {
        Self {
            shape: Vec::new(),
            values: vec![value],
        }
    }

    pub(crate) fn row(values: Vec<Size>) -> Self {
        Self {
            shape: vec![values.len() as i64],
            values,
        }
    }

    /// Its numbers, where none depends on the images.
    pub(crate) fn known(&self) -> Result<Vec<i64>, String> {
        self.values.iter().map(|size| size.known()).collect()
    }
}
