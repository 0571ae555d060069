//! The engine on LibTorch, as the server and the command line use it.

mod held;

use crate::apart::Apart;
use crate::engine::{CleanImage, Engine};
use crate::store::lock;
use anyhow::{Context, Result};
use held::{Held, fingerprint};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use valleyscope_engine::data::Dataset;
use valleyscope_engine::head::Weights;
use valleyscope_engine::model::{library, theory};
use valleyscope_engine::{data, device, run};
use valleyscope_shared::adding::About;
use valleyscope_shared::catalog::{Catalog, LayerInfo};
use valleyscope_shared::curvature::{CurvatureLayer, CurvatureNeeds, CurvatureSpec};
use valleyscope_shared::data::{DataChecks, Sample};
use valleyscope_shared::origin::Current;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::runner::Runner;
use valleyscope_shared::spec::RunSpec;
use valleyscope_shared::theory::Sensitivity;

/// How long a page waits for what looking at every picture shows.
const PATIENCE: Duration = Duration::from_secs(10);

fn failed(error: valleyscope_engine::error::Error) -> Problem {
    Problem::internal(error.to_string())
}

/// Why measures on demand cannot be computed of a model.
fn refused(model: &str, error: &valleyscope_engine::error::Error) -> Problem {
    Problem::new(
        "no-curvature",
        422,
        "There are no measures on demand",
        format!(
            "curvature beyond the last layer cannot be computed of the model \"{model}\": {error}"
        ),
    )
}

/// LibTorch with the models and data sets of one data directory.
pub struct LibTorch {
    runner: run::EngineRunner,
    /// The catalogue loads every model to see whether it can be used, so it is made again only when files changed.
    catalog: Held<Catalog>,
    /// Digests of weights and cards, by model.
    models: Held<(String, String)>,
    /// The operators of models, by name.
    layers: Held<Vec<LayerInfo>>,
    /// Last layers, by model.
    heads: Held<Option<Arc<Weights>>>,
    /// Digests of data sets, by name.
    sets: Held<String>,
    /// What looking at every picture of a data set showed, by name and the other set's.
    checks: Held<DataChecks>,
    /// Held by who looks at every picture.
    looking: Mutex<()>,
    /// The data set whose images were looked at last.
    open: Held<Arc<dyn Dataset>>,
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
            catalog: Held::default(),
            models: Held::default(),
            layers: Held::default(),
            heads: Held::default(),
            sets: Held::default(),
            checks: Held::default(),
            looking: Mutex::default(),
            open: Held::default(),
        })
    }

    /// A data set that stays open until another is looked at.
    fn opened(&self, set: &str) -> Result<Arc<dyn Dataset>, Problem> {
        let folder = &self.runner.data_dir;
        self.open.only(set);
        let now = fingerprint(data::files_of(folder, set));
        let open = || data::open(folder, set).map(Arc::from);
        self.open.get(set, now, open).map_err(failed)
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
        let folder = &self.runner.data_dir;
        let now = fingerprint(
            library::files(folder)
                .into_iter()
                .chain(data::files(folder)),
        );
        self.catalog.get("", now, || {
            Ok(valleyscope_engine::catalog::catalog(
                folder,
                self.runner.device,
            ))
        })
    }

    fn layers(&self, model: &str) -> Result<Vec<LayerInfo>, Problem> {
        let folder = &self.runner.data_dir;
        let files = fingerprint(library::files_of(folder, model));
        let read = || valleyscope_engine::catalog::layers(folder, model);
        let layers = self.layers.get(model, files, read);
        layers.map_err(|error| Problem::internal(error.to_string()))
    }

    fn about(&self, model: &str) -> Result<About, Problem> {
        library::about(&self.runner.data_dir, model).map_err(failed)
    }

    fn renamed(&self, model: &str) -> Option<String> {
        library::renamed(&self.runner.data_dir, model)
    }

    fn current(&self, model: &str, set: &str) -> Current {
        let folder = &self.runner.data_dir;
        let files = fingerprint(library::files_of(folder, model));
        let model = self
            .models
            .get(model, files, || library::digests(folder, model));
        let files = fingerprint(data::files_of(folder, set));
        let data = self
            .sets
            .get(set, files, || data::open(folder, set)?.digest());
        Current {
            model: model.ok(),
            data: data.ok(),
        }
    }

    fn clean_image(&self, set: &str, index: u64) -> Result<CleanImage, Problem> {
        let set = self.opened(set)?;
        let mut bytes = vec![0; set.info().pixels()];
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        set.bytes_into(index, &mut bytes).map_err(failed)?;
        Ok(CleanImage {
            shape: set.info().shape,
            bytes,
        })
    }

    fn samples(&self, set: &str, most: usize) -> Result<Vec<Sample>, Problem> {
        let set = self.opened(set)?;
        data::samples(set.as_ref(), most).map_err(failed)
    }

    fn checks(&self, set: &str, other: Option<&str>) -> Result<DataChecks, Problem> {
        let folder = &self.runner.data_dir;
        let names = std::iter::once(set).chain(other);
        let files = fingerprint(names.flat_map(|name| data::files_of(folder, name)));
        let key = format!("{set} {}", other.unwrap_or_default());
        // One at a time: each reads whole sets.
        let _one = lock(&self.looking);
        let found = self.checks.get(&key, files, || {
            let set = data::open(folder, set).map_err(failed)?;
            let other = other.map(|other| data::open(folder, other)).transpose();
            let other = other.map_err(failed)?;
            data::checks(set.as_ref(), other.as_deref(), PATIENCE).map_err(failed)
        });
        // What a busy machine could not look at it may the next time.
        if found.as_ref().is_ok_and(|found| !found.is_whole()) {
            self.checks.forget(&key);
        }
        found
    }

    fn last_layer(&self, model: &str) -> Result<Option<Arc<Weights>>, Problem> {
        let folder = &self.runner.data_dir;
        if library::is_program(folder, model) {
            return Ok(None);
        }
        self.heads.only(model);
        let files = fingerprint(library::files_of(folder, model));
        let read = || theory::last_layer(folder, model).map(|weights| weights.map(Arc::new));
        self.heads.get(model, files, read).map_err(failed)
    }

    fn sensitivity(
        &self,
        model: &str,
        on: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Sensitivity, Problem> {
        theory::sensitivity(&self.runner.data_dir, model, on).map_err(failed)
    }

    fn curvature_layers(&self, model: &str) -> Result<Vec<CurvatureLayer>, Problem> {
        let layers = run::curvature_layers(&self.runner.data_dir, model);
        layers.map_err(|error| refused(model, &error))
    }

    fn curvature_needs(
        &self,
        run: &RunSpec,
        ask: &CurvatureSpec,
        places: u64,
    ) -> Result<CurvatureNeeds, Problem> {
        let needs = run::curvature_needs(&self.runner, run, ask, places);
        needs.map_err(|error| refused(&run.model, &error))
    }

    fn runner(&self) -> Box<dyn Runner> {
        Box::new(Apart::new(self.runner.clone()))
    }

    fn models(&self) -> Option<PathBuf> {
        Some(self.runner.data_dir.clone())
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
            run::activations(&card.layers().ok()?),
        );
        Some(needs.memory)
    }
}
