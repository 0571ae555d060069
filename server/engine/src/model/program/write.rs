//! A program with its numbers as one weights file.

use super::METADATA;
use super::translate::{Numbers, Translated, Weight};
use crate::error::{Error, Result};
use safetensors::tensor::{Dtype, View};
use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;
use valleyscope_exchange::DType;

impl Translated {
    /// Writes a safetensors file that holds the operators too.
    ///
    /// # Errors
    /// [`Error::File`] where it cannot be written.
    pub fn write(&self, path: &Path) -> Result<()> {
        let program = serde_json::to_string(&self.program).map_err(|error| Error::Json {
            what: "the operators".to_owned(),
            reason: error.to_string(),
        })?;
        let metadata = HashMap::from([(METADATA.to_owned(), program)]);
        let tensors = self
            .tensors
            .iter()
            .map(|weight| (weight.name.as_str(), weight));
        safetensors::serialize_to_file(tensors, Some(metadata), path).map_err(|error| Error::File {
            path: path.to_owned(),
            source: std::io::Error::other(error),
        })
    }
}

impl View for &Weight {
    fn dtype(&self) -> Dtype {
        match &self.numbers {
            Numbers::Same { .. } => Dtype::F32,
            Numbers::Told(tensor) => match tensor.dtype {
                DType::F32 => Dtype::F32,
                DType::F64 | DType::I64 => Dtype::F64,
                DType::F16 => Dtype::F16,
                DType::Bf16 => Dtype::BF16,
            },
        }
    }

    fn shape(&self) -> &[usize] {
        &self.sides
    }

    fn data(&self) -> Cow<'_, [u8]> {
        match &self.numbers {
            Numbers::Same { value } => {
                let count = self.data_len() / size_of::<f32>();
                Cow::Owned(value.to_le_bytes().repeat(count))
            }
            Numbers::Told(tensor) if tensor.dtype == DType::I64 => {
                let numbers = tensor.bytes.as_chunks::<8>().0.iter();
                let numbers = numbers.map(|bytes| i64::from_le_bytes(*bytes) as f64);
                Cow::Owned(numbers.flat_map(f64::to_le_bytes).collect())
            }
            Numbers::Told(tensor) => Cow::Borrowed(&tensor.bytes),
        }
    }

    fn data_len(&self) -> usize {
        match &self.numbers {
            Numbers::Same { .. } => size_of::<f32>() * self.sides.iter().product::<usize>(),
            Numbers::Told(tensor) => tensor.bytes.len(),
        }
    }
}
