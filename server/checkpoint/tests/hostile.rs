//! Files that were made to do harm.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;
use std::io::Write;
use std::path::{Path, PathBuf};
use valleyscope_checkpoint::convert;
use zip::write::SimpleFileOptions;

/// An archive as torch.save writes, with these parts.
fn archive(path: &Path, parts: &[(&str, &[u8])]) {
    let mut archive = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
    for (name, content) in parts {
        let options = SimpleFileOptions::default();
        let stored = options.compression_method(zip::CompressionMethod::Stored);
        archive.start_file(*name, stored).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap();
}

/// The pickle of a state dict with one tensor `w` over a storage of one number, of these sizes and steps.
fn one_tensor(sizes: [i32; 2], steps: [i32; 2]) -> Vec<u8> {
    let pair = |[one, other]: [i32; 2]| {
        [
            &b"J"[..],
            &one.to_le_bytes(),
            b"J",
            &other.to_le_bytes(),
            b"\x86",
        ]
        .concat()
    };
    [
        &b"\x80\x02}X\x01\0\0\0wctorch._utils\n_rebuild_tensor_v2\n((X\x07\0\0\0storagectorch\nFloatStorage\n"[..],
        b"X\x01\0\0\x000X\x03\0\0\0cpuK\x01tQK\0",
        &pair(sizes),
        &pair(steps),
        b"\x89ccollections\nOrderedDict\n)RtRs.",
    ]
    .concat()
}

fn refusal(path: &Path) -> String {
    let place = tempfile::tempdir().unwrap();
    let error = convert(path, place.path()).unwrap_err().to_string();
    let left = std::fs::read_dir(place.path()).unwrap().count();
    assert_eq!(left, 0, "{error}");
    error
}

#[test]
fn a_tensor_as_it_should_be_is_read() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("one.pt");
    let pickle = one_tensor([1, 1], [1, 1]);
    archive(
        &path,
        &[("a/data.pkl", &pickle), ("a/data/0", &[0, 0, 128, 63])],
    );
    let contents = convert(&path, place.path()).unwrap();
    assert_eq!(contents.networks[0].tensors, 1);
}

#[test]
fn a_few_bytes_that_stand_for_gigabytes_are_refused_unread() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("view.pt");
    // 49,000 x 49,000 numbers of one.
    let pickle = one_tensor([49_000, 49_000], [0, 0]);
    archive(&path, &[("a/data.pkl", &pickle), ("a/data/0", &[0; 4])]);
    assert!(std::fs::metadata(&path).unwrap().len() < 1000);
    let text = refusal(&path);
    assert!(text.contains("at most 1024 MB"), "{text}");
}

/// A long tensor over one number is small enough to be read, and would be written as often as names nest.
#[test]
fn a_file_does_not_stand_for_many_times_its_size() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("long.pt");
    let pickle = one_tensor([4_000, 4_000], [0, 0]);
    archive(&path, &[("a/data.pkl", &pickle), ("a/data/0", &[0; 4])]);
    let text = refusal(&path);
    assert!(text.contains("four times the file's"), "{text}");
}

#[test]
fn of_two_pickles_it_is_not_known_which_is_meant() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("two.pt");
    let pickle = one_tensor([1, 1], [1, 1]);
    archive(
        &path,
        &[
            ("a/data.pkl", &pickle),
            ("b/data.pkl", &pickle),
            ("a/data/0", &[0; 4]),
        ],
    );
    let text = refusal(&path);
    assert!(
        text.contains("a/data.pkl") && text.contains("b/data.pkl"),
        "{text}"
    );
}

#[test]
fn keys_of_which_one_name_would_be_left_are_refused() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("keys.pt");
    archive(
        &path,
        &[("a/data.pkl", b"\x80\x02}(K\x01NX\x01\0\0\x001Nu.")],
    );
    let text = refusal(&path);
    assert!(text.contains("keys 1 and \"1\""), "{text}");
}

#[test]
fn what_would_run_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("runs.pt");
    archive(&path, &[("a/data.pkl", b"cposix\nsystem\n(S'true'\ntR.")]);
    let text = refusal(&path);
    assert!(text.contains("calls posix.system"), "{text}");
}

#[test]
fn a_pickle_that_grows_when_it_is_unpacked_is_refused() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("bomb.pt");
    let mut archive = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    archive
        .start_file("a/data.pkl", SimpleFileOptions::default())
        .unwrap();
    let zeros = vec![0; 1 << 20];
    for _ in 0..101 {
        archive.write_all(&zeros).unwrap();
    }
    archive.finish().unwrap();
    assert!(std::fs::metadata(&path).unwrap().len() < 1 << 20);
    let text = refusal(&path);
    assert!(text.contains("at most 100 MB"), "{text}");
}

/// Of its two gigabytes of zeros the archive has none.
#[test]
fn a_sparse_entry_is_refused_unread() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("sparse.tar");
    let mut header = tar::Header::new_gnu();
    header.set_path("storages").unwrap();
    header.set_entry_type(tar::EntryType::GNUSparse);
    header.set_size(0);
    let gnu = header.as_gnu_mut().unwrap();
    gnu.realsize.copy_from_slice(b"20000000000\0");
    gnu.sparse[0].offset.copy_from_slice(b"20000000000\0");
    gnu.sparse[0].numbytes.copy_from_slice(b"00000000000\0");
    header.set_cksum();
    std::fs::write(&path, [&header.as_bytes()[..], &[0; 1024]].concat()).unwrap();
    let text = refusal(&path);
    assert!(text.contains("sparse entry, storages"), "{text}");
}

fn golden() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let file = |name: &str| -> PathBuf { folder.join(name) };
    ["bare.pt", "legacy.pt", "module.pt", "nested.pt", "views.pt"]
        .map(|name| std::fs::read(file(name)).unwrap())
        .into()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 64 } else { 1500 }))]

    /// Whatever is in a file, it is read or refused.
    #[test]
    fn changed_bytes_do_no_harm(which in 0..5usize, changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("changed.pt");
        let mut bytes = golden()[which].clone();
        for (place, value) in changes {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        std::fs::write(&path, bytes).unwrap();
        let _ = convert(&path, place.path());
    }
}
