//! How a command ended, as scripts and schedulers read it.

use std::process::ExitCode;
use valleyscope_shared::run::Phase;

/// What `--help` says of the codes.
pub const EXIT_CODES: &str = "Exit codes:
  0    all done
  1    a wrong argument or document, or something that could not be read, written or reached
  2    a run failed; what it had computed is written
  3    stopped by a signal or by someone; what was computed until then is written
  4    several networks fit a file, and none was chosen; nothing was added
  141  nobody reads standard output any more";

/// How a command ended that did what it could.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// All was done.
    Done,
    /// The run, or one of several, failed.
    Failed,
    /// It was stopped before all was done.
    Stopped,
    /// It is left to somebody to choose.
    Undecided,
}

impl From<Phase> for End {
    fn from(phase: Phase) -> Self {
        match phase {
            Phase::Finished => Self::Done,
            Phase::Failed => Self::Failed,
            Phase::Queued | Phase::Running | Phase::Cancelled | Phase::Interrupted => Self::Stopped,
        }
    }
}

impl From<End> for ExitCode {
    fn from(end: End) -> Self {
        Self::from(match end {
            End::Done => 0,
            End::Failed => 2,
            End::Stopped => 3,
            End::Undecided => 4,
        })
    }
}

/// The code of a wrong argument or a failure.
pub const WRONG: u8 = 1;

/// The code that shells give a program that writes into a closed pipe: 128 and SIGPIPE's number.
pub const CLOSED: u8 = 141;
