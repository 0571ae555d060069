//! A program that is being written down, for both kinds of file.
//!
//! A file's shapes have the batch somewhere, mostly first, sometimes second or multiplied with another size, as in the attention of transformers.
//! A program's have none. [`Traced`] keeps both: the step, whose shape is one image's, and where the file has the batch.
//! Whatever would let images see each other is refused.

mod arrange;
mod choose;
mod constant;
mod elementwise;
mod loose;
mod matrix;
mod norm;
mod pick;
mod reduce;
mod reshape;
mod swap;
mod value;
mod window;

pub(crate) use elementwise::Binary;
pub(crate) use matrix::transposed;
pub(crate) use pick::pick;
pub(crate) use reduce::Reduce;
pub(crate) use value::{Traced, Value, from_end};
pub(crate) use window::{Pool, Window};

use crate::error::{Error, Result};
use crate::limits::{MOST_BYTES, MOST_STEPS, count};
use crate::op::Op;
use crate::program::{Layout, Step};
use crate::tensor::TensorData;
use std::collections::{BTreeMap, HashMap};

/// What is known so far.
#[derive(Debug)]
pub(crate) struct Trace {
    pub steps: Vec<Step>,
    pub tensors: BTreeMap<String, TensorData>,
    pub notes: Vec<String>,
    pub input: [i64; 3],
    pub layout: Layout,
    /// Whether the file was written for one image, so that all of its numbers are that image's.
    fixed: bool,
    /// The name of the node that is being read.
    name: String,
    names: HashMap<String, usize>,
    /// How many tensors are kept under a name and numbers behind it.
    kept: HashMap<String, usize>,
    /// Bytes of constants that were computed, for which a small file could ask without end.
    computed: u64,
    /// How many there may be: some for each byte of the file.
    most: u64,
}

impl Trace {
    /// Begins with an image of a file's input, `[N, C, H, W]` or `[N, H, W, C]`: the sizes after the batch.
    ///
    /// `fixed` says that the file was written for one image.
    /// `length` is that of the file in bytes.
    pub(crate) fn new(input: &[i64], fixed: bool, length: usize) -> Result<(Self, Traced)> {
        let sizes: [i64; 3] = input.try_into().map_err(|_| {
            Error::Foreign(format!(
                "the network takes {input:?} for each image; pictures of channels, height and width are read"
            ))
        })?;
        count(&sizes).map_err(|reason| Error::Foreign(format!("the input {reason}")))?;
        if sizes.contains(&0) {
            return Err(Error::Foreign(format!("the network takes {input:?}")));
        }
        let is_last = sizes[2] <= 4 && sizes[0] > 4;
        let (layout, image) = match is_last {
            true => (Layout::Nhwc, [sizes[2], sizes[0], sizes[1]]),
            false => (Layout::Nchw, sizes),
        };
        let mut trace = Self {
            steps: Vec::new(),
            tensors: BTreeMap::new(),
            notes: Vec::new(),
            input: image,
            layout,
            fixed,
            name: "input".to_owned(),
            names: HashMap::new(),
            kept: HashMap::new(),
            computed: 0,
            most: (length as u64)
                .saturating_mul(8)
                .saturating_add(64 << 20)
                .min(MOST_BYTES),
        };
        let refused = |reason| Error::Foreign(format!("the input {reason}"));
        let step = trace
            .push(Op::Input, &[], image.to_vec())
            .map_err(refused)?;
        let value = Traced::first(step, &image);
        let value = match layout {
            Layout::Nchw => value,
            Layout::Nhwc => trace.permute(&value, &[0, 2, 3, 1]).map_err(refused)?,
        };
        Ok((trace, value))
    }

    /// Says which node the next steps are of.
    pub(crate) fn enter(&mut self, name: &str) {
        name.clone_into(&mut self.name);
    }

    pub(crate) fn push(
        &mut self,
        op: Op,
        inputs: &[usize],
        shape: Vec<i64>,
    ) -> Result<usize, String> {
        count(&shape)?;
        if self.steps.len() >= MOST_STEPS {
            return Err(format!("is beyond the {MOST_STEPS} steps that are read"));
        }
        let name = self.unique();
        self.steps.push(Step {
            name,
            op,
            inputs: inputs.to_vec(),
            shape,
        });
        Ok(self.steps.len() - 1)
    }

    /// The node's name, with a number from its second step on.
    fn unique(&mut self) -> String {
        loop {
            let times = self.names.entry(self.name.clone()).or_insert(0);
            *times += 1;
            if *times == 1 {
                return self.name.clone();
            }
            let name = format!("{}_{times}", self.name);
            if !self.names.contains_key(&name) {
                self.names.insert(name.clone(), 1);
                return name;
            }
        }
    }

    pub(crate) fn shape(&self, of: &Traced) -> &[i64] {
        &self.steps[of.step].shape
    }

    /// A step of one value that leaves the shape as it is.
    pub(crate) fn unary(&mut self, x: &Traced, op: Op) -> Result<Traced, String> {
        let shape = self.shape(x).to_vec();
        let step = self.push(op, &[x.step], shape)?;
        Ok(Traced { step, ..x.clone() })
    }

    /// Counts what is computed of constants before it is done.
    pub(crate) fn spend(&mut self, shape: &[i64], each: usize) -> Result<(), String> {
        let bytes = count(shape)?.unsigned_abs().saturating_mul(each as u64);
        self.computed = self.computed.saturating_add(bytes.saturating_add(64));
        match self.computed <= self.most {
            true => Ok(()),
            false => Err("computes more constants than a file of this size may".to_owned()),
        }
    }

    /// Keeps a tensor for a step; the name under which it is kept.
    pub(crate) fn keep(&mut self, tensor: &TensorData) -> String {
        let base = match tensor.name.is_empty() {
            true => format!("{}.constant", self.name),
            false => tensor.name.clone(),
        };
        let same = |other: &TensorData| {
            other.dtype == tensor.dtype
                && other.shape == tensor.shape
                && (other.bytes.as_ptr() == tensor.bytes.as_ptr() || other.bytes == tensor.bytes)
        };
        let named = |times: usize| match times {
            0 | 1 => base.clone(),
            _ => format!("{base}_{times}"),
        };
        let mut times = self.kept.get(&base).copied().unwrap_or(0);
        // The first is what the file has, and the last what was made of it lately.
        for name in [base.clone(), named(times)] {
            if self.tensors.get(&name).is_some_and(same) {
                return name;
            }
        }
        let mut name = base.clone();
        while times > 0 || self.tensors.contains_key(&name) {
            times += 1;
            name = named(times.max(2));
            if !self.tensors.contains_key(&name) {
                break;
            }
        }
        self.kept.insert(base.clone(), times.max(1));
        let tensor = TensorData {
            name: name.clone(),
            ..tensor.clone()
        };
        self.tensors.insert(name.clone(), tensor);
        name
    }
}
