//! Servers that do not give what is published.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod made;

use made::{Behaviour, Server, fetched, file, noise, one, set, sha256};
use std::net::TcpListener;
use tempfile::tempdir;
use valleyscope_fetch::{Error, PublicSet};

const SIZE: usize = 200_000;

/// Why it is not fetched from a server that behaves so, and how many requests it took.
fn refusal(behaviour: Behaviour) -> (Error, usize) {
    let content = noise(SIZE, 1);
    let server = Server::new(&content, vec![behaviour]);
    let folder = tempdir().unwrap();
    let error = fetched(&one(&content, &server), None, folder.path()).unwrap_err();
    (error, server.seen().len())
}

#[test]
fn other_content_is_removed_and_told() {
    let other = noise(SIZE, 2);
    let server = Server::new(&other, vec![Behaviour::Good]);
    let content = noise(SIZE, 1);
    let folder = tempdir().unwrap();
    let error = fetched(&one(&content, &server), None, folder.path()).unwrap_err();
    let text = error.to_string();
    let sums = [sha256(&content), sha256(&other)];
    assert!(sums.iter().all(|sum| text.contains(&sum[..])), "{text}");
    assert!(matches!(error, Error::Checksum { .. }));
    for name in ["data.bin", "data.bin.part", "data.bin.part.json"] {
        assert!(!folder.path().join("made").join(name).exists(), "{name}");
    }
}

#[test]
fn another_length_is_refused_before_anything_is_written() {
    let (error, requests) = refusal(Behaviour::Announces(SIZE as u64 + 7));
    assert_eq!(requests, 1);
    assert!(matches!(
        error,
        Error::Length { expected, found, .. } if expected + 7 == found
    ));
    let (error, _) = refusal(Behaviour::Sends(noise(10, 1)));
    assert!(matches!(error, Error::Length { found: 10, .. }), "{error}");
}

#[test]
fn a_missing_file_is_not_asked_for_again() {
    let (error, requests) = refusal(Behaviour::Status(404));
    assert!(matches!(error, Error::Refused { status: 404, .. }));
    assert!(error.to_string().contains("--from"), "{error}");
    assert_eq!(requests, 1);
}

#[test]
fn a_busy_server_is_asked_as_often_as_patience_says() {
    let (error, requests) = refusal(Behaviour::Status(503));
    assert!(matches!(error, Error::Refused { status: 503, .. }));
    assert_eq!(requests, 3);
}

#[test]
fn a_server_that_is_busy_for_a_while_gives_it_in_the_end() {
    let content = noise(SIZE, 1);
    let behaviours = vec![
        Behaviour::Status(503),
        Behaviour::Status(429),
        Behaviour::Good,
    ];
    let server = Server::new(&content, behaviours);
    let folder = tempdir().unwrap();
    fetched(&one(&content, &server), None, folder.path()).unwrap();
}

#[test]
fn a_connection_that_always_breaks_off_is_given_up() {
    let (error, requests) = refusal(Behaviour::BreaksAfter(1000));
    assert!(matches!(
        error,
        Error::Broken {
            done: 3000,
            tries: 3,
            ..
        }
    ));
    assert!(error.to_string().contains("fetch it again"), "{error}");
    assert_eq!(requests, 3);
}

#[test]
fn a_server_that_ignores_ranges_and_breaks_off_does_so_three_times_only() {
    let (error, requests) = refusal(Behaviour::IgnoresRange(SIZE - 1));
    assert!(matches!(error, Error::Broken { tries: 3, .. }), "{error}");
    assert_eq!(requests, 3);
}

#[test]
fn attempts_that_bring_much_are_counted_anew() {
    let content = noise(7 << 20, 1);
    let piece = (1 << 20) + 100;
    let server = Server::new(&content, vec![Behaviour::BreaksAfter(piece)]);
    let folder = tempdir().unwrap();
    fetched(&one(&content, &server), None, folder.path()).unwrap();
    assert_eq!(server.seen().len(), 7);
}

#[test]
fn nobody_at_the_address_is_told() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let address = format!("http://127.0.0.1:{port}/data.bin?key=secret");
    let set = set(vec![file("data.bin", b"content", &[address])]);
    let folder = tempdir().unwrap();
    let error = fetched(&set, None, folder.path()).unwrap_err();
    assert!(matches!(error, Error::Unreachable { .. }), "{error}");
    assert!(!error.to_string().contains("secret"), "{error}");
}

/// A set that two servers have.
fn twice(content: &[u8], servers: [&Server; 2]) -> PublicSet {
    let addresses = servers.map(|server| server.address("data.bin"));
    set(vec![file("data.bin", content, &addresses)])
}

#[test]
fn the_second_address_helps_where_the_first_does_not() {
    let content = noise(SIZE, 1);
    let wrong = [
        Behaviour::Status(403),
        Behaviour::Sends(noise(SIZE, 2)),
        Behaviour::Announces(3),
    ];
    for behaviour in wrong {
        let first = Server::new(&content, vec![behaviour]);
        let second = Server::new(&content, vec![Behaviour::Good]);
        let folder = tempdir().unwrap();
        let set = twice(&content, [&first, &second]);
        fetched(&set, None, folder.path()).unwrap();
        assert_eq!(second.seen().len(), 1);
    }
}

#[test]
fn the_second_address_goes_on_where_the_first_broke_off() {
    let content = noise(SIZE, 1);
    let first = Server::new(&content, vec![Behaviour::BreaksAfter(1000)]);
    let second = Server::new(&content, vec![Behaviour::Good]);
    let folder = tempdir().unwrap();
    let set = twice(&content, [&first, &second]);
    fetched(&set, None, folder.path()).unwrap();
    let seen = second.seen();
    assert_eq!(seen[0].range.as_deref(), Some("bytes=3000-"));
    // The first server's tag means nothing to the second.
    assert_eq!(seen[0].if_range, None);
}

#[test]
fn where_no_address_helps_the_first_ones_reason_is_told() {
    let content = noise(SIZE, 1);
    let first = Server::new(&content, vec![Behaviour::Status(403)]);
    let second = Server::new(&content, vec![Behaviour::Status(404)]);
    let folder = tempdir().unwrap();
    let set = twice(&content, [&first, &second]);
    let error = fetched(&set, None, folder.path()).unwrap_err();
    assert!(matches!(error, Error::Refused { status: 403, .. }));
}
