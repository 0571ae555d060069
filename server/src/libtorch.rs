//! The engine on LibTorch, as the server and the command line use it.

use crate::engine::Engine;
use crate::store::lock;
use anyhow::{Context, Result};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::SystemTime;
use valleyscope_engine::model::library;
use valleyscope_engine::{device, run};
use valleyscope_shared::catalog::Catalog;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::runner::Runner;
use valleyscope_shared::spec::RunSpec;

/// Files and the times of their last change.
type Fingerprint = Vec<(PathBuf, Option<SystemTime>)>;

/// LibTorch with the models and data sets of one data directory.
pub struct LibTorch {
    runner: run::EngineRunner,
    /// The catalogue loads every model to see whether it can be used, so it is made again only when files changed.
    catalog: Mutex<Option<(Fingerprint, Catalog)>>,
}

impl LibTorch {
    /// An engine whose device `auto` is `device`: `auto`, `cpu` or `cuda:N`.
    ///
    /// # Errors
    /// The machine has no such device.
    pub fn new(data_dir: PathBuf, device: &str) -> Result<Self> {
        let device = device::parse(device, device::best()).context("--device")?;
        Ok(Self {
            runner: run::EngineRunner { data_dir, device },
            catalog: Mutex::default(),
        })
    }

    /// Says once where runs will be computed.
    pub fn say_device(&self) {
        let name = device::name(self.runner.device);
        match name.as_str() {
            "cpu" if device::list().len() == 1 => tracing::info!(
                device = name,
                "no GPU is usable, so runs are computed on the CPU"
            ),
            _ => tracing::info!(
                device = name,
                "runs are computed on {name} unless they say otherwise"
            ),
        }
    }
}

impl Engine for LibTorch {
    fn catalog(&self) -> Result<Catalog, Problem> {
        let now = fingerprint(&self.runner.data_dir);
        let mut held = lock(&self.catalog);
        if let Some((_, catalog)) = held.as_ref().filter(|(then, _)| *then == now) {
            return Ok(catalog.clone());
        }
        let catalog =
            valleyscope_engine::catalog::catalog(&self.runner.data_dir, self.runner.device);
        *held = Some((now, catalog.clone()));
        Ok(catalog)
    }

    fn runner(&self) -> Box<dyn Runner> {
        Box::new(self.runner.clone())
    }

    fn memory(&self, spec: &RunSpec) -> Option<u64> {
        let card = library::list(&self.runner.data_dir)
            .into_iter()
            .find(|listed| listed.name == spec.model)?
            .card
            .ok()?;
        let pixels = card
            .input_shape
            .iter()
            .map(|size| size.unsigned_abs())
            .product();
        let needs = run::needs(
            spec,
            spec.data.most(),
            pixels,
            card.classes.len() as u64,
            run::activations(&card),
        );
        Some(needs.memory)
    }
}

/// What the catalogue depends on: the entries of the folders of models and data sets.
fn fingerprint(data_dir: &Path) -> Fingerprint {
    let folders = ["models", "data"].map(|name| data_dir.join(name));
    let entries = folders
        .iter()
        .filter_map(|folder| std::fs::read_dir(folder).ok())
        .flatten()
        .filter_map(Result::ok);
    let dated = |path: PathBuf| {
        let changed = std::fs::metadata(&path)
            .and_then(|facts| facts.modified())
            .ok();
        (path, changed)
    };
    let mut all: Fingerprint = entries.map(|entry| dated(entry.path())).collect();
    all.sort();
    all
}
