//! Signals ask a computation to stop; what was computed is kept.
//!
//! Schedulers send SIGTERM, and some SIGUSR1, SIGUSR2 or SIGXCPU before; a lost terminal sends SIGHUP, a person SIGINT.
//! Only a second SIGINT or SIGTERM ends the program at once: a warning that is followed by SIGTERM must not cost the result.

use super::say::say;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGXCPU};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;
use std::ffi::c_int;
use std::time::{Duration, Instant};
use valleyscope_shared::runner::Cancel;

/// What is said at the first signal of a computation on this machine.
pub const AFTER_THIS_STEP: &str = "stopping after this step and keeping what is computed; once more (Ctrl-C or SIGTERM) stops at once";

/// Signals that come together are one request: `timeout` and some schedulers signal a process and then its whole group.
const TOGETHER: Duration = Duration::from_millis(500);

/// A flag that is set at the first signal, when `words` are said.
pub fn at_signal(words: &'static str) -> Cancel {
    let cancel = Cancel::default();
    let flag = cancel.clone();
    // `nohup` has SIGHUP ignored, and it must stay so.
    let hangup = (!ignored(SIGHUP)).then_some(SIGHUP);
    let asks = [SIGINT, SIGTERM, SIGUSR1, SIGUSR2, SIGXCPU];
    let listening = Signals::new(asks.into_iter().chain(hangup)).and_then(|signals| {
        let listen = move || listen(signals, &flag, words);
        std::thread::Builder::new()
            .name("signals".to_owned())
            .spawn(listen)
    });
    if let Err(error) = listening {
        tracing::warn!(%error, "signals will stop the program at once, without keeping anything");
    }
    cancel
}

fn listen(mut signals: Signals, cancel: &Cancel, words: &str) {
    let mut asked: Option<Instant> = None;
    for signal in signals.forever() {
        if !cancel.is_cancelled() {
            say(words);
            cancel.cancel();
        }
        if !matches!(signal, SIGINT | SIGTERM) {
            continue;
        }
        match asked {
            None => asked = Some(Instant::now()),
            Some(asked) if asked.elapsed() < TOGETHER => {}
            Some(_) => {
                // Whoever started us sees which signal it was.
                let _ = emulate_default_handler(signal);
                std::process::exit(128 + signal);
            }
        }
    }
}

/// Whether a signal was ignored when the program started; where the system does not tell, it was not.
fn ignored(signal: c_int) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask >> (signal - 1) & 1 == 1)
}
