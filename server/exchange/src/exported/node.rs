//! What a node of an exported graph says, by the names of PyTorch's own arguments.

use super::schema::{Argument, Node as Proto, OptionalTensor, SymInt};
use crate::fold::number;
use crate::size::{Size, Whole};
use crate::tensor::{DType, TensorData};
use crate::trace::{Trace, Traced, Value};
use std::collections::HashMap;

/// A node, and the values that there are before it.
pub(super) struct Node<'a> {
    pub proto: &'a Proto,
    pub values: &'a HashMap<String, Value>,
    /// `conv2d` of `torch.ops.aten.conv2d.default`, without what says that it changes its value in place.
    pub base: &'a str,
}

impl Node<'_> {
    fn argument(&self, name: &str) -> Option<&Argument> {
        let mut inputs = self.proto.inputs.iter();
        inputs
            .find(|input| input.name == name)
            .map(|input| &input.arg)
            .filter(|arg| !matches!(arg, Argument::AsNone(_)))
    }

    fn named(&self, name: &str) -> Result<Value, String> {
        let value = self.values.get(name).cloned();
        value.ok_or_else(|| format!("takes {name} before it is given"))
    }

    fn size(&self, of: &SymInt) -> Result<Size, String> {
        match of {
            SymInt::AsInt(value) => Ok(Size::plain(*value)),
            SymInt::AsName(name) => match self.named(name)? {
                Value::Whole(whole) if whole.values.len() == 1 => Ok(whole.values[0]),
                _ => Err(format!("takes {name}, which is no size that is known")),
            },
        }
    }

    /// An argument as a value of any kind.
    pub(super) fn value(&self, name: &str) -> Result<Value, String> {
        let row = |values: Vec<Size>| Ok(Value::Whole(Whole::row(values)));
        match self.argument(name) {
            None => Ok(Value::Absent),
            Some(Argument::AsTensor(tensor))
            | Some(Argument::AsOptionalTensor(OptionalTensor::AsTensor(tensor))) => {
                self.named(&tensor.name)
            }
            Some(Argument::AsTensors(all)) => {
                let all: Result<Vec<Value>, String> =
                    all.iter().map(|tensor| self.named(&tensor.name)).collect();
                all.map(Value::List)
            }
            Some(Argument::AsOptionalTensors(all)) => {
                let one = |tensor: &OptionalTensor| match tensor {
                    OptionalTensor::AsTensor(tensor) => self.named(&tensor.name),
                    OptionalTensor::AsNone(_) => Ok(Value::Absent),
                };
                let all: Result<Vec<Value>, String> = all.iter().map(one).collect();
                all.map(Value::List)
            }
            Some(Argument::AsInt(value)) => Ok(Value::Whole(Whole::scalar(Size::plain(*value)))),
            Some(Argument::AsBool(value)) => {
                Ok(Value::Whole(Whole::scalar(Size::plain(i64::from(*value)))))
            }
            Some(Argument::AsFloat(value)) => Ok(Value::Array(number::tensor(
                "",
                DType::F64,
                &[],
                &[value.0],
            ))),
            Some(Argument::AsSymInt(size)) => Ok(Value::Whole(Whole::scalar(self.size(size)?))),
            Some(Argument::AsInts(values)) => {
                row(values.iter().copied().map(Size::plain).collect())
            }
            Some(Argument::AsSymInts(sizes)) => {
                let sizes: Result<Vec<Size>, String> =
                    sizes.iter().map(|size| self.size(size)).collect();
                row(sizes?)
            }
            Some(_) => Err(format!("has an argument {name} of a kind that is not read")),
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.argument(name).is_some()
    }

    pub(super) fn traced(&self, name: &str) -> Result<Traced, String> {
        match self.value(name)? {
            Value::Traced(traced) => Ok(traced),
            Value::Absent => Err(format!("lacks {name}")),
            _ => Err(format!(
                "takes a constant for {name}, where a value of the network is expected"
            )),
        }
    }

    pub(super) fn optional_array(
        &self,
        trace: &mut Trace,
        name: &str,
    ) -> Result<Option<TensorData>, String> {
        match trace.unrepeated(self.value(name)?)? {
            Value::Array(array) => Ok(Some(array)),
            Value::Absent => Ok(None),
            _ => Err(format!("takes {name} that is computed from the image")),
        }
    }

    pub(super) fn array(&self, trace: &mut Trace, name: &str) -> Result<TensorData, String> {
        let array = self.optional_array(trace, name)?;
        array.ok_or_else(|| format!("lacks {name}"))
    }

    /// Sizes; a single one where only one is said.
    pub(super) fn sizes(&self, name: &str) -> Result<Option<Vec<Size>>, String> {
        match self.value(name)? {
            Value::Absent => Ok(None),
            Value::Whole(whole) => Ok(Some(whole.values)),
            _ => Err(format!("has no whole numbers as {name}")),
        }
    }

    pub(super) fn ints(&self, name: &str) -> Result<Option<Vec<i64>>, String> {
        let sizes = self.sizes(name)?;
        sizes
            .map(|sizes| sizes.into_iter().map(Size::known).collect())
            .transpose()
    }

    pub(super) fn int(&self, name: &str, otherwise: i64) -> Result<i64, String> {
        match self.ints(name)?.as_deref() {
            None => Ok(otherwise),
            Some([value]) => Ok(*value),
            Some(other) => Err(format!("has {name} {other:?}")),
        }
    }

    pub(super) fn flag(&self, name: &str, otherwise: bool) -> Result<bool, String> {
        Ok(self.int(name, i64::from(otherwise))? != 0)
    }

    pub(super) fn number(&self, name: &str) -> Result<Option<f64>, String> {
        match self.value(name)? {
            Value::Absent => Ok(None),
            Value::Array(array) => number::single(&array)
                .map(Some)
                .ok_or_else(|| format!("has many numbers as {name}")),
            Value::Whole(whole) => match whole.known()?.as_slice() {
                [value] => Ok(Some(*value as f64)),
                other => Err(format!("has {name} {other:?}")),
            },
            _ => Err(format!("has no number as {name}")),
        }
    }

    pub(super) fn text(&self, name: &str) -> &str {
        match self.argument(name) {
            Some(Argument::AsString(text)) => text,
            _ => "",
        }
    }

    /// The dimension of a slice, and where it begins, ends and how far it steps.
    pub(super) fn slice(&self) -> Result<(i64, [i64; 3]), String> {
        let by = [
            self.int("start", 0)?,
            self.int("end", i64::MAX)?,
            self.int("step", 1)?,
        ];
        Ok((self.int("dim", 0)?, by))
    }

    /// Two whole numbers, of which one may be said for both.
    pub(super) fn pair(&self, name: &str, otherwise: [i64; 2]) -> Result<[i64; 2], String> {
        match self.ints(name)?.as_deref() {
            None | Some([]) => Ok(otherwise),
            Some([one]) => Ok([*one; 2]),
            Some([one, other]) => Ok([*one, *other]),
            Some(other) => Err(format!("has {name} {other:?}; pictures have two")),
        }
    }
}
