//! Some places of a dimension.

use super::{Lipschitz, Operator, Shape, only};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use tch::Tensor;

/// These places along a dimension of one image's value, from 0, in this order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gather {
    pub dimension: usize,
    pub places: Vec<i64>,
}

impl Operator for Gather {
    fn kind(&self) -> &'static str {
        "gather"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let [input] = only(inputs)?;
        let mut shape = input.to_vec();
        let size = shape.get_mut(self.dimension);
        match size {
            Some(size) if self.places.iter().all(|place| (0..*size).contains(place)) => {
                *size = self.places.len() as i64;
                Ok(shape)
            }
            _ => Err(format!(
                "takes places of dimension {} that {input:?} has not",
                self.dimension
            )),
        }
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        let places = Tensor::f_from_slice(&self.places)?.f_to_device(inputs[0].device())?;
        Ok(inputs[0].f_index_select(self.dimension as i64 + 1, &places)?)
    }

    fn lipschitz(&self, _: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        let mut counts = BTreeMap::new();
        for place in &self.places {
            *counts.entry(place).or_insert(0u32) += 1;
        }
        let most = counts.into_values().max().unwrap_or(0);
        Ok(Lipschitz::of(f64::from(most).sqrt()))
    }
}
