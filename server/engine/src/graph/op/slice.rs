//! Parts of a value along its dimensions.

use super::{Lipschitz, Operator, Shape, only};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// Every `step`-th number from `from` to before `to` along some dimensions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slice {
    pub cuts: Vec<Cut>,
}

/// What is kept along one dimension.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cut {
    /// The dimension of one image's value, from 0.
    pub dimension: usize,
    pub from: i64,
    /// To the end where there is none.
    pub to: Option<i64>,
    pub step: i64,
}

impl Slice {
    /// Every second row and column of a picture, from the first on.
    pub fn every_second_pixel() -> Self {
        let cut = |dimension| Cut {
            dimension,
            from: 0,
            to: None,
            step: 2,
        };
        Self {
            cuts: [1, 2].map(cut).into(),
        }
    }
}

impl Operator for Slice {
    fn kind(&self) -> &'static str {
        "slice"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [input] = only(inputs)?;
        let mut shape = input.to_vec();
        for cut in &self.cuts {
            let size = shape
                .get_mut(cut.dimension)
                .ok_or_else(|| format!("cuts dimension {} of {input:?}", cut.dimension))?;
            let to = cut.to.unwrap_or(*size).min(*size);
            if cut.step < 1 || cut.from < 0 || cut.from >= to {
                return Err(format!("keeps nothing of {input:?}: {cut:?}"));
            }
            *size = (to - cut.from + cut.step - 1) / cut.step;
        }
        Ok(shape)
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        let mut value = inputs[0].shallow_clone();
        for cut in &self.cuts {
            let dimension = cut.dimension as i64 + 1;
            value = value.f_slice(dimension, Some(cut.from), cut.to, cut.step)?;
        }
        Ok(value)
    }

    fn lipschitz(&self, _: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        Ok(Lipschitz::of(1.0))
    }
}
