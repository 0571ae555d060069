//! Means along some dimensions.

use super::{Lipschitz, Operator, Shape, only};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::{Kind, Tensor};

/// The mean along these dimensions of one image's value, from 0; they stay with the size 1, or go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mean {
    pub dimensions: Vec<usize>,
    pub keep: bool,
}

impl Operator for Mean {
    fn kind(&self) -> &'static str {
        "mean"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        without(only(inputs)?, &self.dimensions, self.keep)
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        let places: Vec<i64> = self
            .dimensions
            .iter()
            .map(|place| *place as i64 + 1)
            .collect();
        Ok(inputs[0].f_mean_dim(places.as_slice(), self.keep, None::<Kind>)?)
    }

    fn lipschitz(&self, shapes: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        let size = |place: &usize| shapes.first().and_then(|shape| shape.get(*place));
        let count: i64 = self.dimensions.iter().filter_map(size).product();
        Ok(Lipschitz::of(1.0 / (count.max(1) as f64).sqrt()))
    }
}

/// The shape with some dimensions gone, or of size 1.
pub(super) fn without(
    [input]: [&[i64]; 1],
    dimensions: &[usize],
    keep: bool,
) -> Result<Shape, String> {
    if dimensions.is_empty() || dimensions.iter().any(|place| *place >= input.len()) {
        return Err(format!("takes dimensions {dimensions:?} of {input:?}"));
    }
    let kept = |(place, size): (usize, &i64)| match dimensions.contains(&place) {
        false => Some(*size),
        true => keep.then_some(1),
    };
    Ok(input.iter().enumerate().filter_map(kept).collect())
}
