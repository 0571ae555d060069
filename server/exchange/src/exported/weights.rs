//! Weights as they lie in memory.

use super::archive::Archive;
use super::schema::{MetaSize, Payload, Payloads, TensorMeta};
use crate::error::{Error, Result};
use crate::fold::arrange::Walk;
use crate::limits::{MOST_BYTES, MOST_WHOLE, count};
use crate::size::{Size, Whole};
use crate::tensor::{DType, TensorData};
use crate::trace::Value;
use bytes::Bytes;
use std::collections::HashMap;

/// The weights of a file by name, of which each is read when it is asked for.
pub(super) struct Weights {
    payloads: HashMap<String, (&'static str, Payload)>,
    read: u64,
}

impl Weights {
    pub(super) fn open(archive: &mut Archive) -> Result<Self> {
        let mut payloads = HashMap::new();
        for folder in ["weights", "constants"] {
            let name = format!("data/{folder}/model_{folder}_config.json");
            if !archive.names().any(|other| other == name) {
                continue;
            }
            let text = archive.text(&name)?;
            let all: Payloads = serde_json::from_slice(&text)
                .map_err(|error| Error::Damaged(format!("{name}: {error}")))?;
            let all = all.config.into_iter();
            payloads.extend(all.map(|(name, payload)| (name, (folder, payload))));
        }
        Ok(Self { payloads, read: 0 })
    }

    /// The tensor of a name.
    pub(super) fn get(&mut self, archive: &mut Archive, name: &str) -> Result<Value> {
        let refuse = |reason: String| Error::Foreign(format!("the tensor {name} {reason}"));
        let (folder, payload) = self
            .payloads
            .get(name)
            .ok_or_else(|| refuse("is not in the file".to_owned()))?;
        let meta = match (&payload.tensor_meta, payload.use_pickle) {
            (Some(meta), false) => meta,
            _ => {
                return Err(refuse(
                    "is pickled, which is a program that is not run".to_owned(),
                ));
            }
        };
        let bytes = archive.numbers(&format!("data/{folder}/{}", payload.path_name))?;
        let shape = known(&meta.sizes).map_err(refuse)?;
        let many = count(&shape).map_err(refuse)? as u64;
        // Many names can stand for the same bytes, or for few bytes many times.
        self.read = self.read.saturating_add(many.saturating_mul(8));
        if self.read > 2 * MOST_BYTES {
            return Err(Error::TooMuch {
                what: "weights of more than 4 GB".to_owned(),
                most: "4 GB".to_owned(),
            });
        }
        tensor(name, meta, shape, bytes).map_err(refuse)
    }
}

fn known(sizes: &[MetaSize]) -> Result<Vec<i64>, String> {
    let size = |size: &MetaSize| match size {
        MetaSize::AsInt(size) => Ok(*size),
        MetaSize::AsExpr(_) => Err("has a size that is a formula".to_owned()),
    };
    sizes.iter().map(size).collect()
}

fn tensor(name: &str, meta: &TensorMeta, shape: Vec<i64>, bytes: Bytes) -> Result<Value, String> {
    if meta.layout != 7 {
        return Err("is sparse, which is not read".to_owned());
    }
    let steps = known(&meta.strides)?;
    let [start] = <[i64; 1]>::try_from(known(std::slice::from_ref(&meta.storage_offset))?)
        .map_err(|_| "begins nowhere".to_owned())?;
    let size = match meta.dtype {
        1 | 2 | 12 => 1,
        3 | 6 | 13 => 2,
        4 | 7 => 4,
        _ => 8,
    };
    if count(&shape)?.saturating_mul(size) > bytes.len() as i64 {
        return Err(format!(
            "stands for numbers {shape:?} with {} bytes",
            bytes.len()
        ));
    }
    let number = |size: usize| bytes.len() / size;
    let walk = |size: usize| Walk::strided(&shape, &steps, start, number(size));
    let floats = |dtype: DType| -> Result<Value, String> {
        let stored = TensorData {
            name: name.to_owned(),
            dtype,
            shape: shape.clone(),
            bytes: bytes.clone(),
        };
        let walk = walk(dtype.size())?;
        let all = bytes.len() as i64 == count(&shape)? * dtype.size() as i64;
        // Most lie row by row, and are taken as they are.
        match all && walk.is_rows() {
            true => Ok(Value::Array(stored)),
            false => walk.through(&stored).map(Value::Array),
        }
    };
    let whole = |size: usize, number: fn(&[u8]) -> i64| -> Result<Value, String> {
        let walk = walk(size)?;
        if bytes.len() / size > MOST_WHOLE {
            return Err("has more whole numbers than are read".to_owned());
        }
        let values = bytes.chunks_exact(size).map(number).map(Size::plain);
        let stored = Whole {
            shape: shape.clone(),
            values: values.collect(),
        };
        walk.through_whole(&stored).map(Value::Whole)
    };
    match meta.dtype {
        6 => floats(DType::F16),
        7 => floats(DType::F32),
        8 => floats(DType::F64),
        13 => floats(DType::Bf16),
        1 | 12 => whole(1, |b| i64::from(b[0])),
        2 => whole(1, |b| i64::from(b[0] as i8)),
        3 => whole(2, |b| i64::from(i16::from_le_bytes([b[0], b[1]]))),
        4 => whole(4, |b| {
            i64::from(i32::from_le_bytes([b[0], b[1], b[2], b[3]]))
        }),
        5 => whole(8, |b| b.try_into().map_or(0, i64::from_le_bytes)),
        other => Err(format!(
            "has numbers of the kind {other}, which is not read"
        )),
    }
}
