//! How far a long command is: a bar with the time left on a terminal, plain lines elsewhere.

use super::say::say;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// The least time between two plain lines.
const LINE_EVERY: Duration = Duration::from_secs(5);

/// Shown on standard error, so that results can go to standard output.
pub struct Progress {
    hidden: bool,
    bar: Option<ProgressBar>,
    what: &'static str,
    started: Instant,
    last_line: Instant,
}

impl Progress {
    /// Nothing done yet; `what` is counted.
    pub fn new(what: &'static str) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::new(0);
            let template = format!(
                "{{bar:30}} {{pos}}/{{len}} {what}, {{elapsed}} so far, {{eta}} left {{msg}}"
            );
            if let Ok(style) = ProgressStyle::with_template(&template) {
                bar.set_style(style);
            }
            bar
        });
        Self {
            hidden: false,
            bar,
            what,
            started: Instant::now(),
            last_line: Instant::now(),
        }
    }

    /// One that shows nothing.
    pub fn hidden() -> Self {
        Self {
            hidden: true,
            bar: None,
            what: "",
            started: Instant::now(),
            last_line: Instant::now(),
        }
    }

    /// So many of so many are done.
    pub fn set(&mut self, done: u64, total: u64, message: &str) {
        if self.hidden {
            return;
        }
        match &self.bar {
            Some(bar) => {
                bar.set_length(total);
                bar.set_position(done);
                bar.set_message(message.to_owned());
            }
            None if self.last_line.elapsed() >= LINE_EVERY && done > 0 => {
                self.last_line = Instant::now();
                let elapsed = self.started.elapsed().as_secs_f64();
                let left = elapsed * (total.saturating_sub(done)) as f64 / done as f64;
                say(format_args!(
                    "{done}/{total} {}, {elapsed:.0} s so far, about {left:.0} s left {message}",
                    self.what
                ));
            }
            None => {}
        }
    }

    /// Clears the bar; what is said next stands alone.
    pub fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
