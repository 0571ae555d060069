//! What looking at every picture shows.

mod made;

use made::{noise, opened, written};
use std::ops::ControlFlow;
use tempfile::TempDir;
use valleyscope_dataset::{Error, Pair, Set, check, checks};

/// A set of CIFAR-10's format with these labels and pictures.
fn set(folder: &TempDir, name: &str, images: &[(u8, Vec<u8>)]) -> Set {
    let content: Vec<u8> = images
        .iter()
        .flat_map(|(label, pixels)| [vec![*label], pixels.clone()].concat())
        .collect();
    opened(&[written(folder, name, &content)], "{}")
}

#[test]
fn classes_ranges_constant_pictures_and_duplicates_are_found() {
    let folder = TempDir::new().unwrap();
    let [one, two] = [1, 2].map(|seed| {
        noise(3072, seed)
            .into_iter()
            .map(|byte| byte.clamp(3, 250))
            .collect::<Vec<_>>()
    });
    let first = [
        (5, one.clone()),
        (5, vec![9; 3072]),
        (2, one.clone()),
        (5, one.clone()),
    ];
    let first = set(&folder, "one.bin", &first);
    let second = set(&folder, "two.bin", &[(0, two), (2, one)]);
    let mut seen = Vec::new();
    let found = checks(&first, Some(&second), |done, all| {
        seen.push((done, all));
        ControlFlow::Continue(())
    });
    let found = found.unwrap();
    assert_eq!(seen, [(1, 6), (2, 6), (3, 6), (4, 6), (5, 6), (6, 6)]);
    assert_eq!(found.per_class, [0, 0, 1, 0, 0, 3, 0, 0, 0, 0]);
    assert_eq!((found.range, &found.constant[..]), ([3, 250], &[1][..]));
    let pair = |first, second, same_class| Pair {
        first,
        second,
        same_class,
    };
    assert_eq!(found.duplicates, [pair(0, 2, false), pair(0, 3, true)]);
    assert_eq!(found.shared, [pair(0, 1, false)]);
    assert!(
        checks(&first, None, |_, _| ControlFlow::Continue(()))
            .unwrap()
            .shared
            .is_empty()
    );
}

/// Workers and handlers share one set.
#[test]
fn a_set_can_be_shared_between_threads() {
    let folder = TempDir::new().unwrap();
    let set = set(
        &folder,
        "one.bin",
        &[(5, noise(3072, 1)), (2, noise(3072, 2))],
    );
    std::thread::scope(|scope| {
        for index in [0, 1] {
            let set = &set;
            scope.spawn(move || assert_eq!(made::image(set, index), noise(3072, index as u64 + 1)));
        }
    });
}

#[test]
fn looking_can_be_stopped() {
    let folder = TempDir::new().unwrap();
    let set = set(
        &folder,
        "one.bin",
        &[(5, noise(3072, 1)), (5, noise(3072, 2))],
    );
    let mut seen = 0;
    let stop = |_: usize, _: usize| {
        seen += 1;
        ControlFlow::Break(())
    };
    assert!(matches!(check(&set, stop), Err(Error::Stopped)));
    assert_eq!(seen, 1);
}
