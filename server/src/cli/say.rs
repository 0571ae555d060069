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

/// What went wrong, and why: every cause that those before it have not said in their own words already.
pub fn told(error: &anyhow::Error) -> String {
    let mut told = String::new();
    for cause in error.chain() {
        let words = cause.to_string();
        if told.contains(&words) {
            continue;
        }
        if !told.is_empty() {
            told.push_str(": ");
        }
        told.push_str(&words);
    }
    told
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

#[cfg(test)]
mod tests {
    use super::told;
    use anyhow::anyhow;
    use std::path::PathBuf;

    /// Failed before: "/nope: No such file or directory (os error 2): No such file or directory (os error 2)".
    #[test]
    fn a_cause_is_told_once() {
        let missing = || std::io::Error::from_raw_os_error(2);
        let file = valleyscope_engine::error::Error::File {
            path: PathBuf::from("/nope"),
            source: missing(),
        };
        let words = told(&anyhow::Error::from(file).context("cannot add the model"));
        assert_eq!(words.matches("os error 2").count(), 1, "{words}");
        assert!(
            words.starts_with("cannot add the model: /nope: "),
            "{words}"
        );
        let other = told(&anyhow::Error::from(missing()).context("cannot read /nope"));
        assert_eq!(other.matches("os error 2").count(), 1, "{other}");
        assert_eq!(told(&anyhow!("one word")), "one word");
    }
}
