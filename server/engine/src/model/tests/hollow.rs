//! Weights files that are a header alone, before numbers that are a hole: names and shapes are all that is looked at.

use serde_json::{Map, json};
use std::path::Path;

/// Writes a file with these tensors; counters of batches are whole numbers.
pub(super) fn hollow<'a>(path: &Path, tensors: impl IntoIterator<Item = (&'a str, Vec<u64>)>) {
    let mut end = 0;
    let mut header = Map::new();
    for (name, shape) in tensors {
        let counter = name.ends_with("num_batches_tracked");
        let (kind, size) = if counter { ("I64", 8) } else { ("BF16", 2) };
        let next = end + size * shape.iter().product::<u64>();
        let entry = json!({ "dtype": kind, "shape": shape, "data_offsets": [end, next] });
        header.insert(name.to_owned(), entry);
        end = next;
    }
    let header = serde_json::to_vec(&header).unwrap();
    let start = [&(header.len() as u64).to_le_bytes()[..], &header].concat();
    std::fs::write(path, &start).unwrap();
    let file = std::fs::File::options().write(true).open(path).unwrap();
    file.set_len(start.len() as u64 + end).unwrap();
}
