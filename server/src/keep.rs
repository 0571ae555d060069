//! Pictures and probabilities of an example that its run did not keep: computed again when somebody asks for them, and then kept.
//!
//! The image is attacked once more, alone, with everything as in the run, beside the runs that wait or compute.
//! Random numbers are keyed by seed and image, so they are the run's own; what comes out is compared with the run's readings.
//! In single precision the last bits of a sum can lead a few images another way; these are attacked with their whole batch, as they were.

pub(crate) mod again;
pub(crate) mod agree;
mod ask;
mod compute;
mod task;

pub use ask::{Asked, ask};
pub use task::Standing;

use crate::store::lock;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use task::Task;
use valleyscope_shared::problem::Problem;

/// So many images are on their way at most, each with a thread; they are computed one after another.
const MOST: usize = 16;
/// So long a failure is told to whoever asks, then it is tried again.
const REMEMBERED: Duration = Duration::from_secs(5);

/// Which example of which pass of which run.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Which {
    run: i64,
    pass: usize,
    row: usize,
}

/// The images that are on their way.
#[derive(Default)]
pub struct Keeper {
    tasks: Mutex<HashMap<Which, Arc<Task>>>,
    /// Held by the one that computes.
    turn: Mutex<()>,
    /// Held while a run's file is added to or removed.
    files: Mutex<()>,
}

impl Keeper {
    /// The task of an example, and whether it has just been made and is to be begun.
    ///
    /// # Errors
    /// Status 503 when too many are on their way.
    fn task(&self, which: &Which, points: usize) -> Result<(Arc<Task>, bool), Problem> {
        let mut tasks = lock(&self.tasks);
        tasks.retain(|_, task| !task.failed_before(REMEMBERED));
        let known = tasks.get(which);
        // One that was given up is begun anew.
        if let Some(task) = known.filter(|task| !task.cancel.is_cancelled()) {
            task.asked_for();
            return Ok((task.clone(), false));
        }
        if tasks.values().filter(|task| !task.has_ended()).count() >= MOST {
            return Err(Problem::new(
                "busy",
                503,
                "Too much at a time",
                format!(
                    "the pictures of {MOST} images are being computed, as many as may be; ask again later"
                ),
            ));
        }
        let task = Arc::new(Task::new(points));
        tasks.insert(which.clone(), task.clone());
        Ok((task, true))
    }

    /// Forgets a task of which there is nothing more to tell, unless another took its place.
    fn done(&self, which: &Which, task: &Arc<Task>) {
        let mut tasks = lock(&self.tasks);
        if tasks
            .get(which)
            .is_some_and(|known| Arc::ptr_eq(known, task))
        {
            tasks.remove(which);
        }
    }

    /// Stops what is computed of a run that is about to be deleted.
    pub fn forget(&self, run: i64) {
        self.cancel(|which| which.run == run);
    }

    /// Keeps a run's file as it is as long as the guard is held.
    pub fn files(&self) -> MutexGuard<'_, ()> {
        lock(&self.files)
    }

    /// Stops everything.
    pub fn close(&self) {
        self.cancel(|_| true);
    }

    /// Whether nothing is being computed.
    pub fn is_idle(&self) -> bool {
        lock(&self.tasks).values().all(|task| task.has_ended())
    }

    fn cancel(&self, of: impl Fn(&Which) -> bool) {
        let tasks = lock(&self.tasks);
        let these = tasks.iter().filter(|(which, _)| of(which));
        these.for_each(|(_, task)| task.cancel.cancel());
    }
}
