//! What every handler may use.

use crate::adding::jobs::Additions;
use crate::auth::Auth;
use crate::curvature::{self, Desk};
use crate::discreet;
use crate::engine::Engine;
use crate::failure::{Answer, Failure};
use crate::fates::Fates;
use crate::keep::Keeper;
use crate::log::Log;
use crate::order::queue_again;
use crate::queue::Queue;
use crate::shelf::Shelf;
use crate::store::{RunRow, Store, StoreError, lock};
use crate::theory::Constants;
use crate::view::run_view;
use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Instant;
use tokio::sync::{Semaphore, watch};
use valleyscope_shared::api::RunView;
use valleyscope_shared::catalog::Catalog;
use valleyscope_shared::origin::Origin;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::run::RunState;
use valleyscope_shared::spec::RunSpec;

/// The most files that are sent at a time: each has a thread that waits for its reader.
const MOST_EXPORTS: usize = 16;

/// Everything shared by the handlers; cheap to clone.
#[derive(Clone)]
pub struct State(Arc<Parts>);

/// See [`State`].
pub struct Parts {
    /// What is on disk.
    pub store: Arc<Store>,
    /// The logs of all runs.
    pub log: Arc<Log>,
    /// The runs that wait and compute.
    pub queue: Arc<Queue>,
    /// Readings in memory.
    pub shelf: Shelf,
    /// What became of the images of finished runs.
    pub fates: Fates,
    /// Pictures on their way that no run kept.
    pub keeper: Keeper,
    /// Files on their way to becoming models.
    pub additions: Arc<Additions>,
    /// Lipschitz constants of models.
    pub constants: Constants,
    /// Who computes.
    pub engine: Arc<dyn Engine>,
    /// Who may come in.
    pub auth: Auth,
    /// The folder with the built frontend, where there is one.
    pub pages: Option<PathBuf>,
    /// When the server started.
    pub since: Instant,
    /// Room for files that are being sent.
    pub exports: Arc<Semaphore>,
    told: discreet::Told,
    closing: watch::Sender<bool>,
    turn: Mutex<()>,
}

/// What a server is made of, beside the store and the engine.
pub struct Options {
    /// Who may come in.
    pub auth: Auth,
    /// The folder with the built frontend, where there is one.
    pub pages: Option<PathBuf>,
    /// How many runs may wait.
    pub cap: usize,
}

impl Deref for State {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl State {
    /// Brings a store and an engine together, and the runs that waited into their lines.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn new(
        store: Store,
        engine: Arc<dyn Engine>,
        options: Options,
    ) -> Result<Self, StoreError> {
        let store = Arc::new(store);
        let log = Arc::new(Log::open(store.clone())?);
        let queue = Queue::new(log.clone(), engine.clone(), options.cap);
        let state = Self(Arc::new(Parts {
            store,
            log,
            queue,
            shelf: Shelf::default(),
            fates: Fates::default(),
            keeper: Keeper::default(),
            additions: Arc::default(),
            constants: Constants::default(),
            engine,
            auth: options.auth,
            pages: options.pages,
            since: Instant::now(),
            exports: Arc::new(Semaphore::new(MOST_EXPORTS)),
            told: discreet::Told::default(),
            closing: watch::Sender::new(false),
            turn: Mutex::default(),
        }));
        queue_again(&state)?;
        curvature::queue_again(&state.desk(), state.catalog().ok().as_ref())?;
        Ok(state)
    }

    /// Does work that may wait for the disk away from the threads that serve requests.
    pub async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Answer<T> + Send + 'static,
    ) -> Answer<T> {
        let state = self.clone();
        let span = tracing::Span::current();
        tokio::task::spawn_blocking(move || span.in_scope(|| work(&state)))
            .await
            .map_err(|error| {
                Failure(Problem::internal(format!(
                    "a request's work was lost: {error}"
                )))
            })?
    }

    /// What there is to choose from. What is wrong with a model or a data set is told without this machine's folders.
    ///
    /// # Errors
    /// The data directory cannot be read.
    pub fn catalog(&self) -> Result<Catalog, Problem> {
        let catalog = self.engine.catalog();
        let mut catalog = catalog.inspect_err(|error| {
            tracing::error!(%error, "the catalogue cannot be made: {error}");
        })?;
        self.told.hide_folders(&mut catalog);
        Ok(catalog)
    }

    /// What asking for measures on demand needs.
    pub fn desk(&self) -> Desk<'_> {
        Desk {
            store: &self.store,
            log: &self.log,
            queue: &self.queue,
            engine: self.engine.as_ref(),
        }
    }

    /// Lets one at a time pass, as long as the guard is held.
    pub fn taking_turns(&self) -> MutexGuard<'_, ()> {
        lock(&self.turn)
    }

    /// The row of a run.
    pub fn run(&self, id: &str) -> Answer<RunRow> {
        self.store.run(id)?.ok_or_else(|| Failure::no_run(id))
    }

    /// The row of a run that can be used.
    ///
    /// # Errors
    /// There is none, or what is stored of it cannot be read.
    pub fn sound_run(&self, id: &str) -> Answer<RunRow> {
        let row = self.run(id)?;
        match &row.problem {
            None => Ok(row),
            Some(problem) => Err(Failure(Problem::new(
                "damaged",
                409,
                "The run cannot be used",
                format!("{problem}; it can only be looked at, as far as that goes, and deleted"),
            ))),
        }
    }

    /// A run as a resource.
    pub fn view(&self, row: RunRow) -> RunView {
        let live = self.log.live(&row.id);
        let position = live.as_ref().and_then(|_| self.queue.position(&row.id));
        let view = run_view(row, live.as_deref(), position);
        let changed = match &view.origin {
            Some(origin) => self.changes(origin, &view.spec),
            None => Vec::new(),
        };
        RunView { changed, ..view }
    }

    /// What a run was computed from and is not there any more as it was, in sentences.
    ///
    /// Nothing for a run that has not started, and for one from before origins were recorded.
    pub fn changed(&self, row: &RunRow) -> Vec<String> {
        self.view(row.clone()).changed
    }

    fn changes(&self, origin: &Origin, spec: &RunSpec) -> Vec<String> {
        let now = self.engine.current(&spec.model, &spec.data.address());
        origin.changes(spec, &now)
    }

    /// The fold over a run's log, as far as it is committed.
    pub fn run_state(&self, row: &RunRow) -> Result<RunState, StoreError> {
        if let Some(live) = self.log.live(&row.id) {
            return Ok(live.state());
        }
        match self.store.final_state(row.number)? {
            Some(state) => Ok(state),
            None => self.store.fold(row.number),
        }
    }

    /// Rings when the server stops, so that streams end.
    pub fn closing(&self) -> watch::Receiver<bool> {
        self.closing.subscribe()
    }

    /// Stops runs and streams.
    pub fn close(&self) {
        self.queue.close();
        self.keeper.close();
        self.additions.close();
        self.closing.send_replace(true);
    }
}
