//! The numbers that a network comes with.

use bytes::Bytes;

/// How a tensor's numbers are stored, little-endian.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DType {
    F32,
    F64,
    F16,
    Bf16,
    I64,
}

impl DType {
    /// Bytes of one number.
    pub fn size(self) -> usize {
        match self {
            Self::F16 | Self::Bf16 => 2,
            Self::F32 => 4,
            Self::F64 | Self::I64 => 8,
        }
    }
}

/// A tensor with its numbers, row by row: a part of the file that was read, or made from one.
#[derive(Clone, Debug, PartialEq)]
pub struct TensorData {
    /// What it is called in [`crate::Program::tensors`].
    pub name: String,
    pub dtype: DType,
    pub shape: Vec<i64>,
    /// As many as shape and kind of number say; this is checked where it is made.
    pub bytes: Bytes,
}
