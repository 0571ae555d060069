//! Runs as lines for people.

use crate::cli::columns::aligned;
use time::OffsetDateTime;
use valleyscope_shared::api::RunView;
use valleyscope_shared::text::plain;
use valleyscope_shared::verdict::{Verdict, robust};

/// A table, its columns as wide as what is in them.
pub fn of(runs: &[RunView]) -> String {
    let head = [
        "id",
        "phase",
        "asked for (UTC)",
        "done",
        "clean",
        "robust",
        "title",
    ];
    let head = std::iter::once(head.map(str::to_owned).into());
    let rows: Vec<Vec<String>> = head.chain(runs.iter().map(row)).collect();
    aligned(&rows, &[]).join("\n")
}

fn row(run: &RunView) -> Vec<String> {
    let clean = run.verdicts.first().map(Verdict::clean);
    vec![
        run.id.clone(),
        run.phase.id().to_owned(),
        date(run.created_ms),
        done(run),
        clean.unwrap_or_default(),
        robust(&run.verdicts).unwrap_or_default(),
        plain(&run.title).into_owned(),
    ]
}

/// One run, a fact a line.
pub fn one(run: &RunView) -> String {
    let took = run.started_ms.zip(run.ended_ms);
    let took = took.map(|(start, end)| format!("{:.1} s", end.saturating_sub(start) as f64 / 1e3));
    let facts = [
        ("id", Some(run.id.clone())),
        ("title", Some(plain(&run.title).into_owned())),
        ("phase", Some(run.phase.id().to_owned())),
        (
            "reason",
            run.reason.as_deref().map(|text| plain(text).into_owned()),
        ),
        ("asked for", Some(date(run.created_ms) + " UTC")),
        ("took", took),
        ("done", Some(done(run))),
        ("batch", run.batch.clone()),
        ("resumes", run.resumes.clone()),
        ("repeats", run.repeat_of.clone()),
        (
            "changed",
            (!run.changed.is_empty()).then(|| run.changed.join(", ")),
        ),
    ];
    let facts = facts
        .into_iter()
        .filter_map(|(name, fact)| Some((name, fact?)));
    let lines = facts.map(|(name, fact)| format!("{name:10} {fact}"));
    lines.collect::<Vec<_>>().join("\n")
}

fn done(run: &RunView) -> String {
    match (run.total, run.position) {
        (0, Some(place)) => format!("waits, {place}."),
        (0, None) => String::new(),
        (total, _) => format!("{:.0} %", 100.0 * run.done as f64 / total as f64),
    }
}

/// `2026-11-29 10:15`
fn date(ms: u64) -> String {
    let seconds = i64::try_from(ms / 1000).unwrap_or(i64::MAX);
    OffsetDateTime::from_unix_timestamp(seconds).map_or(String::new(), |at| {
        format!(
            "{:04}-{:02}-{:02} {:02}:{:02}",
            at.year(),
            u8::from(at.month()),
            at.day(),
            at.hour(),
            at.minute()
        )
    })
}
