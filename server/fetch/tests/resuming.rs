//! What breaks off goes on where it was.

mod made;

use made::{Behaviour, Server, fetched, fetched_until, file, noise, one, set};
use std::time::{Duration, Instant};
use tempfile::tempdir;
use valleyscope_fetch::{Activity, Error};

const SIZE: usize = 300_000;

fn ranges(starts: &[Option<usize>]) -> Vec<Option<String>> {
    let range = |start: &Option<usize>| start.map(|start| format!("bytes={start}-"));
    starts.iter().map(range).collect()
}

#[test]
fn a_connection_that_breaks_off_goes_on_with_exactly_the_missing_bytes() {
    let content = noise(SIZE, 1);
    let breaks = vec![
        Behaviour::BreaksAfter(100_000),
        Behaviour::BreaksAfter(70_000),
        Behaviour::Good,
    ];
    let server = Server::new(&content, breaks);
    let folder = tempdir().unwrap();
    let fetched = fetched(&one(&content, &server), None, folder.path()).unwrap();
    assert_eq!(std::fs::read(&fetched.train[0]).unwrap(), content);
    assert_eq!(fetched.came, SIZE as u64);
    let seen = server.seen();
    let sent: Vec<_> = seen.iter().map(|seen| seen.sent).collect();
    assert_eq!(sent, [100_000, 70_000, SIZE - 170_000]);
    let expected = ranges(&[None, Some(100_000), Some(170_000)]);
    assert_eq!(server.ranges(), expected);
    assert_eq!(seen[2].if_range.as_deref(), Some("\"first\""));
}

#[test]
fn nothing_but_the_file_is_left_beside_it() {
    let content = noise(SIZE, 2);
    let breaks = vec![Behaviour::BreaksAfter(5), Behaviour::Good];
    let server = Server::new(&content, breaks);
    let folder = tempdir().unwrap();
    let fetched = fetched(&one(&content, &server), None, folder.path()).unwrap();
    let mut names: Vec<_> = std::fs::read_dir(&fetched.folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, [".fetching", "data.bin"]);
}

#[test]
fn a_server_that_ignores_ranges_begins_anew() {
    let content = noise(SIZE, 3);
    let behaviours = vec![
        Behaviour::BreaksAfter(100_000),
        Behaviour::IgnoresRange(SIZE),
    ];
    let server = Server::new(&content, behaviours);
    let folder = tempdir().unwrap();
    let fetched = fetched(&one(&content, &server), None, folder.path()).unwrap();
    assert_eq!(std::fs::read(&fetched.test[0]).unwrap(), content);
    assert_eq!(server.ranges(), ranges(&[None, Some(100_000)]));
    assert_eq!(fetched.came, 100_000 + SIZE as u64);
}

#[test]
fn a_file_that_changed_on_the_server_begins_anew() {
    let content = noise(SIZE, 4);
    let behaviours = vec![Behaviour::BreaksAfter(100_000), Behaviour::Changed];
    let server = Server::new(&content, behaviours);
    let folder = tempdir().unwrap();
    let fetched = fetched(&one(&content, &server), None, folder.path()).unwrap();
    assert_eq!(std::fs::read(&fetched.test[0]).unwrap(), content);
    assert_eq!(server.seen()[1].sent, SIZE);
}

#[test]
fn a_part_that_begins_elsewhere_is_not_appended() {
    let content = noise(SIZE, 5);
    let behaviours = vec![
        Behaviour::BreaksAfter(100_000),
        Behaviour::WrongPart,
        Behaviour::Good,
    ];
    let server = Server::new(&content, behaviours);
    let folder = tempdir().unwrap();
    fetched(&one(&content, &server), None, folder.path()).unwrap();
    assert_eq!(server.ranges(), ranges(&[None, Some(100_000), None]));
}

#[test]
fn a_part_that_is_whole_already_needs_no_server() {
    let content = noise(SIZE, 6);
    let server = Server::new(&content, vec![Behaviour::Status(500)]);
    let folder = tempdir().unwrap();
    let inside = folder.path().join("made");
    std::fs::create_dir(&inside).unwrap();
    std::fs::write(inside.join("data.bin.part"), &content).unwrap();
    let fetched = fetched(&one(&content, &server), None, folder.path()).unwrap();
    assert_eq!(std::fs::read(&fetched.test[0]).unwrap(), content);
    assert_eq!((fetched.came, server.seen().len()), (0, 0));
}

#[test]
fn a_part_that_is_longer_than_the_file_begins_anew() {
    let content = noise(SIZE, 7);
    let server = Server::new(&content, vec![Behaviour::Good]);
    let folder = tempdir().unwrap();
    let inside = folder.path().join("made");
    std::fs::create_dir(&inside).unwrap();
    std::fs::write(inside.join("data.bin.part"), vec![0; SIZE + 1]).unwrap();
    fetched(&one(&content, &server), None, folder.path()).unwrap();
    assert_eq!(server.ranges(), ranges(&[None]));
}

#[test]
fn a_server_that_falls_silent_is_asked_again() {
    let content = noise(SIZE, 8);
    let behaviours = vec![Behaviour::FallsSilentAfter(50_000), Behaviour::Good];
    let server = Server::new(&content, behaviours);
    let folder = tempdir().unwrap();
    fetched(&one(&content, &server), None, folder.path()).unwrap();
    assert_eq!(server.ranges(), ranges(&[None, Some(50_000)]));
}

#[test]
fn what_was_stopped_goes_on_later() {
    let content = noise(SIZE, 9);
    let behaviours = vec![Behaviour::Slow(4000), Behaviour::Good];
    let server = Server::new(&content, behaviours);
    let folder = tempdir().unwrap();
    let set = one(&content, &server);
    let error = fetched_until(&set, folder.path(), |progress| progress.done > 0).unwrap_err();
    let Error::Stopped { done, total, .. } = error else {
        panic!("{error}");
    };
    assert!(done > 0 && done < total);
    assert!(error.to_string().contains("fetch it again"), "{error}");
    let part = folder.path().join("made/data.bin.part");
    assert_eq!(part.metadata().unwrap().len(), done);
    let fetched = fetched(&set, None, folder.path()).unwrap();
    assert_eq!(fetched.came, SIZE as u64 - done);
    assert_eq!(server.ranges(), ranges(&[None, Some(done as usize)]));
    assert_eq!(std::fs::read(&fetched.test[0]).unwrap(), content);
}

#[test]
fn a_silent_server_does_not_keep_one_from_stopping() {
    let content = noise(SIZE, 10);
    let server = Server::new(&content, vec![Behaviour::FallsSilentAfter(10)]);
    let folder = tempdir().unwrap();
    let begun = Instant::now();
    let error = fetched_until(&one(&content, &server), folder.path(), |progress| {
        progress.done == 10
    });
    assert!(matches!(error, Err(Error::Stopped { done: 10, .. })));
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[test]
fn what_is_there_is_not_fetched_again() {
    let contents = [noise(SIZE, 11), noise(1000, 12)];
    let servers = contents
        .each_ref()
        .map(|content| Server::new(content, vec![Behaviour::Good]));
    let files = ["a.bin", "b.bin"];
    let files = (0..2).map(|at| file(files[at], &contents[at], &[servers[at].address("x")]));
    let set = set(files.collect());
    let folder = tempdir().unwrap();
    let first = fetched(&set, None, folder.path()).unwrap();
    assert_eq!(first.came, SIZE as u64 + 1000);
    let again = fetched(&set, None, folder.path()).unwrap();
    assert_eq!(again.came, 0);
    std::fs::write(&first.test[0], noise(1000, 13)).unwrap();
    let mended = fetched(&set, None, folder.path()).unwrap();
    assert_eq!(mended.came, 1000);
    assert_eq!(servers.map(|server| server.seen().len()), [1, 2]);
}

#[test]
fn the_progress_tells_how_far_which_file_is() {
    let content = noise(SIZE, 14);
    let behaviours = vec![Behaviour::BreaksAfter(100_000), Behaviour::Slow(5000)];
    let server = Server::new(&content, behaviours);
    let folder = tempdir().unwrap();
    let (mut told, mut left) = (Vec::new(), false);
    fetched_until(&one(&content, &server), folder.path(), |progress| {
        assert_eq!(
            (progress.file, progress.number, progress.count),
            ("data.bin", 1, 1)
        );
        assert_eq!(progress.total, SIZE as u64);
        left |= progress.rate.is_some() && progress.left.is_some();
        told.push((progress.activity, progress.done));
        false
    })
    .unwrap();
    assert!(left);
    assert!(told.contains(&(Activity::Waiting, 100_000)), "{told:?}");
    assert!(
        told.contains(&(Activity::Fetching, SIZE as u64)),
        "{told:?}"
    );
    assert_eq!(told.last(), Some(&(Activity::Checking, SIZE as u64)));
}
