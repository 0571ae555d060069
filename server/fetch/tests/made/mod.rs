//! A set that is made up, and a server that behaves as it is told.

#![allow(dead_code, unused_imports, reason = "each test file uses some of it")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod archive;
mod server;

pub use archive::{Entry, gzip, tar};
pub use server::{Behaviour, Server};

use sha2::{Digest, Sha256};
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Duration;
use valleyscope_fetch::{
    Error, Fetched, Patience, Progress, PublicFile, PublicSet, Source, Unpack, fetch_with,
};

/// Bytes without a pattern.
pub fn noise(count: usize, seed: u32) -> Vec<u8> {
    let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..count).map(|_| next()).collect()
}

pub fn sha256(content: &[u8]) -> String {
    let bytes = Sha256::digest(content);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A file that is published at the addresses.
pub fn file(name: &str, content: &[u8], addresses: &[String]) -> PublicFile {
    PublicFile {
        name: name.to_owned(),
        addresses: addresses.to_vec(),
        size: content.len() as u64,
        sha256: sha256(content),
        unpack: None,
    }
}

/// A set of the files, of which the first is for training and the last for testing.
pub fn set(files: Vec<PublicFile>) -> PublicSet {
    let name = |file: Option<&PublicFile>| file.map(|file| file.name.clone()).into_iter().collect();
    PublicSet {
        name: "made".to_owned(),
        title: "Made up".to_owned(),
        terms: "Nobody's.".to_owned(),
        train: name(files.first()),
        test: name(files.last()),
        flags: Vec::new(),
        files,
    }
}

/// A set of one file, `data.bin`.
pub fn one(content: &[u8], server: &Server) -> PublicSet {
    set(vec![file(
        "data.bin",
        content,
        &[server.address("data.bin")],
    )])
}

/// A set of one archive, `data.tar`, of which `a/x.bin` and `a/y.bin` are needed.
pub fn packed(content: &[u8], addresses: &[String], most: u64) -> PublicSet {
    let unpack = Unpack {
        entries: vec!["a/x.bin".to_owned(), "a/y.bin".to_owned()],
        most,
    };
    let file = PublicFile {
        unpack: Some(unpack),
        ..file("data.tar", content, addresses)
    };
    PublicSet {
        train: vec!["a/x.bin".to_owned()],
        test: vec!["a/y.bin".to_owned()],
        ..set(vec![file])
    }
}

/// Patience for three attempts, almost without pauses.
pub fn patience() -> Patience {
    Patience {
        tries: 3,
        pause: Duration::from_millis(5),
        longest: Duration::from_millis(20),
        connect: Duration::from_secs(5),
        answer: Duration::from_secs(5),
        silence: Duration::from_millis(300),
    }
}

/// Fetches into a folder to the end.
pub fn fetched(set: &PublicSet, from: Option<&Source>, into: &Path) -> Result<Fetched, Error> {
    fetch_with(set, from, into, &patience(), &mut |_| {
        ControlFlow::Continue(())
    })
}

/// Fetches until the condition holds.
pub fn fetched_until(
    set: &PublicSet,
    into: &Path,
    mut stop: impl FnMut(&Progress<'_>) -> bool,
) -> Result<Fetched, Error> {
    fetch_with(
        set,
        None,
        into,
        &patience(),
        &mut |progress| match stop(&progress) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        },
    )
}
