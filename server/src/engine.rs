//! What the server needs of whoever computes: a catalogue, runners, and what a run will need.

use std::path::PathBuf;
use std::sync::Arc;
use valleyscope_engine::head::Weights;
use valleyscope_shared::adding::About;
use valleyscope_shared::catalog::{Catalog, LayerInfo};
use valleyscope_shared::curvature::{CurvatureLayer, CurvatureNeeds, CurvatureSpec};
use valleyscope_shared::data::{DataChecks, Sample};
use valleyscope_shared::origin::Current;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::runner::{Runner, no_curvature};
use valleyscope_shared::spec::RunSpec;
use valleyscope_shared::theory::Sensitivity;

/// An image of a data set: channels, height and width, and its bytes in that order.
pub struct CleanImage {
    /// Channels, height and width.
    pub shape: [usize; 3],
    /// One byte a value.
    pub bytes: Vec<u8>,
}

/// The engine as the server sees it; tests bring their own.
pub trait Engine: Send + Sync {
    /// What there is to choose from, now.
    ///
    /// # Errors
    /// The data directory cannot be read.
    fn catalog(&self) -> Result<Catalog, Problem>;

    /// The operators of a model that can be used.
    ///
    /// # Errors
    /// There is no such model, or it cannot be read.
    fn layers(&self, model: &str) -> Result<Vec<LayerInfo>, Problem>;

    /// What is known of a model beside its network.
    ///
    /// # Errors
    /// There is no such model, or what is said of it cannot be read.
    fn about(&self, _model: &str) -> Result<About, Problem> {
        Ok(About::default())
    }

    /// What the model is called now that had this name, where no other has it.
    fn renamed(&self, _model: &str) -> Option<String> {
        None
    }

    /// The weights of a model's last layer, where that is linear.
    ///
    /// # Errors
    /// There is no such model, or it cannot be read.
    fn last_layer(&self, _model: &str) -> Result<Option<Arc<Weights>>, Problem> {
        Ok(None)
    }

    /// Upper bounds of a model's Lipschitz constants; may take minutes. `on` hears how far it is, and may stop it.
    ///
    /// # Errors
    /// There is no such model, it cannot be read, or it was stopped.
    fn sensitivity(
        &self,
        _model: &str,
        _on: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Sensitivity, Problem> {
        Ok(Sensitivity::default())
    }

    /// Someone who computes runs, for one worker thread.
    fn runner(&self) -> Box<dyn Runner>;

    /// What lies now under the names of a model and a data set.
    fn current(&self, model: &str, set: &str) -> Current;

    /// An image of a data set as it lies there.
    ///
    /// # Errors
    /// There is no such data set or no such image, or it cannot be read.
    fn clean_image(&self, set: &str, index: u64) -> Result<CleanImage, Problem>;

    /// Images of a data set to show, at most so many.
    ///
    /// # Errors
    /// It cannot be read.
    fn samples(&self, set: &str, most: usize) -> Result<Vec<Sample>, Problem>;

    /// What looking at every picture of a data set shows, perhaps beside another.
    ///
    /// # Errors
    /// One of them cannot be read.
    fn checks(&self, set: &str, other: Option<&str>) -> Result<DataChecks, Problem>;

    /// The data directory whose models it computes, where models can be added.
    fn models(&self) -> Option<PathBuf> {
        None
    }

    /// The layers of a model whose curvature can be asked for, in the order of the network.
    ///
    /// # Errors
    /// There is no such model, it cannot be read, or whoever computes knows no measures on demand.
    fn curvature_layers(&self, model: &str) -> Result<Vec<CurvatureLayer>, Problem> {
        Err(no_curvature(model))
    }

    /// What measures on demand at so many places take at most, for a run that is there.
    ///
    /// # Errors
    /// They cannot be computed: an operator has no second derivative, which the problem names.
    fn curvature_needs(
        &self,
        run: &RunSpec,
        _ask: &CurvatureSpec,
        _places: u64,
    ) -> Result<CurvatureNeeds, Problem> {
        Err(no_curvature(&run.model))
    }

    /// The memory that a run needs at most, in bytes, where that can be told before it starts.
    fn memory(&self, spec: &RunSpec) -> Option<u64>;
}
