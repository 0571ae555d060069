//! Damaging files on purpose: a reader is given valid files with bytes changed, and each time has to read or to refuse, soon and in
//! bounded memory.
//!
//! Case by case everything follows from the case's number, so that what was found is found again: [`ONLY`] names one case.
//! A test program that calls [`Reader::withstands`] counts its memory: `#[global_allocator] static MEMORY: PeakAlloc = PeakAlloc;`.

mod change;
mod random;
mod report;
pub mod seal;
mod seed;
mod watch;

use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

pub use peak_alloc::PeakAlloc;
pub use report::{REPORT, Report};
pub use seed::{Part, Seed};

use random::Random;
use tempfile::TempDir;

/// Names the number of bytes that each reader is given changed, in all.
pub const BYTES: &str = "VALLEYSCOPE_MUTATIONS";

/// Names the one case that is tried.
pub const ONLY: &str = "VALLEYSCOPE_MUTATION";

/// Enough to notice a reader that forgot a check, in a second or less.
const FEW: u64 = 20_000;

/// Longer than any of these files takes, also on a machine that does much else.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// What is tried.
pub struct Reader<'a> {
    /// As the table names it.
    pub name: &'a str,
    /// Bytes that one attempt may hold at its peak.
    pub most_memory: usize,
    /// Valid files.
    pub seeds: Vec<Seed>,
}

/// Memory and the watch are those of the whole program, so one reader is tried at a time.
static TURN: Mutex<()> = Mutex::new(());

impl Reader<'_> {
    /// Has `read` read each seed, then changed ones until the wanted number of bytes was changed; `read` is told which seed it is.
    ///
    /// # Panics
    /// With the case's number where a seed is refused, an attempt panics, takes longer than [`PATIENCE`] or holds too much memory.
    /// One that does not come back at all ends the program, after a line that says so.
    pub fn withstands<T, E: std::fmt::Display>(&self, read: impl Fn(usize, &[u8]) -> Result<T, E>) {
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        for (which, seed) in self.seeds.iter().enumerate() {
            for content in seed.unchanged() {
                if let Err(error) = read(which, &content) {
                    panic!("{}: seed {which} is refused unchanged: {error}", self.name);
                }
            }
        }
        let only = asked(ONLY);
        let wanted = asked(BYTES).unwrap_or(FEW);
        let mut report = Report::new(self.name);
        let panics = watch::Panics::kept();
        let watch = watch::Watch::new(self.name, PATIENCE);
        let mut case = only.unwrap_or(0);
        while report.bytes < wanted {
            let (which, content, bytes) = self.variant(case);
            watch.begin(case);
            PeakAlloc.reset_peak_usage();
            let before = PeakAlloc.current_usage();
            let begun = Instant::now();
            let result =
                std::panic::catch_unwind(AssertUnwindSafe(|| read(which, &content).map(drop)));
            let taken = begun.elapsed();
            watch.end();
            let peak = PeakAlloc.peak_usage().saturating_sub(before);
            let fault = match &result {
                Err(_) => Some(format!("panicked: {}", panics.last())),
                Ok(_) if taken > PATIENCE => Some(format!("took {taken:?}")),
                Ok(_) if peak > self.most_memory => Some(format!("held {} MB", peak >> 20)),
                Ok(_) => None,
            };
            if let Some(fault) = fault {
                let saved = self.saved(case, &content);
                panic!(
                    "{}: case {case} (seed {which}) {fault}; the file is {}, and {ONLY}={case} tries it alone",
                    self.name,
                    saved.display()
                );
            }
            report.add(bytes, matches!(result, Ok(Ok(()))), taken, peak);
            if only.is_some() {
                break;
            }
            case += 1;
        }
        report.write();
    }

    /// The file of a case: of which seed, its content, and how many bytes of it were changed.
    fn variant(&self, case: u64) -> (usize, Vec<u8>, u64) {
        let mut random = Random::new(case);
        let which = random.below(self.seeds.len());
        let (content, bytes) = self.seeds[which].variant(&mut random);
        (which, content, bytes)
    }

    fn saved(&self, case: u64, content: &[u8]) -> PathBuf {
        let name = self
            .name
            .replace(|letter: char| !letter.is_alphanumeric(), "-");
        let path = std::env::temp_dir().join(format!("valleyscope-{name}-{case}"));
        match std::fs::write(&path, content) {
            Ok(()) => path,
            Err(error) => PathBuf::from(format!("not written ({error})")),
        }
    }
}

/// A folder for the files: in memory where the system has a place for that, for every case writes some.
///
/// # Panics
/// Where it cannot be made.
pub fn folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = match memory.is_dir() {
        true => tempfile::tempdir_in(memory).or_else(|_| tempfile::tempdir()),
        false => tempfile::tempdir(),
    };
    made.unwrap_or_else(|error| panic!("cannot make a temporary folder: {error}"))
}

/// A number that a variable of the environment gives.
fn asked(name: &str) -> Option<u64> {
    let text = std::env::var(name).ok()?;
    match text.parse() {
        Ok(number) => Some(number),
        Err(_) => panic!("{name} is {text}; a whole number is right"),
    }
}
