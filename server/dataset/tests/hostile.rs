//! Whatever is in a file, it is read or refused.

mod made;

use made::seeds::{Seed, seeds};
use proptest::prelude::*;
use valleyscope_dataset::Format;

/// Opens the file with another content and reads all that it gives.
fn read(seed: &Seed, content: &[u8]) -> Result<usize, String> {
    seed.placed().read(content)
}

#[test]
fn unchanged_files_are_read() {
    for seed in seeds() {
        let count = read(seed, &seed.content);
        assert!(matches!(count, Ok(1..=2)), "{:?}: {count:?}", seed.format);
    }
}

/// A few megabytes that stand for terabytes, or that would be looked through for hours.
#[test]
fn values_that_are_meant_a_million_times_are_held_once() {
    let text = [&b"X\0\0\x10\0"[..], &[b'a'; 1 << 20], b"q\0"].concat();
    for (steps, words) in [
        (
            [&b"N"[..], &[0x94; 4_000_001]].concat(),
            "more than 4000000",
        ),
        (
            [&b"}("[..], &text, &b"h\0".repeat((1 << 20) - 1), b"u"].concat(),
            "its keys are aaa",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let pickle = [&b"\x80\x02"[..], &steps, b"."].concat();
        let path = made::written(&folder, "test_batch", &pickle);
        let text = made::refused(Format::CifarPickle, &path, "{}");
        assert!(text.contains(words) && text.len() < 5000, "{text}");
    }
}

#[test]
fn files_that_are_cut_off_are_read_or_refused() {
    for seed in seeds() {
        let length = seed.content.len();
        for end in (0..length).step_by((length / 60).max(1)) {
            let _ = read(seed, &seed.content[..end]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(debug_assertions) { 1000 } else { 6000 }))]

    #[test]
    fn changed_bytes_do_no_harm(
        which in any::<prop::sample::Index>(),
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), any::<bool>()), 1..8),
    ) {
        let seed = &seeds()[which.index(seeds().len())];
        let mut content = seed.content.clone();
        for (place, value, near) in changes {
            // Half of them in the head, where sizes stand.
            let within = if near { content.len().min(200) } else { content.len() };
            let place = place.index(within);
            content[place] = value;
        }
        let _ = read(seed, &content);
    }
}
