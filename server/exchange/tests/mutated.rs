//! Exchanged networks with changed bytes are read or refused, soon and in little memory.

mod common;

use bytes::Bytes;
use std::path::Path;
use valleyscope_exchange::Program;
use valleyscope_tests::mutate::{PeakAlloc, Reader, Seed};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Weights stay parts of the file. What is computed has at most 2^20 whole numbers of eight bytes for each of a few values.
const MOST_MEMORY: usize = 128 << 20;

fn withstands(name: &str, seeds: Vec<Seed>) {
    let reader = Reader {
        name,
        most_memory: MOST_MEMORY,
        seeds,
    };
    reader.withstands(|_, content| Program::of_bytes(Bytes::copy_from_slice(content)));
}

#[test]
fn onnx() {
    withstands("ONNX", vec![Seed::plain(common::small::onnx())]);
}

#[test]
fn exported() {
    let seed = |name| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
        Seed::archive(std::fs::read(folder.join(name)).unwrap())
    };
    let names = [
        "residual-decomposed.pt2",
        "residual-dynamic.pt2",
        "residual-fixed.pt2",
        "transformer-dynamic.pt2",
        "transformer-fixed.pt2",
    ];
    withstands("torch.export (.pt2)", names.map(seed).into());
}
