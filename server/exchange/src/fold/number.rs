//! Arithmetic on constants that are no whole numbers, in f64, rounded to what they were.

use super::arrange::{Walk, broadcast};
use crate::limits::count;
use crate::tensor::{DType, TensorData};
use half::{bf16, f16};

/// The numbers of a tensor.
pub(crate) fn numbers(tensor: &TensorData) -> Vec<f64> {
    // What `chunks_exact` gives has the length that the array wants.
    fn read<const N: usize>(bytes: &[u8], number: impl Fn([u8; N]) -> f64) -> Vec<f64> {
        let each = bytes.chunks_exact(N);
        each.filter_map(|chunk| chunk.try_into().ok())
            .map(number)
            .collect()
    }
    let bytes = &tensor.bytes;
    match tensor.dtype {
        DType::F32 => read(bytes, |b| f64::from(f32::from_le_bytes(b))),
        DType::F64 => read(bytes, f64::from_le_bytes),
        DType::F16 => read(bytes, |b| f64::from(f16::from_le_bytes(b))),
        DType::Bf16 => read(bytes, |b| f64::from(bf16::from_le_bytes(b))),
        DType::I64 => read(bytes, |b| i64::from_le_bytes(b) as f64),
    }
}

/// A tensor of these numbers.
pub(crate) fn tensor(name: &str, dtype: DType, shape: &[i64], values: &[f64]) -> TensorData {
    fn write<const N: usize>(values: &[f64], bytes: impl Fn(f64) -> [u8; N]) -> Vec<u8> {
        values.iter().flat_map(|value| bytes(*value)).collect()
    }
    let bytes = match dtype {
        DType::F32 => write(values, |v| (v as f32).to_le_bytes()),
        DType::F64 => write(values, f64::to_le_bytes),
        DType::F16 => write(values, |v| f16::from_f64(v).to_le_bytes()),
        DType::Bf16 => write(values, |v| bf16::from_f64(v).to_le_bytes()),
        DType::I64 => write(values, |v| (v as i64).to_le_bytes()),
    };
    TensorData {
        name: name.to_owned(),
        dtype,
        shape: shape.to_vec(),
        bytes: bytes.into(),
    }
}

/// The number of a tensor that has only one.
pub(crate) fn single(of: &TensorData) -> Option<f64> {
    match count(&of.shape) {
        Ok(1) => numbers(of).first().copied(),
        _ => None,
    }
}

/// Every number replaced.
pub(crate) fn map(of: &TensorData, by: impl Fn(f64) -> f64) -> TensorData {
    let values: Vec<f64> = numbers(of).into_iter().map(by).collect();
    tensor(&of.name, of.dtype, &of.shape, &values)
}

/// Of two tensors, number by number.
pub(crate) fn zip(
    one: &TensorData,
    other: &TensorData,
    by: impl Fn(f64, f64) -> f64,
) -> Result<TensorData, String> {
    let shape = broadcast(&one.shape, &other.shape)?;
    let spread = |of: &TensorData| -> Result<Vec<f64>, String> {
        let walk = Walk::of(&of.shape).expand(&shape)?;
        Ok(numbers(&walk.through(of)?))
    };
    let pairs = spread(one)?.into_iter().zip(spread(other)?);
    let values: Vec<f64> = pairs.map(|(a, b)| by(a, b)).collect();
    // A single number takes the kind of what it is combined with.
    let (named, dtype) = match single(one).is_some() {
        true => (other, other.dtype),
        false => (one, one.dtype),
    };
    Ok(tensor(&named.name, dtype, &shape, &values))
}
