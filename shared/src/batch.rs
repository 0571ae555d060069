//! Many runs at once: every model under every attack, with one id.

mod estimate;
mod grid;
mod subject;
mod worst;

use crate::api::RunView;
use crate::catalog::Catalog;
use crate::event::Warning;
use crate::problem::{FieldError, Problem};
use crate::run::Phase;
use crate::spec::{AttackSpec, DataSpec, Precision, RunSpec, Seeds, Trace, from_json};
pub use estimate::BatchEstimate;
use grid::Cell;
pub(crate) use grid::names;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
pub(crate) use subject::images;
pub use worst::{BrokenBy, RunFates, WorstCase};

/// The most runs of one batch.
pub const MOST_RUNS: usize = 200;

/// The longest title, in characters.
pub const LONGEST_TITLE: usize = 200;

/// What is asked for: the runs are the models under the attacks, the attacks of the first model first.
/// A list in place of an attack's setting tries every value of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(example = example_batch))]
#[serde(deny_unknown_fields)]
pub struct BatchSpec {
    /// What the batch is called, in up to 200 characters; made of its models and attacks when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
    pub title: Option<String>,
    /// The ids of models in the catalogue.
    #[cfg_attr(feature = "openapi", schema(min_items = 1))]
    pub models: Vec<String>,
    /// The attacks with their parameters, each as in a run, or with a list in place of a value: then every combination is a run.
    /// A list of epsilons stays one run, with a pass each.
    #[cfg_attr(feature = "openapi", schema(min_items = 1))]
    pub attacks: Vec<AttackSpec>,
    /// Which images, the same for all.
    pub data: DataSpec,
    /// As in a run. Attacks without randomness take the first of several.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::spec::SeedSchema))]
    pub seed: Seeds,
    /// As in a run.
    #[serde(default = "crate::spec::default_batch_size")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 4096))]
    pub batch_size: u32,
    /// As in a run.
    #[serde(default = "crate::spec::default_device")]
    pub device: String,
    /// As in a run.
    #[serde(default)]
    pub precision: Precision,
    /// As in a run.
    #[serde(default = "crate::spec::default_keep_examples")]
    #[cfg_attr(feature = "openapi", schema(maximum = 10_000))]
    pub keep_examples: u32,
    /// As in a run: `off` for a table of accuracies at the attacks' own price.
    #[serde(default, skip_serializing_if = "Trace::is_on")]
    pub trace: Trace,
}

impl BatchSpec {
    /// Reads a batch from JSON, with the defaults of the attacks' parameters; an error names the field at fault.
    ///
    /// # Errors
    /// What is no batch.
    pub fn from_json(text: &str) -> Result<Self, Problem> {
        let mut spec: Self = from_json(text)?;
        for attack in &mut spec.attacks {
            attack.complete();
        }
        Ok(spec)
    }

    /// The runs, in order.
    pub fn runs(&self, catalog: &Catalog) -> Vec<RunSpec> {
        let cells = self.cells();
        let of = |model: &String| {
            let run = |attack: &AttackSpec| RunSpec {
                model: model.clone(),
                data: self.data.clone(),
                attack: attack.clone(),
                seed: self.seed_for(attack, catalog),
                batch_size: self.batch_size,
                device: self.device.clone(),
                precision: self.precision,
                keep_examples: self.keep_examples,
                trace: self.trace,
            };
            cells
                .iter()
                .map(|cell| run(&cell.attack))
                .collect::<Vec<_>>()
        };
        self.models.iter().flat_map(of).collect()
    }

    /// Every attack with every combination of its lists, in order.
    fn cells(&self) -> Vec<Cell> {
        let attacks = self.attacks.iter().enumerate();
        attacks
            .flat_map(|(place, attack)| grid::cells(place, attack))
            .collect()
    }

    /// What the attacks of the runs are called, with what tells them apart; those of every model.
    pub fn names(&self) -> Vec<String> {
        let cells = self.cells();
        let attacks: Vec<&AttackSpec> = cells.iter().map(|cell| &cell.attack).collect();
        grid::names(&attacks)
    }

    fn seed_for(&self, attack: &AttackSpec, catalog: &Catalog) -> Seeds {
        let info = catalog.attacks.iter().find(|info| info.id == attack.id());
        let random = attack.random_start() || info.is_some_and(|info| info.random);
        match self.seed.list().as_slice() {
            [first, ..] if !random => Seeds::One(*first),
            _ => self.seed.clone(),
        }
    }

    /// Everything wrong with the batch, field by field; empty when every run can be done.
    pub fn check(&self, catalog: &Catalog) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut wrong = |path: String, message: String| errors.push(FieldError { path, message });
        for (name, count) in [
            ("models", self.models.len()),
            ("attacks", self.attacks.len()),
        ] {
            if count == 0 {
                wrong(name.to_owned(), "give at least one".to_owned());
            }
        }
        if let Some(title) = &self.title {
            let length = title.chars().count();
            if length == 0 || length > LONGEST_TITLE || title.contains(char::is_control) {
                let right = format!("1 to {LONGEST_TITLE} on one line are right");
                wrong(
                    "title".to_owned(),
                    format!("the title has {length} characters; {right}"),
                );
            }
        }
        for (place, attack) in self.attacks.iter().enumerate() {
            if let Some(key) = grid::empty(attack) {
                wrong(
                    format!("attacks.{place}.{}.{key}", attack.id()),
                    "the list is empty; give at least one value".to_owned(),
                );
            }
        }
        let attacks = self.attacks.iter().map(grid::count);
        let count = attacks
            .fold(0, usize::saturating_add)
            .saturating_mul(self.models.len());
        if count > MOST_RUNS {
            wrong(
                "attacks".to_owned(),
                format!("{count} runs are more than {MOST_RUNS}; make several batches"),
            );
            return errors;
        }
        for (place, model) in self.models.iter().enumerate() {
            if self.models[..place].contains(model) {
                wrong(
                    format!("models.{place}"),
                    format!("\"{model}\" is given twice"),
                );
            }
        }
        let cells = self.cells();
        for (number, cell) in cells.iter().enumerate() {
            if (cells[..number].iter()).any(|other| other.attack == cell.attack) {
                let (place, id) = (cell.place, cell.attack.id());
                wrong(
                    format!("attacks.{place}"),
                    format!("{id} is given twice with the same settings"),
                );
            }
        }
        for (place, run) in self.runs(catalog).iter().enumerate() {
            let model = place / cells.len();
            let Some(cell) = cells.get(place % cells.len()) else {
                continue;
            };
            let attack = cell.place;
            for error in run.check(catalog) {
                let path = match error.path.split_once('.') {
                    _ if error.path == "model" => format!("models.{model}"),
                    _ if error.path == "attack" => format!("attacks.{attack}"),
                    Some(("attack", rest)) => cell.path(rest),
                    _ => error.path,
                };
                let message = error.message;
                if !errors
                    .iter()
                    .any(|known| known.path == path && known.message == message)
                {
                    errors.push(FieldError { path, message });
                }
            }
        }
        errors
    }
}

/// A batch as a resource.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BatchView {
    /// The opaque id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// When it was asked for, in milliseconds since 1970.
    pub created_ms: u64,
    /// What was asked for.
    pub spec: BatchSpec,
    /// Its runs, in order; those that were deleted are missing.
    pub runs: Vec<RunView>,
    /// How many of them have ended, whichever way.
    pub ended: usize,
    /// What the runs say of each other.
    pub warnings: Vec<Warning>,
    /// What is left of each model under all attacks together: a row for each epsilon at which an attack has finished.
    #[serde(default)]
    pub worst: Vec<WorstCase>,
    /// Seconds until the last run ends, one after another; absent when all have ended and where nothing was timed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds_left: Option<f64>,
}

impl BatchView {
    /// What the attack of each run is called, with what tells it from the others: a run's title may have been changed by somebody.
    pub fn attack_names(&self) -> Vec<String> {
        let attacks: Vec<&AttackSpec> = self.runs.iter().map(|run| &run.spec.attack).collect();
        names(&attacks)
    }

    /// Of these runs, with what became of the images of those that have finished, in the same order.
    pub fn new(
        id: String,
        title: String,
        created_ms: u64,
        spec: BatchSpec,
        (runs, fates): (Vec<RunView>, &[Option<Arc<RunFates>>]),
        seconds_left: Option<f64>,
    ) -> Self {
        Self {
            id,
            title,
            created_ms,
            ended: runs.iter().filter(|run| run.phase.ended()).count(),
            warnings: warnings(&runs),
            worst: worst::cases(&spec, &runs, fates),
            spec,
            seconds_left,
            runs,
        }
    }
}

/// The batches, newest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BatchList {
    /// The batches.
    pub batches: Vec<BatchEntry>,
}

/// A batch in the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BatchEntry {
    /// The opaque id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// When it was asked for, in milliseconds since 1970.
    pub created_ms: u64,
    /// How many runs it has.
    pub runs: usize,
    /// Why what is stored of it cannot be used, if it cannot; it can be deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

/// A small batch of what comes with the program, for the API's description.
#[cfg(feature = "openapi")]
fn example_batch() -> serde_json::Value {
    serde_json::json!({
        "models": ["shapes-standard", "shapes-robust"],
        "attacks": [{ "fgsm": { "epsilon": "8/255" } }],
        "data": { "set": "shapes-test", "count": 4 },
    })
}

/// The attacks that see the logits alone.
const BLACK_BOX: [&str; 2] = ["square", "spsa"];

/// What finished runs on one model say of each other: masked gradients, and more steps that do worse.
pub fn warnings(runs: &[RunView]) -> Vec<Warning> {
    let done: Vec<&RunView> = runs
        .iter()
        .filter(|run| run.phase == Phase::Finished)
        .collect();
    let robust = |run: &RunView| run.results.as_ref().map(|results| results.robust_accuracy);
    let mut found = Vec::new();
    let mut warn = |id: &str, message: String, examples: usize| {
        found.push(Warning {
            id: id.to_owned(),
            message,
            examples,
        })
    };
    let paths: Vec<String> = (crate::spec::attack::all().into_iter())
        .filter(|info| info.path)
        .map(|info| info.id)
        .collect();
    let mut models: Vec<&String> = done.iter().map(|run| &run.spec.model).collect();
    models.dedup();
    for model in models {
        let here = || done.iter().filter(|run| run.spec.model == *model);
        for run in here() {
            let Some(own) = robust(run) else { continue };
            let same_ball = |other: &&&RunView| {
                other.spec.attack.norm() == run.spec.attack.norm()
                    && other.spec.attack.epsilon() == run.spec.attack.epsilon()
                    && other.spec.data == run.spec.data
            };
            if BLACK_BOX.contains(&run.spec.attack.id()) {
                let gradient = here().filter(same_ball).filter(|other| {
                    let id = other.spec.attack.id();
                    !BLACK_BOX.contains(&id)
                        && id != "autoattack"
                        && !paths.iter().any(|path| path == id)
                });
                let best = gradient
                    .filter_map(|other| robust(other))
                    .min_by_key(|rate| rate.hits);
                if let Some(best) = best.filter(|best| own.hits < best.hits) {
                    let message = format!(
                        "{} leaves {} of {} right and needs no gradient; the best attack with gradients leaves {}. The gradients of {model} may be masked.",
                        run.spec.attack.summary(),
                        own.hits,
                        own.n,
                        best.hits
                    );
                    warn("masking-suspected", message, best.hits - own.hits);
                }
            }
            let fewer = here().filter(same_ball).filter(|other| {
                other.spec.attack.id() == run.spec.attack.id()
                    && other.spec.attack.steps() < run.spec.attack.steps()
            });
            for other in fewer {
                if let Some(better) = robust(other).filter(|other| other.hits < own.hits) {
                    let message = format!(
                        "{} leaves {} of {} right, more than the {} that {} leaves: more steps did worse.",
                        run.spec.attack.summary(),
                        own.hits,
                        own.n,
                        better.hits,
                        other.spec.attack.summary()
                    );
                    warn("masking-suspected", message, own.hits - better.hits);
                }
            }
        }
    }
    found
}
