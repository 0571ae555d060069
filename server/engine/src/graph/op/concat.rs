//! Values beside each other.

use super::{Lipschitz, Operator, Shape};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use tch::Tensor;

/// Its inputs one after another along a dimension of an image's value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Concat {
    /// From 0.
    pub dimension: usize,
}

impl Operator for Concat {
    fn kind(&self) -> &'static str {
        "concat"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let (first, _) = inputs.split_first().ok_or("takes at least one value")?;
        let place = self.dimension;
        if place >= first.len() {
            return Err(format!(
                "puts values beside each other along dimension {place} of {first:?}"
            ));
        }
        let mut whole = first.to_vec();
        whole[place] = 0;
        for input in inputs {
            let same = |(other, size): (usize, &i64)| other == place || first[other] == *size;
            if input.len() != first.len() || !input.iter().enumerate().all(same) {
                return Err(format!("puts {input:?} beside {first:?}"));
            }
            whole[place] += input[place];
        }
        Ok(whole)
    }

    fn forward(&self, inputs: &[&Tensor], _: &[Tensor]) -> Result<Tensor> {
        let images = inputs
            .iter()
            .map(|input| input.size()[0])
            .max()
            .unwrap_or(1);
        // What is the same for every image is a batch of one.
        let whole = |input: &&Tensor| {
            let mut size = input.size();
            size[0] = images;
            input.f_expand(&size, false)
        };
        let inputs = inputs.iter().map(whole).collect::<Result<Vec<_>, _>>()?;
        Ok(Tensor::f_cat(&inputs, self.dimension as i64 + 1)?)
    }

    fn lipschitz(&self, shapes: &[&[i64]], _: &[Tensor]) -> Result<Lipschitz> {
        Ok(Lipschitz::Beside(vec![1.0; shapes.len()]))
    }
}
