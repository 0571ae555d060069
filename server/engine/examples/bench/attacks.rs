//! Every attack against the same attack elsewhere, as a table in Markdown.

#[path = "attacks/ours.rs"]
pub mod ours;
#[path = "attacks/rows.rs"]
mod rows;
#[path = "attacks/theirs.rs"]
mod theirs;

use crate::real::{RESNET20, Real};
use crate::{Result, median, ratios};
use rows::{Outcome, ROWS, Row};
pub use theirs::Theirs;
use valleyscope_engine::attack::Passes;
use valleyscope_engine::measure::LastLayer;
use valleyscope_shared::spec::AttackSpec;

const IMAGES: usize = 50;
/// How often each way is timed: often where all three together take no longer than this many seconds.
const SHORT: f64 = 4.0;
const ROUNDS: (usize, usize) = (7, 3);

const HEAD: &str = "| attack | against | theirs | trace off | trace on | off / theirs | on / theirs | passes theirs | off | only for the trace | robust theirs | ours |\n|---|---|---|---|---|---|---|---|---|---|---|---|";

/// All rows, or those whose title or library begins like `only`; `count` counts passes and successes and times nothing.
pub fn compare(only: Option<&str>) -> Result<()> {
    let (only, timed) = match only {
        Some("count") => (None, false),
        only => (only, true),
    };
    let threads = std::thread::available_parallelism()?.get() as i32;
    tch::set_num_threads(threads);
    let Some(real) = Real::open(RESNET20, IMAGES)? else {
        return Ok(());
    };
    let Some(mut theirs) = Theirs::start(&real, threads)? else {
        return Ok(());
    };
    let last = LastLayer::of(&real.loaded.model.head())?;
    println!(
        "{RESNET20}, the first {IMAGES} CIFAR-10 test images, f32, {threads} threads\n\n{HEAD}"
    );
    for row in &ROWS {
        let wanted = |only: &str| row.title.starts_with(only) || row.library.starts_with(only);
        if only.is_none_or(wanted) {
            println!("{}", line(row, &real, &last, &mut theirs, timed)?);
        }
    }
    println!();
    Ok(())
}

/// One row of the table.
fn line(
    row: &Row,
    real: &Real,
    last: &LastLayer,
    theirs: &mut Theirs,
    timed: bool,
) -> Result<String> {
    let mut spec: AttackSpec = serde_json::from_str(row.ours)?;
    spec.complete();
    let counted = theirs.count(row.theirs)?;
    let (right, length, on_passes) = ours::outcome(real, &spec, row.outcome)?;
    let (_, off_passes) = ours::bare(real, &spec)?;
    let mut times = [Vec::new(), Vec::new(), Vec::new()];
    for round in 0..if timed { ROUNDS.0 } else { 0 } {
        // The order turns by one place each round, so that none is always the first or the last.
        for turn in 0..3 {
            let which = (turn + round) % 3;
            times[which].push(match which {
                0 => theirs.time(row.theirs)?,
                1 => ours::bare(real, &spec)?.0,
                _ => ours::traced(real, &spec, last)?,
            });
        }
        // Long rows have fewer rounds.
        let spent: f64 = times.iter().map(|times| times[0]).sum();
        if spent > SHORT && round + 1 >= ROUNDS.1 {
            break;
        }
    }
    let [their, off, on] = &times;
    let milliseconds = |times: &[f64]| {
        median(times.to_vec()).map_or_else(String::new, |s| format!("{:.0} ms", 1e3 * s))
    };
    let ratio = |of: &[f64]| {
        median(ratios(of, their)).map_or_else(String::new, |ratio| format!("{ratio:.2}"))
    };
    let extra = Passes {
        forward: on_passes.forward.saturating_sub(off_passes.forward),
        backward: on_passes.backward.saturating_sub(off_passes.backward),
    };
    let robust = |right: usize, length: f64| {
        let share = format!("{} %", 100 * right / IMAGES);
        match row.outcome {
            Outcome::Smallest => format!("{share}, l2 {length:.3}"),
            Outcome::Last | Outcome::Ever => share,
        }
    };
    Ok(format!(
        "| {} | {} | {} | {} | {} | {} | {} | {} + {} | {} + {} | {} + {} | {} | {} |",
        row.title,
        row.library,
        milliseconds(their),
        milliseconds(off),
        milliseconds(on),
        ratio(off),
        ratio(on),
        counted.0,
        counted.1,
        off_passes.forward,
        off_passes.backward,
        extra.forward,
        extra.backward,
        robust(counted.2, counted.3),
        robust(right, length),
    ))
}
