//! What comes out of an archive, and what does not.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod made;

use made::{Behaviour, Entry, Server, fetched, fetched_until, gzip, noise, packed, tar};
use std::path::Path;
use tempfile::tempdir;
use valleyscope_fetch::{Activity, Error, Source};

const MOST: u64 = 1 << 20;

fn good() -> Vec<u8> {
    tar(&[
        Entry::Folder("a/"),
        Entry::File("./a/x.bin", b"training"),
        Entry::File("a/readme.html", b"not needed"),
        Entry::File("a/y.bin", b"testing"),
        Entry::Link("a/z.bin", "/etc/hostname"),
    ])
}

/// Why an archive is refused, with the right checksum.
fn refusal(content: &[u8], most: u64, into: &Path) -> String {
    let archive = into.join("archive");
    std::fs::write(&archive, content).unwrap();
    let set = packed(content, &[], most);
    let error = fetched(&set, Some(&Source::Path(archive)), into).unwrap_err();
    assert!(matches!(error, Error::Archive { .. }), "{error}");
    error.to_string()
}

#[test]
fn what_the_set_needs_is_unpacked_and_nothing_else() {
    for content in [good(), gzip(&good())] {
        let server = Server::new(&content, vec![Behaviour::Good]);
        let folder = tempdir().unwrap();
        let set = packed(&content, &[server.address("data.tar")], MOST);
        let fetched = fetched(&set, None, folder.path()).unwrap();
        assert_eq!(std::fs::read(&fetched.train[0]).unwrap(), b"training");
        assert_eq!(std::fs::read(&fetched.test[0]).unwrap(), b"testing");
        let inside = std::fs::read_dir(fetched.folder.join("a")).unwrap();
        assert_eq!(inside.count(), 2);
        assert!(!fetched.folder.join("data.tar").exists());
    }
}

#[test]
fn what_is_unpacked_is_not_fetched_again_unless_it_changed() {
    let content = gzip(&good());
    let server = Server::new(&content, vec![Behaviour::Good]);
    let folder = tempdir().unwrap();
    let set = packed(&content, &[server.address("data.tar")], MOST);
    let first = fetched(&set, None, folder.path()).unwrap();
    assert_eq!(fetched(&set, None, folder.path()).unwrap().came, 0);
    std::fs::write(&first.test[0], b"TESTING").unwrap();
    let mended = fetched(&set, None, folder.path()).unwrap();
    assert_eq!(mended.came, content.len() as u64);
    assert_eq!(std::fs::read(&first.test[0]).unwrap(), b"testing");
}

#[test]
fn an_archive_whose_unpacking_was_stopped_is_not_fetched_again() {
    let content = good();
    let server = Server::new(&content, vec![Behaviour::Good]);
    let folder = tempdir().unwrap();
    let set = packed(&content, &[server.address("data.tar")], MOST);
    let stopped = fetched_until(&set, folder.path(), |progress| {
        progress.activity == Activity::Unpacking
    });
    assert!(matches!(stopped, Err(Error::Stopped { .. })));
    assert_eq!(fetched(&set, None, folder.path()).unwrap().came, 0);
    assert_eq!(server.seen().len(), 1);
}

#[test]
fn an_entry_that_leads_out_of_the_folder_refuses_the_archive() {
    for name in ["../x.bin", "a/../../x.bin", "/tmp/valleyscope-x.bin"] {
        let folder = tempdir().unwrap();
        let content = tar(&[Entry::File(name, b"evil")]);
        let text = refusal(&content, MOST, folder.path());
        assert!(text.contains("leads out of the folder"), "{text}");
        assert!(!folder.path().join("x.bin").exists());
        assert!(!Path::new("/tmp/valleyscope-x.bin").exists());
    }
}

#[test]
fn a_link_is_not_unpacked() {
    for link in [
        Entry::Link("a/x.bin", "/etc/hostname"),
        Entry::Hard("a/x.bin", "/etc/hostname"),
    ] {
        let folder = tempdir().unwrap();
        let content = tar(&[link, Entry::File("a/y.bin", b"testing")]);
        let text = refusal(&content, MOST, folder.path());
        assert!(text.contains("no file but a link"), "{text}");
    }
}

#[test]
fn a_link_does_not_lead_what_follows_elsewhere() {
    let folder = tempdir().unwrap();
    let elsewhere = tempdir().unwrap();
    let content = tar(&[
        Entry::Link("a", elsewhere.path().to_str().unwrap()),
        Entry::File("a/x.bin", b"training"),
        Entry::File("a/y.bin", b"testing"),
    ]);
    let archive = folder.path().join("archive");
    std::fs::write(&archive, &content).unwrap();
    let set = packed(&content, &[], MOST);
    let fetched = fetched(&set, Some(&Source::Path(archive)), folder.path()).unwrap();
    assert_eq!(std::fs::read(&fetched.train[0]).unwrap(), b"training");
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

#[test]
fn a_bomb_is_refused_where_it_becomes_too_large() {
    let bomb = vec![0; 50 << 20];
    for name in ["a/x.bin", "a/other"] {
        let folder = tempdir().unwrap();
        let content = gzip(&tar(&[Entry::File(name, &bomb)]));
        assert!(content.len() < 100_000);
        let text = refusal(&content, MOST, folder.path());
        assert!(text.contains("1048576 bytes that it may"), "{text}");
        let part = folder.path().join("made/a/x.bin.part").metadata();
        assert!(part.is_err(), "a part is left");
        assert!(!folder.path().join("made/a/x.bin").exists());
    }
}

#[test]
fn an_archive_without_a_needed_entry_is_refused() {
    let folder = tempdir().unwrap();
    let content = tar(&[Entry::File("a/x.bin", b"training")]);
    let text = refusal(&content, MOST, folder.path());
    assert!(text.contains("holds no \"a/y.bin\""), "{text}");
}

#[test]
fn an_entry_that_is_there_twice_is_refused() {
    let folder = tempdir().unwrap();
    let entry = || Entry::File("a/x.bin", b"training");
    let text = refusal(&tar(&[entry(), entry()]), MOST, folder.path());
    assert!(text.contains("twice"), "{text}");
}

#[test]
fn an_archive_that_ends_early_is_refused() {
    let whole = tar(&[Entry::File("a/x.bin", &noise(5000, 1))]);
    let folder = tempdir().unwrap();
    refusal(&whole[..3000], MOST, folder.path());
    let folder = tempdir().unwrap();
    let packed = gzip(&whole);
    refusal(&packed[..packed.len() / 2], MOST, folder.path());
}
