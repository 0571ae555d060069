//! `--from`, the disk, and the sets that are known.

mod made;

use made::{
    Behaviour, Entry, Server, fetched, fetched_until, file, noise, one, packed, set, sha256, tar,
};
use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::tempdir;
use valleyscope_fetch::{Error, Pace, Source, check_space, find, known};
use valleyscope_tests::data;

#[test]
fn files_of_a_local_folder_are_copied() {
    let folder = tempdir().unwrap();
    let from = tempdir().unwrap();
    let contents = [noise(1000, 1), noise(2000, 2)];
    std::fs::write(from.path().join("a.bin"), &contents[0]).unwrap();
    std::fs::write(from.path().join("b.bin"), &contents[1]).unwrap();
    let set = set(vec![
        file("a.bin", &contents[0], &[]),
        file("b.bin", &contents[1], &[]),
    ]);
    let source = Source::Path(from.path().to_owned());
    let there = fetched(&set, Some(&source), folder.path()).unwrap();
    assert_eq!(std::fs::read(&there.train[0]).unwrap(), contents[0]);
    assert_eq!(std::fs::read(&there.test[0]).unwrap(), contents[1]);
    assert_eq!(there.came, 0);
    assert!(from.path().join("a.bin").exists());
}

#[test]
fn a_local_archive_is_unpacked_where_it_lies_and_stays() {
    let folder = tempdir().unwrap();
    let from = tempdir().unwrap();
    let content = tar(&[Entry::File("a/x.bin", b"1"), Entry::File("a/y.bin", b"2")]);
    let archive = from.path().join("renamed by the browser.tar");
    std::fs::write(&archive, &content).unwrap();
    let set = packed(&content, &[], 1 << 20);
    let source = Source::Path(archive.clone());
    let there = fetched(&set, Some(&source), folder.path()).unwrap();
    assert_eq!(std::fs::read(&there.test[0]).unwrap(), b"2");
    assert!(archive.exists());
    assert!(!there.folder.join("data.tar").exists());
}

#[test]
fn a_local_file_that_is_another_is_refused_and_stays() {
    let folder = tempdir().unwrap();
    let from = tempdir().unwrap();
    let path = from.path().join("data.bin");
    let set = set(vec![file("data.bin", &noise(1000, 1), &[])]);
    let source = Source::Path(path.clone());
    std::fs::write(&path, noise(1000, 2)).unwrap();
    let error = fetched(&set, Some(&source), folder.path()).unwrap_err();
    assert!(matches!(error, Error::Checksum { .. }), "{error}");
    std::fs::write(&path, noise(999, 1)).unwrap();
    let error = fetched(&set, Some(&source), folder.path()).unwrap_err();
    assert!(matches!(error, Error::Length { found: 999, .. }), "{error}");
    assert!(path.exists());
}

#[test]
fn a_place_without_the_files_is_refused() {
    let folder = tempdir().unwrap();
    let from = tempdir().unwrap();
    let alone = from.path().join("a.bin");
    std::fs::write(&alone, b"1").unwrap();
    let set = set(vec![file("a.bin", b"1", &[]), file("b.bin", b"2", &[])]);
    let reasons = [
        (from.path().to_owned(), "holds no file b.bin"),
        (alone, "has 2 files"),
        (from.path().join("nothing"), "there is no such file"),
    ];
    for (path, reason) in reasons {
        let source = Source::Path(path);
        let error = fetched(&set, Some(&source), folder.path()).unwrap_err();
        assert!(matches!(error, Error::Source { .. }), "{error}");
        assert!(error.to_string().contains(reason), "{error}");
    }
}

#[test]
fn a_mirror_is_asked_for_the_files_by_name() {
    let content = noise(1000, 1);
    let server = Server::new(&content, vec![Behaviour::Good]);
    let set = set(vec![file(
        "data.bin",
        &content,
        &["http://127.0.0.1:1/".to_owned()],
    )]);
    for address in [
        server.base(),
        server.address("folder/"),
        server.address("d.bin?x=1"),
    ] {
        let folder = tempdir().unwrap();
        let source = Source::parse(&address).unwrap();
        let there = fetched(&set, Some(&source), folder.path()).unwrap();
        assert_eq!(std::fs::read(&there.test[0]).unwrap(), content);
    }
}

#[test]
fn two_do_not_fetch_one_set_at_once() {
    let content = noise(1000, 1);
    let server = Server::new(&content, vec![Behaviour::Good]);
    let set = one(&content, &server);
    let folder = tempdir().unwrap();
    let mut second = None;
    fetched_until(&set, folder.path(), |_| {
        second.get_or_insert_with(|| fetched(&set, None, folder.path()));
        false
    })
    .unwrap();
    assert!(matches!(second, Some(Err(Error::Busy { .. }))));
    fetched(&set, None, folder.path()).unwrap();
}

#[test]
fn a_disk_with_too_little_room_is_told_before() {
    let folder = Path::new("folder");
    check_space(folder, 1000, 1000).unwrap();
    let error = check_space(folder, 5_800_000_000, 2_000_000_000).unwrap_err();
    let text = error.to_string();
    for part in ["5.80 GB", "2.00 GB", "3.80 GB is missing"] {
        assert!(text.contains(part), "{text}");
    }
}

#[test]
fn a_set_that_no_disk_holds_is_not_begun() {
    let server = Server::new(b"content", vec![Behaviour::Good]);
    let mut set = one(b"content", &server);
    set.files[0].size = u64::MAX / 2;
    let folder = tempdir().unwrap();
    let error = fetched(&set, None, folder.path()).unwrap_err();
    assert!(matches!(error, Error::Full { .. }), "{error}");
    assert_eq!(server.seen().len(), 0);
}

#[test]
fn the_rate_is_smoothed_and_tells_what_is_left() {
    let start = Instant::now();
    let mut pace = Pace::new(start, 1000);
    assert_eq!((pace.rate(), pace.left(5000)), (None, None));
    pace.update(start + Duration::from_secs(1), 2000);
    assert_eq!(pace.rate(), Some(1000.0));
    assert_eq!(pace.left(5000), Some(Duration::from_secs(3)));
    // 1000 + (1 - exp(-1 / 5)) (0 - 1000) = 818.73
    pace.update(start + Duration::from_secs(2), 2000);
    assert!((pace.rate().unwrap() - 818.730_753).abs() < 1e-3);
}

#[test]
fn each_known_set_is_complete() {
    let names: Vec<_> = known().into_iter().map(|set| set.name).collect();
    let expected = [
        "cifar10",
        "cifar100",
        "mnist",
        "fashion-mnist",
        "kmnist",
        "svhn",
        "cifar10-c",
        "cifar100-c",
    ];
    assert_eq!(names, expected);
    let mut sums = BTreeSet::new();
    for set in known() {
        assert!(!set.test.is_empty() && set.terms.ends_with('.'));
        let mut inside = BTreeSet::new();
        for file in &set.files {
            let is_digit = |letter: char| matches!(letter, '0'..='9' | 'a'..='f');
            assert!(file.sha256.len() == 64 && file.sha256.chars().all(is_digit));
            assert!(sums.insert(file.sha256.clone()), "{} twice", file.sha256);
            assert!(!file.addresses.is_empty());
            for address in &file.addresses {
                assert!(address.ends_with(&format!("/{}", file.name)), "{address}");
            }
            match &file.unpack {
                None => inside.extend([file.name.clone()]),
                Some(unpack) => {
                    assert!(unpack.most >= file.size);
                    inside.extend(unpack.entries.iter().cloned());
                }
            }
        }
        for path in set.train.iter().chain(&set.test) {
            let is_it = |file: &String| file == path || file.starts_with(&format!("{path}/"));
            assert!(inside.iter().any(is_it), "{path}");
        }
    }
}

#[test]
fn an_unknown_name_lists_those_that_are_known() {
    let text = find("cifar").unwrap_err().to_string();
    assert!(text.contains("cifar10, cifar100, mnist"), "{text}");
    assert_eq!(find("cifar10-c").unwrap().size(), 2_918_471_680);
}

#[test]
fn mnists_test_images_are_those_that_are_known() {
    let name = "t10k-images-idx3-ubyte.gz";
    let path = format!("datasets/mnist/{name}");
    let Some(root) = data::with([&path[..]]) else {
        return;
    };
    let content = std::fs::read(root.join(path)).unwrap();
    let set = find("mnist").unwrap();
    let file = set.files.iter().find(|file| file.name == name).unwrap();
    assert_eq!(file.size, content.len() as u64);
    assert_eq!(file.sha256, sha256(&content));
}
