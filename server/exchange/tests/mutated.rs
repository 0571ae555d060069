//! Exchanged networks with changed bytes are read or refused, soon and in little memory.

mod common;

use bytes::Bytes;
use std::path::Path;
use valleyscope_exchange::Program;
use valleyscope_tests::mutate::{Counting, Part, Reader, Seed, seal};

#[global_allocator]
static MEMORY: Counting = Counting;

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
        let file = std::fs::read(folder.join(name)).unwrap();
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&file)).unwrap();
        let mut parts = Vec::new();
        for place in 0..archive.len() {
            let mut entry = archive.by_index(place).unwrap();
            let mut content = Vec::new();
            std::io::Read::read_to_end(&mut entry, &mut content).unwrap();
            parts.push(Part::new(entry.name().unwrap(), content));
        }
        Seed::packed(file, parts, seal::zip)
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
