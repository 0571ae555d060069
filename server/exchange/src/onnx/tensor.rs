//! ONNX's tensors.

use super::proto::Tensor;
use crate::limits::count;
use crate::size::{Size, Whole};
use crate::tensor::{DType, TensorData};
use crate::trace::Value;
use bytes::Bytes;

/// The numbers of a tensor.
///
/// # Errors
/// Says what kind of tensor is not read, or that the numbers are not as many as its shape says.
pub(super) fn value(of: &Tensor) -> Result<Value, String> {
    if of.location == 1 {
        return Err(
            "has its numbers in another file; save the network with its weights in one file"
                .to_owned(),
        );
    }
    let many = count(&of.dims)? as usize;
    match of.kind {
        1 => floats(of, DType::F32, many),
        10 => floats(of, DType::F16, many),
        11 => floats(of, DType::F64, many),
        16 => floats(of, DType::Bf16, many),
        2 | 3 | 4 | 5 | 6 | 7 | 9 | 12 | 13 => whole(of, many).map(Value::Whole),
        other => Err(format!(
            "has numbers of the kind {other}, which is not read"
        )),
    }
}

fn floats(of: &Tensor, dtype: DType, many: usize) -> Result<Value, String> {
    let bytes: Bytes = match dtype {
        _ if !of.raw.is_empty() => of.raw.clone(),
        DType::F32 => of.floats.iter().flat_map(|f| f.to_le_bytes()).collect(),
        DType::F64 => of.doubles.iter().flat_map(|f| f.to_le_bytes()).collect(),
        // Half precision is stored as the bits of whole numbers.
        _ => of
            .int32s
            .iter()
            .flat_map(|bits| (*bits as u16).to_le_bytes())
            .collect(),
    };
    if bytes.len() != many * dtype.size() {
        return Err(format!(
            "has {} bytes for {:?} numbers",
            bytes.len(),
            of.dims
        ));
    }
    Ok(Value::Array(TensorData {
        name: of.name.clone(),
        dtype,
        shape: of.dims.clone(),
        bytes,
    }))
}

fn whole(of: &Tensor, many: usize) -> Result<Whole, String> {
    fn read<const N: usize>(bytes: &[u8], number: impl Fn([u8; N]) -> i64) -> Vec<i64> {
        let each = bytes.chunks_exact(N);
        each.filter_map(|chunk| chunk.try_into().ok())
            .map(number)
            .collect()
    }
    if many > crate::limits::MOST_WHOLE {
        return Err(format!("has {many} whole numbers, which are no weights"));
    }
    let raw = &of.raw;
    let values: Vec<i64> = match (raw.is_empty(), of.kind) {
        (true, 7) => of.int64s.clone(),
        (true, _) => of.int32s.iter().copied().map(i64::from).collect(),
        (false, 2 | 9) => raw.iter().copied().map(i64::from).collect(),
        (false, 3) => read(raw, |b: [u8; 1]| i64::from(i8::from_le_bytes(b))),
        (false, 4) => read(raw, |b| i64::from(u16::from_le_bytes(b))),
        (false, 5) => read(raw, |b| i64::from(i16::from_le_bytes(b))),
        (false, 6) => read(raw, |b| i64::from(i32::from_le_bytes(b))),
        (false, 12) => read(raw, |b| i64::from(u32::from_le_bytes(b))),
        (false, _) => read(raw, i64::from_le_bytes),
    };
    Whole::new(
        of.dims.clone(),
        values.into_iter().map(Size::plain).collect(),
    )
}
