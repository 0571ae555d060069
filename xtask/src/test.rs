//! `cargo xtask test`: every check and every test, in one order, counted.

mod browser;
mod count;
mod elsewhere;
mod libtest;
mod lint;
mod native;
mod nextest;
mod node;
mod phase;
mod report;
pub mod runner;
mod waiting;
mod watch;

use std::time::Instant;

use anyhow::{Result, anyhow};
use clap::{Args, ValueEnum};

use count::Count;

#[derive(Args)]
pub struct Options {
    /// Do one part only
    #[arg(long, value_enum)]
    only: Option<Part>,
    /// At the end run the tests that read public data once more, as if there were none
    #[arg(long, conflicts_with = "only")]
    without_data: bool,
    /// Also compare what `docs/export_model.py` writes with PyTorch, which is fetched for that (about 5 GB)
    #[arg(long, conflicts_with = "only")]
    exports: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// rustfmt and clippy, native and for wasm, and xtask in a copy elsewhere
    Lint,
    /// Building the frontend, and its size
    Web,
    /// Unit, property, golden and API tests, and the examples in the documentation
    Rust,
    /// The dashboard in a real Chromium
    Browser,
}

/// One line of the closing table.
struct Outcome {
    name: &'static str,
    count: Count,
    seconds: f64,
}

/// Runs the phases, those after a failure too unless they rest on it, and ends the process with 1 when anything failed.
pub fn test(options: &Options) -> Result<()> {
    let phases: Vec<_> = phase::PHASES
        .iter()
        .filter(|phase| phase.is_chosen(options))
        .collect();
    let mut outcomes = Vec::new();
    for phase in &phases {
        println!("\n== {}", phase.name);
        let start = Instant::now();
        let result = match phase.held_up_by(&outcomes) {
            Some(failed) => Err(anyhow!("not tried, because “{failed}” failed")),
            None => (phase.work)(),
        };
        let count = result.unwrap_or_else(|error| {
            println!("{error:#}");
            Count::FAILED
        });
        let outcome = Outcome {
            name: phase.name,
            count,
            seconds: start.elapsed().as_secs_f64(),
        };
        println!("== {}", report::line(&outcome));
        outcomes.push(outcome);
    }
    // Where the tests did not run, the record is an older run's.
    let ran_tests = options.only.is_none_or(|only| only == Part::Rust);
    let waiting = match ran_tests {
        true => waiting::last().waiting()?,
        false => Vec::new(),
    };
    let total = report::print(&outcomes, &waiting);
    if total.failed > 0 {
        // Not an error value: its text would come after the line that counts, which is the last.
        std::process::exit(1);
    }
    Ok(())
}
