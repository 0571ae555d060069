//! What a node of ONNX says: its attributes and what it takes.

use super::proto::{Attribute, Node as Proto};
use crate::size::Whole;
use crate::tensor::TensorData;
use crate::trace::{Trace, Traced, Value};
use std::borrow::Cow;

/// A node with the values that it takes.
pub(super) struct Node<'a> {
    pub proto: &'a Proto,
    pub inputs: Vec<Value>,
    pub opset: i64,
}

impl Node<'_> {
    fn attribute(&self, name: &str) -> Option<&Attribute> {
        let mut all = self.proto.attributes.iter();
        all.find(|attribute| attribute.name == name)
    }

    pub(super) fn int(&self, name: &str, otherwise: i64) -> i64 {
        self.attribute(name)
            .map_or(otherwise, |attribute| attribute.i)
    }

    pub(super) fn flag(&self, name: &str, otherwise: bool) -> bool {
        self.int(name, i64::from(otherwise)) != 0
    }

    pub(super) fn float(&self, name: &str, otherwise: f64) -> f64 {
        self.attribute(name)
            .map_or(otherwise, |attribute| shortest(attribute.f))
    }

    pub(super) fn ints(&self, name: &str) -> Option<&[i64]> {
        self.attribute(name)
            .map(|attribute| attribute.ints.as_slice())
    }

    pub(super) fn get(&self, name: &str) -> Option<&Attribute> {
        self.attribute(name)
    }

    pub(super) fn text(&self, name: &str) -> Cow<'_, str> {
        let bytes = self.attribute(name).map(|attribute| attribute.s.as_ref());
        String::from_utf8_lossy(bytes.unwrap_or_default())
    }

    /// Two whole numbers, both `otherwise` where there are none.
    pub(super) fn pair(&self, name: &str, otherwise: i64) -> Result<[i64; 2], String> {
        let ints = self.ints(name).filter(|ints| !ints.is_empty());
        ints.map_or(Ok([otherwise; 2]), |ints| {
            ints.try_into()
                .map_err(|_| format!("has {name} {ints:?}; pictures have two"))
        })
    }

    pub(super) fn input(&self, place: usize) -> &Value {
        self.inputs.get(place).unwrap_or(&Value::Absent)
    }

    pub(super) fn is_given(&self, place: usize) -> bool {
        !matches!(self.input(place), Value::Absent)
    }

    /// A value that depends on the image.
    pub(super) fn traced(&self, place: usize) -> Result<&Traced, String> {
        match self.input(place) {
            Value::Traced(traced) => Ok(traced),
            Value::Absent => Err("lacks what it takes".to_owned()),
            _ => Err("takes constants where a value of the network is expected".to_owned()),
        }
    }

    /// Numbers that depend on no image.
    pub(super) fn array(&self, place: usize) -> Result<&TensorData, String> {
        match self.input(place) {
            Value::Array(array) => Ok(array),
            Value::Absent => Err("lacks a tensor that it takes".to_owned()),
            _ => Err(
                "takes weights that are computed from the image or are whole numbers".to_owned(),
            ),
        }
    }

    pub(super) fn optional_array(&self, place: usize) -> Result<Option<&TensorData>, String> {
        match self.is_given(place) {
            true => self.array(place).map(Some),
            false => Ok(None),
        }
    }

    /// Whole numbers that depend on no image.
    pub(super) fn whole(&self, place: usize) -> Result<&Whole, String> {
        match self.input(place) {
            Value::Whole(whole) => Ok(whole),
            Value::Absent => Err("lacks whole numbers that it takes".to_owned()),
            _ => Err("takes places or sizes that depend on the image".to_owned()),
        }
    }

    /// Dimensions: an attribute in older files, an input in newer ones.
    pub(super) fn axes(&self, place: usize) -> Result<Option<Vec<i64>>, String> {
        if let Some(axes) = self.ints("axes") {
            return Ok(Some(axes.to_vec()));
        }
        match self.is_given(place) {
            true => self.whole(place)?.known().map(Some),
            false => Ok(None),
        }
    }

    /// A number that is an attribute in older files, an input in newer ones.
    pub(super) fn number(
        &self,
        trace: &mut Trace,
        name: &str,
        place: usize,
    ) -> Result<Option<f64>, String> {
        if let Some(attribute) = self.attribute(name) {
            return Ok(Some(shortest(attribute.f)));
        }
        let array = match self.input(place) {
            Value::Absent => return Ok(None),
            Value::Whole(whole) => trace.numbers(whole)?,
            _ => self.array(place)?.clone(),
        };
        crate::fold::number::single(&array)
            .map(Some)
            .ok_or_else(|| format!("takes {:?} for one number", array.shape))
    }
}

/// The f64 that is written as the f32 is: an epsilon of 1e-5 is meant, not its nearest f32.
pub(super) fn shortest(number: f32) -> f64 {
    number.to_string().parse().unwrap_or(f64::from(number))
}
