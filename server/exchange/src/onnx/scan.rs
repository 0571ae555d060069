//! A look over an ONNX file before its messages are made: two bytes can stand for a message of hundreds.

use crate::error::{Error, Result};
use crate::limits::{MOST_NODES, at_most};
use prost::encoding::{WireType, decode_key, decode_varint};

/// Messages and their fields, other than nodes.
const MOST_FIELDS: usize = 2_000_000;

/// Bytes of what is not the numbers of a tensor.
const MOST_REST: usize = 64 << 20;

/// A kind of message on the way to the tensors.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Model,
    Graph,
    Node,
    Attribute,
    Tensor,
}

/// What was counted.
#[derive(Default)]
struct Count {
    nodes: usize,
    fields: usize,
    rest: usize,
}

/// Counts what a file would become.
pub(super) fn scan(bytes: &[u8]) -> Result<()> {
    let mut count = Count::default();
    look(bytes, Kind::Model, &mut count)?;
    at_most(count.rest >> 20, MOST_REST >> 20, "MB beside the weights")
}

/// The kinds nest five deep, and so does this.
fn look(mut bytes: &[u8], kind: Kind, count: &mut Count) -> Result<()> {
    let damaged = |error: prost::DecodeError| Error::Damaged(error.to_string());
    while !bytes.is_empty() {
        count.fields += 1;
        at_most(count.fields, MOST_FIELDS, "fields")?;
        let (tag, wire) = decode_key(&mut bytes).map_err(damaged)?;
        let length = match wire {
            WireType::Varint => {
                decode_varint(&mut bytes).map_err(damaged)?;
                continue;
            }
            WireType::SixtyFourBit => 8,
            WireType::ThirtyTwoBit => 4,
            WireType::LengthDelimited => decode_varint(&mut bytes).map_err(damaged)?,
            WireType::StartGroup | WireType::EndGroup => {
                return Err(Error::Damaged("it has groups".to_owned()));
            }
        };
        let (field, after) = usize::try_from(length)
            .ok()
            .and_then(|length| bytes.split_at_checked(length))
            .ok_or_else(|| Error::Damaged("it ends early".to_owned()))?;
        bytes = after;
        if kind == Kind::Graph && tag == 1 {
            count.nodes += 1;
            at_most(count.nodes, MOST_NODES, "nodes")?;
        }
        match (kind, tag) {
            (Kind::Model, 7) => look(field, Kind::Graph, count)?,
            (Kind::Graph, 1) => look(field, Kind::Node, count)?,
            (Kind::Graph, 5) | (Kind::Attribute, 5) => look(field, Kind::Tensor, count)?,
            (Kind::Node, 5) => look(field, Kind::Attribute, count)?,
            // Their numbers take as much room as in the file.
            (Kind::Tensor, 4 | 9 | 10) => {}
            _ => count.rest += field.len(),
        }
    }
    Ok(())
}
