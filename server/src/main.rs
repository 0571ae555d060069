//! `valleyscope`: parse the arguments, do the command, say what went wrong in one sentence.

use clap::Parser;
use std::process::ExitCode;
use valleyscope::cli::{Cli, run};
use valleyscope_shared::text::plain_lines;

fn main() -> ExitCode {
    valleyscope::telemetry::start();
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {}", plain_lines(&format!("{error:#}")));
            ExitCode::FAILURE
        }
    }
}
