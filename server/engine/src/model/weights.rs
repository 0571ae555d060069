//! A safetensors file in which every tensor has to be accounted for.

mod header;
mod name;

pub(super) use header::Header;

use super::naming::{Naming, OWN};
use crate::error::{Error, Result, WeightFaults};
use crate::graph::Graph;
use safetensors::tensor::{Dtype, TensorInfo};
use std::collections::BTreeMap;
use tch::{Kind, Tensor};

/// Where an architecture gets its tensors from: a file, or a random initialisation.
pub trait TensorSource {
    /// The tensor of this name and shape.
    fn take(&mut self, name: &str, shape: &[i64]) -> Result<Tensor>;
}

/// The tensors of a file that nobody has asked for yet, and what was wrong with those asked for.
///
/// A faulty tensor is replaced by zeros so that one pass finds all faults; [`Weights::finish`]
/// refuses the whole file when there is any.
pub(crate) struct Weights<'a> {
    rest: BTreeMap<String, TensorInfo>,
    numbers: Numbers<'a>,
    faults: WeightFaults,
    parameters: usize,
}

/// Whether the numbers are there.
enum Numbers<'a> {
    /// Only the header is known: every tensor is given as a single zero of the right number of dimensions.
    /// So an architecture asks for all it needs, and nothing of its size is allocated.
    Unread,
    Read(&'a [u8]),
}

impl<'a> Weights<'a> {
    /// Before the numbers are read: whether the names, shapes and formats are right.
    pub(in crate::model) fn unread(header: &Header) -> Self {
        Self::new(header, Numbers::Unread)
    }

    /// The tensors of the file's content, whose header it is.
    pub(in crate::model) fn read_from(header: &Header, content: &'a [u8]) -> Self {
        let numbers = content.get(header.data_at..).unwrap_or_default();
        Self::new(header, Numbers::Read(numbers))
    }

    fn new(header: &Header, numbers: Numbers<'a>) -> Self {
        Self {
            rest: header.tensors.clone(),
            numbers,
            faults: WeightFaults::default(),
            parameters: 0,
        }
    }

    /// Of the namings of a family that under which most of a network's tensors are there.
    pub(in crate::model) fn naming(
        &self,
        graph: &Graph,
        namings: &'static [Naming],
    ) -> &'static Naming {
        let tensors = graph.tensors();
        let there = |naming: &&Naming| {
            let names = tensors.iter().map(|(name, _)| naming.of(name));
            names
                .filter(|name| self.rest.contains_key(name.as_ref()))
                .count()
        };
        // The first of equals: max_by_key takes the last.
        namings.iter().rev().max_by_key(there).unwrap_or(&OWN[0])
    }

    /// A statistic of the training data: used, but no parameter.
    pub(crate) fn take_statistic(&mut self, name: &str, shape: &[i64]) -> Result<Tensor> {
        let before = self.parameters;
        let tensor = self.take(name, shape)?;
        self.parameters = before;
        Ok(tensor)
    }

    /// A variance: a statistic that is not negative.
    pub(crate) fn take_variance(&mut self, name: &str, shape: &[i64]) -> Result<Tensor> {
        let tensor = self.take_statistic(name, shape)?;
        if tensor.f_lt(0.0)?.f_any()?.f_int64_value(&[])? != 0 {
            self.faults.negative.push(name.to_owned());
            return Ok(tensor.f_zeros_like()?);
        }
        Ok(tensor)
    }

    /// Passes over a tensor that evaluation does not need, if it is there.
    pub(crate) fn ignore(&mut self, name: &str) {
        self.rest.remove(name);
    }

    /// Passes over all tensors whose names begin so.
    pub(in crate::model) fn ignore_all(&mut self, beginnings: &[&str]) {
        self.rest
            .retain(|name, _| !beginnings.iter().any(|begin| name.starts_with(begin)));
    }

    /// What was wrong so far, with what nobody has taken.
    pub(in crate::model) fn faults(mut self) -> WeightFaults {
        self.faults.surplus = self.rest.into_keys().collect();
        self.faults
    }

    /// The number of parameters taken, when every tensor of the file was used and was right.
    pub(crate) fn finish(self, architecture: &str) -> Result<usize> {
        let parameters = self.parameters;
        let faults = self.faults();
        match faults.is_empty() {
            true => Ok(parameters),
            false => Err(Error::Weights {
                architecture: architecture.to_owned(),
                faults: Box::new(faults),
            }),
        }
    }

    /// The tensor in f64, unless it is faulty or unread.
    fn read(&mut self, name: &str, shape: &[i64]) -> Result<Option<Tensor>> {
        let Some(info) = self.rest.remove(name) else {
            self.faults.missing.push(name.to_owned());
            return Ok(None);
        };
        let found = sizes(&info);
        if found != shape {
            self.faults
                .misshapen
                .push(format!("{name} ({found:?}, {shape:?} is right)"));
            return Ok(None);
        }
        let kind = match info.dtype {
            Dtype::F64 => Kind::Double,
            Dtype::F32 => Kind::Float,
            Dtype::F16 => Kind::Half,
            Dtype::BF16 => Kind::BFloat16,
            other => {
                self.faults
                    .wrong_type
                    .push(format!("{name} ({other:?}, a float is right)"));
                return Ok(None);
            }
        };
        let Numbers::Read(numbers) = self.numbers else {
            return Ok(None);
        };
        let (from, to) = info.data_offsets;
        let numbers = numbers.get(from..to).ok_or_else(|| Error::Safetensors {
            reason: format!("it ends before the numbers of {name} do"),
        })?;
        let tensor = Tensor::f_from_data_size(numbers, shape, kind)?.f_to_kind(Kind::Double)?;
        if tensor.f_isfinite()?.f_all()?.f_int64_value(&[])? == 0 {
            self.faults.not_finite.push(name.to_owned());
            return Ok(None);
        }
        Ok(Some(tensor))
    }
}

fn sizes(info: &TensorInfo) -> Vec<i64> {
    info.shape.iter().map(|&size| size as i64).collect()
}

impl TensorSource for Weights<'_> {
    /// The tensor in f64; zeros where it is faulty, and one of them where it is unread.
    fn take(&mut self, name: &str, shape: &[i64]) -> Result<Tensor> {
        self.parameters += shape.iter().product::<i64>() as usize;
        let found = self.read(name, shape)?;
        let zeros = |shape: &[i64]| Tensor::f_zeros(shape, (Kind::Double, tch::Device::Cpu));
        Ok(match (found, &self.numbers) {
            (Some(tensor), _) => tensor,
            (None, Numbers::Read(_)) => zeros(shape)?,
            (None, Numbers::Unread) => zeros(&vec![1; shape.len()])?,
        })
    }
}
