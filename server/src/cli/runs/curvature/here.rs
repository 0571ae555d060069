//! Jobs on a data directory of this machine, which no server uses.

use super::Place;
use crate::curvature::{self, Desk, view};
use crate::engine::Engine;
use crate::libtorch::LibTorch;
use crate::log::Log;
use crate::queue::Queue;
use crate::store::{JobRow, RunRow, Store, StoreError};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::sync::Arc;
use valleyscope_shared::curvature::{CurvatureEstimate, CurvatureSpec, CurvatureView};

/// The jobs of a run in a data directory.
pub struct Here {
    store: Arc<Store>,
    log: Arc<Log>,
    queue: Arc<Queue>,
    engine: Arc<dyn Engine>,
    run: RunRow,
}

impl Here {
    /// Of the run with this id.
    ///
    /// # Errors
    /// There is none, what is stored of it cannot be read, or a server uses the folder.
    pub fn new(folder: &Path, id: &str) -> Result<Self> {
        let no_run = || format!("there is no run \"{id}\" in {}", folder.display());
        Store::look(folder)?.with_context(no_run)?;
        let store = match Store::open(folder) {
            Ok(store) => Arc::new(store),
            Err(StoreError::InUse { .. }) => bail!(
                "a server uses {}, and only it can compute for its runs; ask it with --server URL",
                folder.display()
            ),
            Err(error) => return Err(error.into()),
        };
        let run = store.run(id)?.with_context(no_run)?;
        if let Some(problem) = &run.problem {
            bail!("the run cannot be used: {problem}");
        }
        let engine: Arc<dyn Engine> = Arc::new(LibTorch::new(folder.to_owned(), "auto")?);
        let log = Arc::new(Log::open(store.clone())?);
        let queue = Queue::new(log.clone(), engine.clone(), 1);
        // What was computed when the folder was last used has ended with its program.
        let run = store.run(&run.id)?.unwrap_or(run);
        Ok(Self {
            store,
            log,
            queue,
            engine,
            run,
        })
    }

    fn desk(&self) -> Desk<'_> {
        Desk {
            store: &self.store,
            log: &self.log,
            queue: &self.queue,
            engine: self.engine.as_ref(),
        }
    }

    fn row(&self, job: u32) -> Result<JobRow> {
        let row = self.store.job(self.run.number, job)?;
        row.with_context(|| format!("the run has no measures on demand {job}"))
    }

    fn view(&self, job: u32) -> Result<CurvatureView> {
        let (queue, row) = (Some(self.queue.as_ref()), self.row(job)?);
        Ok(view(&self.store, queue, &self.run, row, true)?)
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        self.queue.close();
    }
}

impl Place for Here {
    fn ask(&self, wanted: &CurvatureSpec) -> Result<CurvatureView> {
        let catalog = self.engine.catalog()?;
        let job = curvature::ask(&self.desk(), &catalog, &self.run, wanted)?;
        self.view(job)
    }

    fn estimate(&self, wanted: &CurvatureSpec) -> Result<serde_json::Value> {
        let state = self.store.state(self.run.number)?;
        let sized = curvature::estimate(&self.desk(), &self.run, &state, wanted)?;
        let needs = sized.needs;
        Ok(serde_json::to_value(CurvatureEstimate {
            examples: u64::from(sized.spec.examples),
            places: sized.places,
            passes: needs.passes,
            seconds: None,
            memory: needs.memory,
            fits: needs.memory <= sized.spec.memory,
        })?)
    }

    fn go_on(&self, job: u32) -> Result<CurvatureView> {
        let row = self.row(job)?;
        curvature::go_on(&self.desk(), &self.engine.catalog()?, &self.run, &row)?;
        self.view(job)
    }

    fn look(&self, job: u32) -> Result<Option<CurvatureView>> {
        self.view(job).map(Some)
    }

    fn cancel(&self, job: u32) -> Result<()> {
        self.queue.cancel_curvature(&self.run.id, job);
        Ok(())
    }
}
