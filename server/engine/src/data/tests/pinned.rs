//! The embedded pictures are the same bytes on every machine.

use super::*;
use crate::data::shapes::{Figure, Shapes, Split};
use sha2::{Digest, Sha256};

fn digest(split: Split, indices: impl Iterator<Item = usize>) -> String {
    let set = Shapes::new(split);
    let mut hasher = Sha256::new();
    let mut bytes = vec![0; set.info().pixels()];
    for index in indices {
        set.bytes_into(index, &mut bytes).unwrap();
        hasher.update(&bytes);
    }
    hasher
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[test]
fn a_hundred_pictures_have_pinned_bytes() {
    // Fifty of each split, spread over it.
    let train = digest(Split::Train, (0..20_000).step_by(400));
    assert_eq!(
        train,
        "655d98a5e3fd6df93641fbaf8b9dda22311ad9ca16143128ee1fc4de188f15c0"
    );
    let test = digest(Split::Test, (0..2_000).step_by(40));
    assert_eq!(
        test,
        "4e7860dc012742e34e41e8332b0d067350415c7a98496902ba13184d5a831ab4"
    );
}

#[test]
fn every_class_has_as_many_pictures() {
    let set = Shapes::new(Split::Test);
    let mut counts = [0; 10];
    (0..2_000).for_each(|index| counts[set.label(index).unwrap()] += 1);
    assert_eq!(counts, [200; 10]);
    assert_eq!(set.info().classes.len(), Figure::ALL.len());
}

#[test]
fn no_picture_comes_twice() {
    let mut seen = std::collections::HashSet::new();
    for (split, count) in [(Split::Train, 2_000), (Split::Test, 2_000)] {
        let set = Shapes::new(split);
        for index in 0..count {
            let bits: Vec<u32> = set
                .image(index)
                .unwrap()
                .into_iter()
                .map(f32::to_bits)
                .collect();
            assert!(seen.insert(bits), "{split:?} {index}");
        }
    }
}
