//! Taking a run on: check it, store it, put it in the line.

use crate::disk;
use crate::failure::Answer;
use crate::state::State;
use crate::store::{BatchRow, NewRun, RunRow, StoreError};
use crate::{clock, ids};
use valleyscope_shared::batch::BatchSpec;
use valleyscope_shared::catalog::Catalog;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::run::Phase;
use valleyscope_shared::spec::RunSpec;

/// A run that someone wants.
pub struct Order<'a> {
    /// The id that it will have.
    pub id: String,
    /// What it does.
    pub spec: RunSpec,
    /// The run that it repeats.
    pub repeat_of: Option<String>,
    /// The stopped run that it goes on with.
    pub resumes: Option<RunRow>,
    /// The idempotency key and the digest of the request's body.
    pub key: Option<(&'a str, &'a [u8; 32])>,
}

/// Takes a run on and returns its id.
///
/// # Errors
/// Status 422 naming every wrong field, 429 when the line is full, 507 when the disk is, or has no room for it.
pub fn order(state: &State, order: Order<'_>) -> Answer<String> {
    let catalog = state.catalog()?;
    let mut order = order;
    let now = called_now(state, &catalog, &order);
    check(&now, &catalog)?;
    state.queue.has_room()?;
    fits_on_disk(state, &catalog, [&now])?;
    let title = title(&now, &catalog);
    if order.resumes.is_none() {
        order.spec = now;
    }
    let Order {
        id,
        spec,
        repeat_of,
        resumes,
        key,
    } = order;
    let new = NewRun {
        id: id.clone(),
        title,
        spec: spec.clone(),
        created_ms: clock::now_ms(),
        repeat_of,
        batch: resumes.as_ref().and_then(|run| run.batch.clone()),
        resumes: resumes.map(|run| run.id),
        example: false,
    };
    let number = state.store.create(&new, key)?;
    queue(state, Waiting::new(number, new), &catalog.auto_device)?;
    Ok(id)
}

/// What is to be done, of a run that there was already with its model under the name that it has now.
fn called_now(state: &State, catalog: &Catalog, order: &Order<'_>) -> RunSpec {
    let mut spec = order.spec.clone();
    let there_was = order.repeat_of.is_some() || order.resumes.is_some();
    if there_was
        && catalog.model(&spec.model).is_none()
        && let Some(now) = state.engine.renamed(&spec.model)
    {
        spec.model = now;
    }
    spec
}

/// Refuses runs for which the disk has no room, beside those that wait already.
fn fits_on_disk<'a>(
    state: &State,
    catalog: &Catalog,
    wanted: impl IntoIterator<Item = &'a RunSpec>,
) -> Result<(), Problem> {
    let waiting = state.queue.waiting_specs();
    let of = |spec: &RunSpec| disk::needed(spec, catalog);
    let needed = wanted.into_iter().map(of).chain(waiting.iter().map(of));
    disk::check(state.store.folder(), needed.fold(0, u64::saturating_add))
}

/// A stored run on its way into its line.
struct Waiting {
    number: i64,
    id: String,
    created_ms: u64,
    spec: RunSpec,
    resumes: Option<String>,
}

impl Waiting {
    fn new(number: i64, run: NewRun) -> Self {
        Self {
            number,
            id: run.id,
            created_ms: run.created_ms,
            spec: run.spec,
            resumes: run.resumes,
        }
    }
}

/// Puts a stored run in its line; `auto_device` is the device that `auto` stands for.
fn queue(state: &State, run: Waiting, auto_device: &str) -> Result<(), Problem> {
    let Waiting { id, spec, .. } = run;
    let device = match spec.device.as_str() {
        "auto" => auto_device.to_owned(),
        named => named.to_owned(),
    };
    let live = state.log.begin(run.number, &id, run.created_ms);
    tracing::info!(
        run = id,
        model = spec.model,
        attack = spec.attack.summary(),
        device,
        "run {id} is queued"
    );
    state.queue.push(live, spec, run.resumes, &device)
}

/// Puts the runs that waited when the last server stopped into their lines again, in the order in which they came.
///
/// # Errors
/// The store cannot be read.
pub fn queue_again(state: &State) -> Result<(), StoreError> {
    let mut rows = state.store.unfinished()?;
    // Those whose end could not be written are no more than that.
    rows.retain(|row| row.phase == Phase::Queued && row.problem.is_none());
    if rows.is_empty() {
        return Ok(());
    }
    // Where the catalogue cannot be read the runs will say why; until then they wait in a line of their own.
    let auto_device = state
        .catalog()
        .map_or_else(|_| "auto".to_owned(), |catalog| catalog.auto_device);
    tracing::info!(
        runs = rows.len(),
        "{} runs that waited when the last server stopped wait again",
        rows.len()
    );
    for row in rows {
        let run = Waiting {
            number: row.number,
            id: row.id,
            created_ms: row.created_ms,
            spec: row.spec,
            resumes: row.resumes,
        };
        if let Err(problem) = queue(state, run, &auto_device) {
            tracing::error!("a waiting run could not be put into its line: {problem}");
        }
    }
    Ok(())
}

/// Takes all runs of a batch on, or none.
///
/// # Errors
/// As [`order`]; every wrong field is named with its place in the lists.
pub fn order_batch(
    state: &State,
    id: &str,
    spec: BatchSpec,
    key: Option<(&str, &[u8; 32])>,
) -> Answer<()> {
    let catalog = state.catalog()?;
    let runs = check_batch(&spec, &catalog)?;
    state.queue.has_room_for(runs.len())?;
    fits_on_disk(state, &catalog, &runs)?;
    let created_ms = clock::now_ms();
    let names = spec.names();
    let mut new = Vec::new();
    for (place, run) in runs.into_iter().enumerate() {
        let model = model_title(&run, &catalog);
        new.push(NewRun {
            id: ids::run_id().map_err(Problem::from)?,
            title: format!("{model}: {}", names[place % names.len()]),
            spec: run,
            created_ms,
            repeat_of: None,
            resumes: None,
            example: false,
            batch: Some(id.to_owned()),
        });
    }
    let title = spec.title.clone().filter(|title| !title.trim().is_empty());
    let batch = BatchRow {
        id: id.to_owned(),
        title: title.unwrap_or_else(|| batch_title(&spec)),
        spec,
        created_ms,
    };
    let numbers = state.store.create_batch(&batch, &new, key)?;
    for (number, run) in numbers.into_iter().zip(new) {
        queue(state, Waiting::new(number, run), &catalog.auto_device)?;
    }
    Ok(())
}

/// `shapes-standard: 6 attacks`.
fn batch_title(spec: &BatchSpec) -> String {
    let models = match spec.models.as_slice() {
        [one] => one.clone(),
        several => format!("{} models", several.len()),
    };
    match spec.names().as_slice() {
        [one] => format!("{models}: {one}"),
        several => format!("{models}: {} attacks", several.len()),
    }
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

/// Checks a batch against what there is and gives its runs.
///
/// # Errors
/// Every wrong field, with its place in the lists.
pub fn check_batch(spec: &BatchSpec, catalog: &Catalog) -> Result<Vec<RunSpec>, Problem> {
    let errors = spec.check(catalog);
    if errors.is_empty() {
        Ok(spec.runs(catalog))
    } else {
        Err(Problem::invalid(errors))
    }
}

/// The model and the attack in words.
pub fn title(spec: &RunSpec, catalog: &Catalog) -> String {
    let model = model_title(spec, catalog);
    format!("{model}: {}", spec.attack.summary())
}

fn model_title<'a>(spec: &'a RunSpec, catalog: &'a Catalog) -> &'a str {
    let model = catalog.model(&spec.model);
    model.map_or(spec.model.as_str(), |model| model.title.as_str())
}
