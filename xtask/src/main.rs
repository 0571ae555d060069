//! Valleyscope's tooling: `cargo xtask --help`.

mod bench;
mod command;
mod evaluate;
mod exports;
mod native;
mod place;
mod run;
mod setup;
mod size;
mod system;
mod test;
mod tidy;
mod web;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Set up, build, run and test Valleyscope.
///
/// On a bare machine `cargo xtask run` is enough: it sets up what is missing, builds, and opens the dashboard.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install what the builds need: LibTorch into your cache, the wasm target, and with --tests the browser tests' tools
    #[command(after_help = setup::ENVIRONMENT)]
    Setup(setup::Options),
    /// Build what changed and serve the dashboard on 127.0.0.1:8080
    Run(run::Options),
    /// Run every check and test, a real browser included; the last line counts them
    Test(test::Options),
    /// Build the frontend, pack and compress it into static/pkg
    Web,
    /// Show what the browser has to load, against the limit of 700 KB
    Size,
    /// Compare our engine's speed with PyTorch's and the authors' way
    Bench(bench::Options),
    /// Run every attack on public nets and write the tables of docs/attacks.md; goes on where it was stopped
    Evaluate(evaluate::Options),
    /// Look for files that grew too long and for traces of one machine
    Tidy,
    /// Wait until the server answers, then open its page (used by `run`)
    #[command(hide = true)]
    Open { address: String },
}

fn main() -> Result<()> {
    match Arguments::parse().task {
        Task::Setup(options) => setup::setup(&options),
        Task::Run(options) => run::run(&options),
        Task::Test(options) => test::test(&options),
        Task::Web => web::build(),
        Task::Size => size::check(),
        Task::Bench(options) => bench::bench(&options),
        Task::Evaluate(options) => evaluate::evaluate(&options),
        Task::Tidy => tidy::check(),
        Task::Open { address } => run::open::when_ready(&address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every `cargo xtask …` of the README and of the documents is one that there is.
    #[test]
    fn the_documents_commands_are_understood() {
        let mut seen = 0;
        for file in ["README.md", "docs/ARCHITECTURE.md", "docs/test-data.md"] {
            let text = std::fs::read_to_string(place::root().join(file)).unwrap();
            for rest in text.split("cargo xtask ").skip(1) {
                let command = rest.split(['`', '#', '\n']).next().unwrap_or_default();
                let words = ["cargo xtask"]
                    .into_iter()
                    .chain(command.split_whitespace());
                if let Err(error) = Arguments::try_parse_from(words) {
                    panic!("{file}: cargo xtask {command}: {error}");
                }
                seen += 1;
            }
        }
        assert!(seen >= 4, "{seen}");
    }
}
