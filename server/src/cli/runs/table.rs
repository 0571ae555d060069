//! Runs as lines for people.

use time::OffsetDateTime;
use valleyscope_shared::api::RunView;
use valleyscope_shared::statistic::Rate;

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
    let mut rows = vec![head.map(str::to_owned)];
    rows.extend(runs.iter().map(row));
    let mut widths = [0; 7];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |row: &[String; 7]| {
        let cells = row.iter().zip(widths);
        let line: Vec<_> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        line.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn row(run: &RunView) -> [String; 7] {
    let results = run.results.as_ref();
    let share = |rate: Option<Rate>| rate.map_or(String::new(), percent);
    [
        run.id.clone(),
        run.phase.id().to_owned(),
        date(run.created_ms),
        done(run),
        share(results.map(|results| results.clean_accuracy)),
        share(results.map(|results| results.robust_accuracy)),
        printable(&run.title),
    ]
}

/// One run, a fact a line.
pub fn one(run: &RunView) -> String {
    let took = run.started_ms.zip(run.ended_ms);
    let took = took.map(|(start, end)| format!("{:.1} s", end.saturating_sub(start) as f64 / 1e3));
    let facts = [
        ("id", Some(run.id.clone())),
        ("title", Some(printable(&run.title))),
        ("phase", Some(run.phase.id().to_owned())),
        ("reason", run.reason.as_deref().map(printable)),
        ("asked for", Some(date(run.created_ms) + " UTC")),
        ("took", took),
        ("done", Some(done(run))),
        ("batch", run.batch.clone()),
        ("resumes", run.resumes.clone()),
        ("repeats", run.repeat_of.clone()),
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

fn percent(rate: Rate) -> String {
    format!("{:.1} %", 100.0 * rate.share.0)
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

/// A text from elsewhere without what a terminal would obey.
fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}
