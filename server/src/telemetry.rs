//! Log lines on standard error: readable by themselves, with fields for machines.

use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Starts logging. `VALLEYSCOPE_LOG` chooses what (`info` unless set), `VALLEYSCOPE_LOG_FORMAT=json` how.
pub fn start() {
    let filter = EnvFilter::try_from_env("VALLEYSCOPE_LOG")
        .unwrap_or_else(|_| EnvFilter::new("info,refinery_core=warn,rustls_platform_verifier=off"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        // It would tell of a closed standard error with `eprintln!`, which panics there.
        .log_internal_errors(false);
    let json = std::env::var("VALLEYSCOPE_LOG_FORMAT").is_ok_and(|format| format == "json");
    // A second start, in tests, keeps the first.
    let _ = if json {
        lines.json().try_init()
    } else {
        lines.try_init()
    };
}
