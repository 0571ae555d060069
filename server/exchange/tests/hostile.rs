//! Files that were changed byte by byte are read or refused, and nothing else.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use bytes::Bytes;
use common::small::onnx;
use proptest::prelude::*;
use prost::Message;
use std::path::Path;
use valleyscope_exchange::Program;

fn files() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let names = ["residual-dynamic.pt2", "transformer-fixed.pt2"];
    let golden = names.map(|name| std::fs::read(folder.join(name)).unwrap());
    [onnx()].into_iter().chain(golden).collect()
}

/// The text of a model in an archive, with the place of its bytes: changes in packed ones would only be noticed by their checksum.
fn json(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let file = std::fs::File::open(folder.join(name)).unwrap();
    let mut archive = zip::ZipArchive::new(file).unwrap();
    let model = (0..archive.len())
        .find(|place| {
            let part = archive.by_index_raw(*place).unwrap();
            part.name().unwrap().contains("/models/")
        })
        .unwrap();
    std::io::read_to_string(archive.by_index(model).unwrap()).unwrap()
}

/// The archive again with another model.
fn with_model(name: &str, model: &[u8]) -> Vec<u8> {
    use std::io::{Cursor, Write};
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let file = std::fs::File::open(folder.join(name)).unwrap();
    let mut from = zip::ZipArchive::new(file).unwrap();
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for place in 0..from.len() {
        let part = from.by_index_raw(place).unwrap();
        if !part.name().unwrap().contains("/models/") {
            to.raw_copy_file(part).unwrap();
        }
    }
    let options = zip::write::SimpleFileOptions::default();
    let stored = options.compression_method(zip::CompressionMethod::Stored);
    to.start_file("a/models/model.json", stored).unwrap();
    to.write_all(model).unwrap();
    to.finish().unwrap().into_inner()
}

const CASES: u32 = if cfg!(debug_assertions) { 400 } else { 4000 };

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::with_cases(CASES) })]

    #[test]
    fn changed_bytes_do_no_harm(which in 0..3usize, changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut bytes = files()[which].clone();
        for (place, value) in changes {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        let _ = Program::of_bytes(Bytes::from(bytes));
    }

    #[test]
    fn changed_digits_do_no_harm(which in 0..2usize, changes in proptest::collection::vec((any::<prop::sample::Index>(), 0..10usize), 1..6)) {
        let name = ["residual-dynamic.pt2", "transformer-fixed.pt2"][which];
        let mut model = json(name);
        let texts = ["0", "1", "-1", "7", "-9223372036854775808", "9223372036854775807", "4294967296", "2147483647", "3", "65537"];
        for (place, text) in changes {
            let numbers: Vec<(usize, &str)> = model.match_indices("\"as_int\": ").collect();
            let (at, found) = numbers[place.index(numbers.len())];
            let from = at + found.len();
            let end = model[from..].find(['}', ',']).unwrap() + from;
            model.replace_range(from..end, texts[text]);
        }
        let _ = Program::of_bytes(Bytes::from(with_model(name, model.as_bytes())));
    }

    #[test]
    fn changed_whole_numbers_do_no_harm(place in any::<prop::sample::Index>(), value in prop::sample::select(vec![0, 1, -1, 2, 3, 4, 8, -2, i64::MIN, i64::MAX, 1 << 20, 1 << 31, 1 << 40, 65536])) {
        let mut model = common::proto::Model::decode(onnx().as_slice()).unwrap();
        let graph = model.graph.as_mut().unwrap();
        let mut all: Vec<&mut i64> = Vec::new();
        for tensor in &mut graph.initializers {
            all.extend(&mut tensor.int64s);
            all.extend(&mut tensor.dims);
        }
        for attribute in graph.nodes.iter_mut().flat_map(|node| &mut node.attributes) {
            all.push(&mut attribute.i);
            all.extend(&mut attribute.ints);
        }
        for input in &mut graph.inputs {
            let of = input.of.as_mut().unwrap().tensor.as_mut().unwrap();
            all.extend(of.shape.as_mut().unwrap().dims.iter_mut().map(|dim| &mut dim.value));
        }
        let place = place.index(all.len());
        *all[place] = value;
        let _ = model.read();
    }
}
