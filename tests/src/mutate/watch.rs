//! Seeing to it that an attempt that goes wrong says which one it was.

use std::io::Write;
use std::panic::PanicHookInfo;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// No attempt is made.
const NONE: u64 = u64::MAX;

/// The case that is tried.
static CASE: AtomicU64 = AtomicU64::new(NONE);

/// Ends the program when an attempt does not come back.
pub(super) struct Watch {
    begun: Arc<Mutex<Option<Instant>>>,
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    pub fn new(reader: &str, patience: Duration) -> Self {
        let begun = Arc::new(Mutex::new(None));
        let (stop, stopped) = channel();
        let (seen, reader) = (Arc::clone(&begun), reader.to_owned());
        let thread = std::thread::spawn(move || watch(&reader, patience, &seen, &stopped));
        Self {
            begun,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    pub fn begin(&self, case: u64) {
        CASE.store(case, Relaxed);
        self.set(Some(Instant::now()));
    }

    pub fn end(&self) {
        CASE.store(NONE, Relaxed);
        self.set(None);
    }

    fn set(&self, begun: Option<Instant>) {
        *self.begun.lock().unwrap_or_else(PoisonError::into_inner) = begun;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.end();
        drop(self.stop.take());
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn watch(reader: &str, patience: Duration, begun: &Mutex<Option<Instant>>, stopped: &Receiver<()>) {
    while let Err(RecvTimeoutError::Timeout) = stopped.recv_timeout(Duration::from_millis(200)) {
        let begun = *begun.lock().unwrap_or_else(PoisonError::into_inner);
        // Twice as long: one that comes back late is told with its file.
        if begun.is_some_and(|begun| begun.elapsed() > 2 * patience) {
            let (case, most) = (CASE.load(Relaxed), 2 * patience);
            // Past the test runner, which would keep it to itself when the program ends.
            let _ = writeln!(
                std::io::stderr(),
                "{reader}: no answer to case {case} within {most:?}"
            );
            std::process::abort();
        }
    }
}

type Hook = Box<dyn Fn(&PanicHookInfo<'_>) + Sync + Send>;

/// What panics say while this lives: kept, for a reader may catch those of its libraries.
pub(super) struct Panics {
    last: Arc<Mutex<String>>,
    before: Arc<Hook>,
}

impl Panics {
    pub fn kept() -> Self {
        let last = Arc::new(Mutex::new(String::new()));
        let (kept, before) = (Arc::clone(&last), Arc::new(std::panic::take_hook()));
        let usual = Arc::clone(&before);
        std::panic::set_hook(Box::new(move |panic| match CASE.load(Relaxed) {
            NONE => usual(panic),
            _ => *kept.lock().unwrap_or_else(PoisonError::into_inner) = panic.to_string(),
        }));
        Self { last, before }
    }

    pub fn last(&self) -> String {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.clone()
    }
}

impl Drop for Panics {
    fn drop(&mut self) {
        // A thread that panics may not change it; the one that is set hands on what happens outside of attempts.
        if !std::thread::panicking() {
            let before = Arc::clone(&self.before);
            std::panic::set_hook(Box::new(move |panic| before(panic)));
        }
    }
}
