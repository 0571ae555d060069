//! Checkpoints with changed bytes are read or refused, soon and in little memory.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use valleyscope_checkpoint::convert;
use valleyscope_tests::mutate::{self, Part, PeakAlloc, Reader, Seed, seal};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Tensors are at most four times the file and a megabyte, and a pickle's values some hundred bytes for each of its own; the files
/// here have some kilobytes.
const MOST_MEMORY: usize = 64 << 20;

fn golden(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    std::fs::read(folder.join(name)).unwrap()
}

fn withstands(name: &str, seeds: Vec<Seed>) {
    let reader = Reader {
        name,
        most_memory: MOST_MEMORY,
        seeds,
    };
    let place = mutate::folder();
    let path = place.path().join("changed.pt");
    reader.withstands(|_, content| {
        std::fs::write(&path, content).unwrap();
        convert(&path, place.path())
    });
}

#[test]
fn archives() {
    let seed = |name| Seed::archive(golden(name));
    let names = ["bare.pt", "module.pt", "nested.pt", "scaled.pt", "views.pt"];
    withstands("PyTorch, zip", names.map(seed).into());
}

#[test]
fn pickles_in_a_row() {
    let seeds = ["legacy.pt", "legacy-4.pt"].map(|name| Seed::plain(golden(name)));
    withstands("PyTorch, pickles in a row", seeds.into());
}

/// A dictionary of two tensors, of which one is a part of the other's storage.
fn tar() -> Vec<Part> {
    let whole = |numbers: &[i64]| -> Vec<u8> {
        numbers
            .iter()
            .flat_map(|number| number.to_le_bytes())
            .collect()
    };
    let values: Vec<u8> = (0..12u8)
        .flat_map(|value| f32::from(value).to_le_bytes())
        .collect();
    let storages = [
        &b"\x80\x02K\x01.\x80\x02(K\x0aU\x03cpuctorch\nFloatStorage\nt."[..],
        &whole(&[12]),
        &values,
        b"\x80\x02]((K\x0bK\x0aK\x04K\x03te.",
    ];
    let tensors = [
        &b"\x80\x02K\x02.\x80\x02(K\x14K\x0actorch\nFloatTensor\nt.\x02\0\0\0\0\0\0\0"[..],
        &whole(&[3, 4, 4, 1, 0]),
        b"\x80\x02(K\x15K\x0bctorch\nFloatTensor\nt.\x01\0\0\0\0\0\0\0",
        &whole(&[3, 1, 0]),
    ];
    vec![
        Part::new(
            "sys_info",
            *b"\x80\x02}(U\x10protocol_versionM\xe8\x03U\x0dlittle_endian\x88u.",
        ),
        Part::new(
            "pickle",
            *b"\x80\x02}(U\x08a.weightU\x0220QU\x06a.biasU\x0221Qu.",
        ),
        Part::new("tensors", tensors.concat()),
        Part::new("storages", storages.concat()),
    ]
}

#[test]
fn archives_of_old() {
    let parts = tar();
    let seed = Seed::packed(seal::tar(&parts), parts, seal::tar);
    withstands("PyTorch, tar", vec![seed]);
}

/// A state dict without tensors is refused; what is looked at here is the pickle itself.
#[test]
fn pickles() {
    let pickle = *b"\x80\x02}(X\x05\0\0\0epochK\x07X\x03\0\0\0accG@V\xe0\0\0\0\0\0X\x04\0\0\0argscargparse\nNamespace\n)\x81}bX\x04\0\0\0list]K\x01au.";
    let reader = Reader {
        name: "pickle",
        most_memory: MOST_MEMORY,
        seeds: vec![Seed::plain(pickle)],
    };
    let place = mutate::folder();
    let path = place.path().join("changed.pkl");
    reader.withstands(|_, content| {
        std::fs::write(&path, content).unwrap();
        match convert(&path, place.path()) {
            Err(error) if error.to_string().contains("no tensors") => Ok(()),
            other => other.map(drop),
        }
    });
}
