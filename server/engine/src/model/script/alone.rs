//! Which process may run programs: one that was started for it and does nothing else.

use crate::error::{Error, Result};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// Set once, and never in a process that serves or keeps anything.
static ALONE: OnceLock<()> = OnceLock::new();

/// Forward passes of programs in this process.
static PASSES: AtomicU64 = AtomicU64::new(0);

/// Says that this process was started to run a program, has nothing that another one could lose, and may be killed at any time.
/// There is no way back.
pub fn alone() {
    ALONE.get_or_init(|| ());
}

/// Whether this process may run programs.
///
/// # Errors
/// [`Error::Apart`] where it may not.
pub(super) fn check() -> Result<()> {
    ALONE.get().copied().ok_or(Error::Apart)
}

/// How many forward passes programs have ended in this process: one that stands still shows in a number that does.
pub fn passes() -> u64 {
    PASSES.load(Ordering::Relaxed)
}

/// Counts a pass that has ended.
pub(super) fn passed() {
    PASSES.fetch_add(1, Ordering::Relaxed);
}
