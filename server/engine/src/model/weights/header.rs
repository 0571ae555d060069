//! The header of a safetensors file: every tensor's name, format, shape and place, before any number is read.

use super::name::plain_names;
use crate::error::{self, Error, Result};
use crate::file;
use crate::model::program::METADATA;
use safetensors::tensor::{Metadata, TensorInfo};
use std::collections::BTreeMap;
use std::io::Read;

/// Longer headers are refused unread; that of a ResNet with 1,202 layers has 0.7 MB.
const LONGEST: u64 = 8 << 20;

/// More numbers are refused unread: every one is held in f64 for a moment, which is 2 GiB of them.
const MOST_NUMBERS: usize = 1 << 28;

/// More tensors than any network here has.
const MOST_TENSORS: usize = 20_000;

/// Bytes of the number that says how long the header is.
const PREFIX: usize = 8;

/// What a safetensors file says of its tensors.
pub(in super::super) struct Header {
    /// By the name that architectures know them by.
    pub(super) tensors: BTreeMap<String, TensorInfo>,
    /// Where the numbers begin.
    pub(super) data_at: usize,
    /// The operators that the tensors belong to, where the file writes them down.
    program: Option<String>,
}

impl Header {
    /// Reads the beginning of a file of `length` bytes, and checks that the tensors cover the rest of it exactly.
    ///
    /// # Errors
    /// [`Error::Safetensors`] says what the file is instead, or what is wrong with it.
    pub(in super::super) fn read(mut source: impl Read, length: u64) -> Result<Self> {
        let mut start = vec![0; length.min(512) as usize];
        source.read_exact(&mut start)?;
        let Some((prefix, rest)) = start.split_first_chunk::<PREFIX>() else {
            return refuse(format!("{length} bytes are too few"));
        };
        let size = u64::from_le_bytes(*prefix);
        // The length of a header can look like the mark of a pickle, but no pickle has a brace there.
        if rest.first() != Some(&b'{')
            && let Some(kind) = file::foreign(&start)
        {
            return refuse(format!("it is {kind}"));
        }
        if size > length && rest.first() != Some(&b'{') {
            return refuse("it begins as none of the files that are read: safetensors, what torch.save and torch.export.save write, and ONNX".to_owned());
        }
        if size > LONGEST || size > length - PREFIX as u64 {
            return refuse(format!(
                "its first 8 bytes announce a header of {size} bytes; the file has {length}, and a header at most {LONGEST}"
            ));
        }
        let size = size as usize;
        let mut header = rest[..rest.len().min(size)].to_vec();
        let there = header.len();
        header.resize(size, 0);
        source.read_exact(&mut header[there..])?;
        let told: Metadata = match serde_json::from_slice(&header) {
            Ok(told) => told,
            Err(error) => return refuse(format!("its header: {error}")),
        };
        let data_at = PREFIX + size;
        let numbers = length - data_at as u64;
        if told.data_len() as u64 != numbers {
            return refuse(format!(
                "its header announces {} bytes of numbers, and {numbers} follow; is it cut off?",
                told.data_len()
            ));
        }
        let all = told.tensors();
        if all.len() > MOST_TENSORS {
            return refuse(format!(
                "it holds {} tensors, and at most {MOST_TENSORS} are read",
                all.len()
            ));
        }
        // With a side of zero a tensor has no numbers, however long its other sides are said to be.
        let long = |info: &&TensorInfo| info.shape.iter().any(|side| *side > MOST_NUMBERS);
        if let Some(info) = all.values().copied().find(long) {
            return refuse(format!("a tensor in it has the shape {:?}", info.shape));
        }
        let count = all
            .values()
            .map(|info| info.shape.iter().product::<usize>());
        let count = count.fold(0, usize::saturating_add);
        if count > MOST_NUMBERS {
            return refuse(format!(
                "it holds {count} numbers, and at most {MOST_NUMBERS} are read ({} in f64)",
                error::bytes(8 * MOST_NUMBERS as u64)
            ));
        }
        let tensors = all.into_iter().map(|(name, info)| (name, info.clone()));
        let tensors = tensors.collect();
        let program = told.metadata().as_ref();
        let program = program.and_then(|metadata| metadata.get(METADATA)).cloned();
        Ok(Self {
            // The operators call their tensors as they are.
            tensors: match program.is_some() {
                true => tensors,
                false => plain_names(tensors)?,
            },
            data_at,
            program,
        })
    }

    /// The operators that the file writes down, as JSON.
    pub(in super::super) fn program(&self) -> Option<&str> {
        self.program.as_deref()
    }

    /// The sizes of a tensor, if it is there.
    pub(in super::super) fn sizes(&self, name: &str) -> Option<Vec<i64>> {
        self.tensors.get(name).map(super::sizes)
    }

    /// All tensors by name, with their sizes.
    pub(in super::super) fn all(&self) -> impl Iterator<Item = (&str, Vec<i64>)> {
        let tensors = self.tensors.iter();
        tensors.map(|(name, info)| (name.as_str(), super::sizes(info)))
    }
}

fn refuse<T>(reason: String) -> Result<T> {
    Err(Error::Safetensors { reason })
}
