//! Constants among values that depend on the image.

use super::{Trace, Traced, Value};
use crate::fold::arrange::{Walk, reshape};
use crate::fold::number::tensor;
use crate::limits::count;
use crate::op::Op;
use crate::size::{Size, Whole};
use crate::tensor::{DType, TensorData};

impl Trace {
    /// A constant as a step.
    pub(crate) fn constant(&mut self, of: &TensorData) -> Result<usize, String> {
        count(&of.shape)?;
        let tensor = self.keep(of);
        // Its own name tells more than that of the node that takes it.
        let name = std::mem::replace(&mut self.name, tensor.clone());
        let step = self.push(Op::Constant { tensor }, &[], of.shape.clone());
        self.name = name;
        step
    }

    /// The part of a constant that is for one image, beside a value with the batch at `at` of `rank` dimensions.
    pub(crate) fn beside(&mut self, of: &TensorData, like: &Traced) -> Result<TensorData, String> {
        let mut shape = of.shape.clone();
        while shape.len() > like.rank() {
            // What is in front of the other's dimensions would repeat it.
            if shape[0] != 1 {
                return Err(format!(
                    "takes {} and {:?}, which do not fit",
                    like.words(),
                    of.shape
                ));
            }
            shape.remove(0);
        }
        let missing = like.rank() - shape.len();
        if let Some(like_at) = like.at()
            && let Some(at) = like_at.checked_sub(missing)
        {
            if shape[at] != 1 {
                return Err(format!(
                    "takes {} and constants {:?}, which differ between images",
                    like.words(),
                    of.shape
                ));
            }
            let own = like.own(like_at).len();
            shape.splice(at..=at, vec![1; own]);
        }
        reshape(of, &shape)
    }

    /// Constants repeated to a shape, which may have the batch in it.
    pub(crate) fn expand_array(
        &mut self,
        of: &TensorData,
        target: &[Size],
    ) -> Result<Value, String> {
        let whole: Vec<i64> = target
            .iter()
            .map(|size| if size.batch { 1 } else { size.value })
            .collect();
        self.spend(&whole, of.dtype.size())?;
        let at = target.iter().position(|size| size.batch);
        let Some(at) = at else {
            return Ok(Value::Array(
                Walk::of(&of.shape).expand(&whole)?.through(of)?,
            ));
        };
        if target.iter().filter(|size| size.batch).count() != 1 || target[at].value != 1 {
            return Err(format!("makes {}", super::value::words(target)));
        }
        let spread = Walk::of(&of.shape).expand(&whole)?.through(of)?;
        let mut shape = whole;
        shape.remove(at);
        let step = self.constant(&reshape(&spread, &shape)?)?;
        Ok(Value::Traced(Traced {
            step,
            dims: target.to_vec(),
            before: 1,
        }))
    }

    /// A repeated constant as one like any other.
    pub(crate) fn unrepeated(&mut self, value: Value) -> Result<Value, String> {
        match value {
            Value::Repeated(array, shape) => {
                let target: Vec<Size> = shape.into_iter().map(Size::plain).collect();
                self.expand_array(&array, &target)
            }
            other => Ok(other),
        }
    }

    /// A tensor of one number.
    pub(crate) fn filled(
        &mut self,
        value: f64,
        dtype: DType,
        target: &[Size],
    ) -> Result<Value, String> {
        let single = tensor("", dtype, &[], &[value]);
        self.expand_array(&single, target)
    }

    /// Whole numbers as any others.
    pub(crate) fn numbers(&mut self, of: &Whole) -> Result<TensorData, String> {
        self.spend(&of.shape, 8)?;
        let known = of.known()?;
        let values: Vec<f64> = known.iter().map(|value| *value as f64).collect();
        Ok(tensor("", DType::F32, &of.shape, &values))
    }

    /// A value as a step beside another.
    pub(crate) fn step_of(&mut self, value: &Value, like: &Traced) -> Result<Traced, String> {
        match value {
            Value::Traced(traced) => Ok(traced.clone()),
            Value::Array(array) => {
                let part = self.beside(array, like)?;
                let step = self.constant(&part)?;
                // As the other sees it: the same rank, and the batch where it has it.
                let missing = like.rank().saturating_sub(array.shape.len());
                let own = array.shape.iter().rev().take(like.rank()).rev();
                let own = own.copied().map(Size::plain);
                let mut dims = vec![Size::plain(1); missing];
                dims.extend(own);
                if let Some(at) = like.at() {
                    dims[at] = like.dims[at];
                }
                let shape = Traced::image(&dims, like.before);
                if count(&shape)? != count(self.steps[step].shape.as_slice())? {
                    return Err("joins constants with values of many images in one".to_owned());
                }
                self.steps[step].shape = shape;
                Ok(Traced {
                    step,
                    dims,
                    before: like.before,
                })
            }
            Value::Whole(whole) => {
                let array = self.numbers(whole)?;
                self.step_of(&Value::Array(array), like)
            }
            _ => Err("takes a value that is not there".to_owned()),
        }
    }
}
