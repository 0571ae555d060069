//! Values beside each other.

use super::{Operator, Shape};
use crate::error::Result;
use tch::Tensor;

/// Its inputs one after another along the first dimension of an image's value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Concat;

impl Operator for Concat {
    fn kind(&self) -> &'static str {
        "concat"
    }

    fn shape(&self, inputs: &[&[i64]]) -> Result<Shape, String> {
        let (first, _) = inputs.split_first().ok_or("takes at least one value")?;
        let (_, rest) = first.split_first().ok_or("takes at least one dimension")?;
        let mut sum = 0;
        for input in inputs {
            match input.split_first() {
                Some((size, other)) if other == rest => sum += size,
                _ => return Err(format!("puts {input:?} beside {first:?}")),
            }
        }
        Ok([&[sum], rest].concat())
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
        Ok(Tensor::f_cat(&inputs, 1)?)
    }
}
