//! Taking a run on: check it, store it, put it in the line.

use crate::clock;
use crate::failure::Answer;
use crate::state::State;
use crate::store::NewRun;
use valleyscope_shared::catalog::Catalog;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::spec::RunSpec;

/// A run that someone wants.
pub struct Order<'a> {
    /// The id that it will have.
    pub id: String,
    /// What it does.
    pub spec: RunSpec,
    /// The run that it repeats.
    pub repeat_of: Option<String>,
    /// The idempotency key and the digest of the request's body.
    pub key: Option<(&'a str, &'a [u8; 32])>,
}

/// Takes a run on and returns its id.
///
/// # Errors
/// Status 422 naming every wrong field, 429 when the line is full, 507 when the disk is.
pub fn order(state: &State, order: Order<'_>) -> Answer<String> {
    let catalog = state.catalog()?;
    check(&order.spec, &catalog)?;
    state.queue.has_room()?;
    let Order {
        id,
        spec,
        repeat_of,
        key,
    } = order;
    let new = NewRun {
        id: id.clone(),
        title: title(&spec, &catalog),
        spec: spec.clone(),
        created_ms: clock::now_ms(),
        repeat_of,
        example: false,
    };
    let number = state.store.create(&new, key)?;
    let device = if spec.device == "auto" {
        catalog.auto_device.clone()
    } else {
        spec.device.clone()
    };
    let live = state.log.begin(number, &id);
    tracing::info!(
        run = id,
        model = spec.model,
        attack = spec.attack.summary(),
        device,
        "run {id} is queued"
    );
    state.queue.push(live, spec, &device)?;
    Ok(id)
}

/// Checks a run against what there is.
///
/// # Errors
/// Every wrong field, and models or data sets that cannot be used.
pub fn check(spec: &RunSpec, catalog: &Catalog) -> Result<(), Problem> {
    let errors = spec.check(catalog);
    if errors.is_empty() {
        Ok(())
    } else {
        Err(Problem::invalid(errors))
    }
}

/// The model and the attack in words.
pub fn title(spec: &RunSpec, catalog: &Catalog) -> String {
    let model = catalog
        .model(&spec.model)
        .map_or(spec.model.as_str(), |model| model.title.as_str());
    format!("{model}: {}", spec.attack.summary())
}
