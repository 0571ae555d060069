//! A program's tensors as a safetensors file.

use crate::error::{Error, Result};
use crate::program::Program;
use crate::tensor::{DType, TensorData};
use safetensors::tensor::{Dtype, View};
use std::borrow::Cow;
use std::path::Path;

/// A tensor as safetensors writes it, straight from the file that was read.
struct Numbers<'a> {
    tensor: &'a TensorData,
    shape: Vec<usize>,
}

impl View for Numbers<'_> {
    fn dtype(&self) -> Dtype {
        match self.tensor.dtype {
            DType::F32 => Dtype::F32,
            DType::F64 => Dtype::F64,
            DType::F16 => Dtype::F16,
            DType::Bf16 => Dtype::BF16,
            DType::I64 => Dtype::I64,
        }
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.tensor.bytes)
    }

    fn data_len(&self) -> usize {
        self.tensor.bytes.len()
    }
}

impl Program {
    /// Writes the tensors under their names.
    ///
    /// # Errors
    /// [`Error::File`] where the file cannot be written.
    pub fn write_tensors(&self, path: &Path) -> Result<()> {
        let views = self.tensors.iter().map(|(name, tensor)| {
            let size = |size: &i64| usize::try_from(*size).unwrap_or_default();
            let shape = tensor.shape.iter().map(size).collect();
            (name, Numbers { tensor, shape })
        });
        safetensors::serialize_to_file(views, None, path).map_err(|error| Error::File {
            path: path.to_owned(),
            source: std::io::Error::other(error),
        })
    }
}
