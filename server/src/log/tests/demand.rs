//! Measures on demand in the log of a run that has ended.

use super::*;
use crate::store::JobWrite;
use valleyscope_shared::curvature::{
    CurvatureBlock, CurvatureJob, CurvatureSpec, CurvatureValue, Density, Mark, Place,
};
use valleyscope_shared::num::Num;

/// A log with one run in it, which has ended.
fn ended(folder: &std::path::Path, patience: Patience) -> (Arc<Store>, Log, RunRow) {
    let (store, log, live) = begun(folder, patience);
    log.pen(&live).end(Ended {
        outcome: Outcome::Finished,
        reason: None,
        seconds: 1.0,
    });
    let run = store.run("run").unwrap().unwrap();
    (store, log, run)
}

fn asked(job: u32) -> CurvatureJob {
    CurvatureJob {
        spec: serde_json::to_value(CurvatureSpec::default()).unwrap(),
        ..CurvatureJob::new(job)
    }
}

fn at(job: u32, phase: Phase, done: u64) -> CurvatureJob {
    CurvatureJob {
        phase,
        done,
        total: 2,
        ..CurvatureJob::new(job)
    }
}

#[test]
fn a_log_is_open_as_long_as_somebody_holds_it() {
    let folder = tempfile::tempdir().unwrap();
    let (store, log, run) = ended(folder.path(), Patience::default());
    assert!(log.live("run").is_none());
    let before = store.state(run.number).unwrap();
    let [one, other] = [log.hold(&run).unwrap(), log.hold(&run).unwrap()];
    one.settle(asked(1)).unwrap();
    other.settle(asked(2)).unwrap();
    let feed = log.feed(&run).unwrap();
    assert_eq!((feed.epoch(), feed.last()), (run.epoch, before.seq + 2));
    one.say(at(1, Phase::Running, 0)).unwrap();
    one.end(at(1, Phase::Finished, 2));
    drop(one);
    assert!(!feed.ends_at(feed.last()) && log.live("run").is_some());
    other.end(CurvatureJob {
        reason: Some("why".to_owned()),
        ..at(2, Phase::Failed, 1)
    });
    drop(other);
    assert!(feed.ends_at(before.seq + 5) && log.live("run").is_none());
    let state = store.final_state(run.number).unwrap().unwrap();
    assert_eq!(state, store.fold(run.number).unwrap());
    assert_eq!(
        (state.seq, state.phase, state.last_ms),
        (before.seq + 5, before.phase, before.last_ms)
    );
    let rows = store.jobs(run.number).unwrap();
    let told: Vec<_> = rows
        .iter()
        .map(|row| (row.job, row.phase, row.done))
        .collect();
    assert_eq!(told, [(1, Phase::Finished, 2), (2, Phase::Failed, 1)]);
    assert_eq!(rows[1].reason.as_deref(), Some("why"));
    assert!(rows[0].started_ms.is_some() && rows[1].started_ms.is_none());
    // The run's own row is as it was.
    let now = store.run("run").unwrap().unwrap();
    assert_eq!(
        (now.ended_ms, now.phase, now.epoch),
        (run.ended_ms, run.phase, run.epoch)
    );
}

#[test]
fn values_and_densities_come_back_and_go_with_their_run() {
    let folder = tempfile::tempdir().unwrap();
    let (store, log, run) = ended(folder.path(), Patience::default());
    let pen = log.hold(&run).unwrap();
    pen.settle(asked(1)).unwrap();
    let block = |row, point, value| CurvatureBlock {
        row,
        point,
        values: vec![CurvatureValue {
            error: Some(Num(0.5)),
            ..CurvatureValue::exact(value)
        }],
    };
    let density = Density {
        mark: Mark::Peak,
        layer: 1,
        examples: 3,
        nodes: vec![Num(f64::INFINITY)],
        weights: vec![Num(1.0)],
        grid: vec![],
        density: vec![],
    };
    let blocks = [
        block(0, 4, f64::NAN),
        block(2, 0, 0.1 + 0.2),
        block(2, 9, -7.25e99),
    ];
    for block in blocks.iter().rev() {
        pen.write(JobWrite::values(1, block).unwrap()).unwrap();
    }
    pen.write(JobWrite::density(1, &density).unwrap()).unwrap();
    pen.end(at(1, Phase::Cancelled, 2));
    assert_eq!(store.values(run.number, 1).unwrap(), blocks);
    assert_eq!(store.densities(run.number, 1).unwrap(), [density]);
    let known = store.known_places(run.number, 1).unwrap();
    let (mark, layer) = (Mark::Peak, 1);
    assert!(known.contains(&Place::Density { mark, layer }) && known.len() == 4);
    assert_eq!(store.values(run.number, 2).unwrap(), []);
    drop(pen);
    store.delete_run(run.number).unwrap();
    assert!(store.jobs(run.number).unwrap().is_empty());
    assert!(store.values(run.number, 1).unwrap().is_empty());
}

#[test]
fn a_lock_that_never_ends_fails_the_job_and_not_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let patience = Patience {
        longest: Duration::from_millis(500),
        ..Patience::default()
    };
    let (store, log, run) = ended(folder.path(), patience);
    let pen = log.hold(&run).unwrap();
    pen.settle(asked(1)).unwrap();
    let other = Connection::open(folder.path().join("valleyscope.sqlite")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    pen.say(at(1, Phase::Running, 1)).unwrap();
    until("the job fails", || pen.live().broken().is_some());
    assert!(pen.settle(asked(2)).is_err());
    let told = pen.end(at(1, Phase::Finished, 2));
    assert_eq!(told.phase, Phase::Failed);
    assert!(told.reason.unwrap().contains("locked"));
    drop(pen);
    // Until that is written nobody begins anew where it would stand.
    assert!(log.hold(&run).unwrap().settle(asked(2)).is_err());
    other.execute_batch("COMMIT").unwrap();
    until("the end is written", || log.live("run").is_none());
    let state = store.state(run.number).unwrap();
    assert_eq!(
        (state.phase, state.curvature[0].phase),
        (Phase::Finished, Phase::Failed)
    );
    let pen = log.hold(&run).unwrap();
    pen.settle(asked(2)).unwrap();
    pen.end(at(2, Phase::Finished, 2));
    assert_eq!(store.fold(run.number).unwrap().curvature.len(), 2);
}
