//! A network's tensors as a safetensors file.

use crate::error::{Error, Result};
use pytorch_reader::{DType, Tensor};
use safetensors::tensor::{Dtype, View};
use std::borrow::Cow;
use std::path::Path;

/// A tensor with its numbers, which are read once.
struct Numbers {
    dtype: Dtype,
    shape: Vec<usize>,
    bytes: Vec<u8>,
}

impl View for &Numbers {
    fn dtype(&self) -> Dtype {
        self.dtype
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        Cow::Borrowed(&self.bytes)
    }

    fn data_len(&self) -> usize {
        self.bytes.len()
    }
}

/// Writes tensors under the names that are given.
pub(crate) fn write(path: &Path, tensors: &[(&str, &Tensor)]) -> Result<()> {
    let mut all: Vec<(&str, Numbers)> = Vec::with_capacity(tensors.len());
    for (name, tensor) in tensors {
        let bytes = tensor
            .read()
            .map_err(|error| Error::Damaged(format!("the numbers of {name}: {error}")))?;
        all.push((
            name,
            Numbers {
                dtype: dtype(tensor.dtype()),
                shape: tensor.shape().to_vec(),
                bytes,
            },
        ));
    }
    let views = all.iter().map(|(name, numbers)| (*name, numbers));
    safetensors::serialize_to_file(views, None, path)
        .map_err(|error| Error::file(path, std::io::Error::other(error)))
}

fn dtype(of: DType) -> Dtype {
    match of {
        DType::F64 => Dtype::F64,
        DType::F32 => Dtype::F32,
        DType::F16 => Dtype::F16,
        DType::BF16 => Dtype::BF16,
        DType::I64 => Dtype::I64,
        DType::I32 => Dtype::I32,
        DType::I16 => Dtype::I16,
        DType::I8 => Dtype::I8,
        DType::U64 => Dtype::U64,
        DType::U32 => Dtype::U32,
        DType::U16 => Dtype::U16,
        DType::U8 => Dtype::U8,
        DType::Bool => Dtype::BOOL,
    }
}
