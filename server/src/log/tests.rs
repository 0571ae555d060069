//! What is committed when.

mod demand;

use super::*;
use crate::kept::read_row;
use crate::store::NewRun;
use rusqlite::Connection;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use valleyscope_shared::ending::Ending;
use valleyscope_shared::event::{Event, Warning};
use valleyscope_shared::runner::{Kept, Output};
use valleyscope_shared::spec::RunSpec;

fn spec() -> RunSpec {
    RunSpec::from_json(
        r#"{"model": "any", "data": {"set": "any"}, "attack": {"fgsm": {}}, "keep_examples": 8}"#,
    )
    .unwrap()
}

/// A log in a folder with one run in it.
fn begun(folder: &std::path::Path, patience: Patience) -> (Arc<Store>, Log, Arc<Live>) {
    let store = Arc::new(Store::open(folder).unwrap());
    let log = Log::open_with(store.clone(), patience).unwrap();
    let run = NewRun {
        id: "run".to_owned(),
        title: "A run".to_owned(),
        spec: spec(),
        created_ms: 1,
        repeat_of: None,
        resumes: None,
        example: false,
        batch: None,
    };
    let number = store.create(&run, None).unwrap();
    let live = log.begin(number, "run", 1);
    (store, log, live)
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < deadline, "it never came to pass: {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn ending(row: usize) -> Output {
    Output::Ending {
        pass: 0,
        row,
        ending: Ending::default(),
    }
}

/// Pictures so large that packing them takes longer than a commit.
fn kept(point: usize) -> Kept {
    let noise = |i: usize| ((i * 2_654_435_761) % 65_537) as f32 / 65_537.0;
    Kept {
        pass: 0,
        point,
        first_row: 0,
        rows: 8,
        shape: vec![3, 128, 128],
        images: (0..8 * 3 * 128 * 128).map(noise).collect(),
        logits: vec![0.0; 8 * 10],
    }
}

#[test]
fn an_ending_is_committed_after_its_iterates() {
    let folder = tempfile::tempdir().unwrap();
    let (store, log, live) = begun(folder.path(), Patience::default());
    let mut pen = log.pen(&live);
    for point in 0..4 {
        pen.write(Output::Kept(kept(point))).unwrap();
    }
    for row in 0..8 {
        pen.write(ending(row)).unwrap();
    }
    let mut there = 0;
    until("the endings", || {
        let ended = store.endings(live.number).unwrap();
        for (pass, row, _) in &ended[there..] {
            let points = read_row(&store.kept_path("run"), *pass, *row)
                .unwrap()
                .len();
            assert_eq!(points, 4, "row {row}");
        }
        there = ended.len();
        there == 8
    });
}

#[test]
fn what_was_written_before_the_end_is_there_at_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let (store, log, live) = begun(folder.path(), Patience::default());
    let mut pen = log.pen(&live);
    pen.write(Output::Kept(kept(0))).unwrap();
    (0..8).for_each(|row| pen.write(ending(row)).unwrap());
    let ended = pen.end(Ended {
        outcome: Outcome::Cancelled,
        reason: None,
        seconds: 1.0,
    });
    assert_eq!(ended.outcome, Outcome::Cancelled);
    assert_eq!(store.endings(live.number).unwrap().len(), 8);
}

fn warning(number: usize) -> Output {
    Output::Event(Event::Warning(Warning {
        id: "test".to_owned(),
        message: "x".repeat(1000),
        examples: number,
    }))
}

#[test]
fn while_the_database_is_locked_runs_go_on_until_the_memory_is_used_up() {
    let folder = tempfile::tempdir().unwrap();
    let patience = Patience {
        most_bytes: 500_000,
        ..Patience::default()
    };
    let (store, log, live) = begun(folder.path(), patience);
    let other = Connection::open(folder.path().join("valleyscope.sqlite")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let written = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut pen = log.pen(&live);
            for number in 1..=2000 {
                pen.write(warning(number)).unwrap();
                written.store(number, Ordering::Relaxed);
            }
            pen.end(Ended {
                outcome: Outcome::Finished,
                reason: None,
                seconds: 1.0,
            });
        });
        until("a notice", || log.notice().is_some());
        // More than the channel holds is taken in, and not everything.
        until("it takes in what it may", || {
            written.load(Ordering::Relaxed) > WAITING_ITEMS
        });
        std::thread::sleep(Duration::from_millis(1500));
        let taken = written.load(Ordering::Relaxed);
        assert!(taken < 1000, "{taken} entries of 1 kB and more in memory");
        other.execute_batch("COMMIT").unwrap();
        until("everything is written", || {
            store.last_seq(live.number).unwrap() == 2001
        });
        until("no notice", || log.notice().is_none());
    });
    assert_eq!(store.fold(live.number).unwrap().warnings[0].examples, 2000);
}

#[test]
fn a_lock_that_never_ends_fails_the_run_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let patience = Patience {
        longest: Duration::from_millis(500),
        ..Patience::default()
    };
    let (_, log, live) = begun(folder.path(), patience);
    let other = Connection::open(folder.path().join("valleyscope.sqlite")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut pen = log.pen(&live);
    pen.write(warning(1)).unwrap();
    until("the run fails", || live.broken().is_some());
    let ended = pen.end(Ended {
        outcome: Outcome::Finished,
        reason: None,
        seconds: 1.0,
    });
    assert_eq!(ended.outcome, Outcome::Failed);
    assert!(ended.reason.unwrap().contains("locked"));
}
