//! What commands print. Results go to standard output, everything else to standard error.
//!
//! `println!` and `eprintln!` panic where nobody reads; a computation must not die of a closed terminal.

use anyhow::{Context, Result};
use std::fmt::Display;
use std::io::{ErrorKind, Write};

/// Nobody reads standard output any more, as after `| head`. No fault of ours: the command ends without a word.
#[derive(Debug, thiserror::Error)]
#[error("standard output is closed")]
pub struct Closed;

/// Tells a person something. Where nobody listens, the work goes on.
pub fn say(words: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{words}");
}

/// Prints lines on standard output.
///
/// # Errors
/// [`Closed`] where nobody reads them, and whatever else stops them, such as a full disk.
pub fn print(lines: impl Display) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let printed = writeln!(out, "{lines}").and_then(|()| out.flush());
    explain(printed)
}

/// What became of writing to standard output.
///
/// # Errors
/// As [`print`].
pub fn explain(printed: std::io::Result<()>) -> Result<()> {
    match printed {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Closed.into()),
        printed => printed.context("cannot write to standard output"),
    }
}
