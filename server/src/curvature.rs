//! Measures on demand: asking for them, computing them beside a run's log, and showing what came out.
//!
//! A job's images are attacked once more with the run's own settings, and what they read is held to what the run read,
//! point by point, before anything is computed there.

mod ask;
mod bands;
mod compute;
mod path;
mod show;

pub use ask::{Desk, ask, estimate, go_on, queue_again};
pub use compute::compute;
pub use show::{values, view, write_values};
