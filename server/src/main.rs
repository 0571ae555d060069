//! `valleyscope`: parse the arguments, do the command, say what went wrong in one sentence.

use std::process::ExitCode;

fn main() -> ExitCode {
    valleyscope::telemetry::start();
    valleyscope::cli::run()
}
