//! The rows of runs: what is written and how it is read.

use super::code::{deflate, encode_examples};
use super::keys::{Keys, Rates};
use super::{Result, StoreError, said};
use rusqlite::{OptionalExtension, Row, Transaction, params};
use valleyscope_shared::api::KeyResults;
use valleyscope_shared::origin::Origin;
use valleyscope_shared::readings::Example;
use valleyscope_shared::run::{Phase, RunState};
use valleyscope_shared::spec::{AttackSpec, DataSpec, Precision, RunSpec, Seeds, Trace};
use valleyscope_shared::verdict::Verdict;

/// A run that was just asked for.
#[derive(Clone, Debug)]
pub struct NewRun {
    /// The opaque id.
    pub id: String,
    /// The model and the attack in words.
    pub title: String,
    /// What it does.
    pub spec: RunSpec,
    /// When it was asked for.
    pub created_ms: u64,
    /// The run that it repeats.
    pub repeat_of: Option<String>,
    /// The stopped run that it goes on with, and whose place in its batch it takes.
    pub resumes: Option<String>,
    /// Whether it comes with the program.
    pub example: bool,
    /// The batch that it belongs to.
    pub batch: Option<String>,
}

/// A run as it is stored.
#[derive(Clone, Debug)]
pub struct RunRow {
    /// The place in the order of creation, and the key of its log.
    pub number: i64,
    /// The opaque id.
    pub id: String,
    /// What people call it, else the model and the attack in words.
    pub title: String,
    /// What it does.
    pub spec: RunSpec,
    /// Where it was when the row was last written.
    pub phase: Phase,
    /// When it was asked for.
    pub created_ms: u64,
    /// When it started.
    pub started_ms: Option<u64>,
    /// When it ended.
    pub ended_ms: Option<u64>,
    /// How many example-points are computed.
    pub done: u64,
    /// How many there are in all.
    pub total: u64,
    /// The key results, once it has ended.
    pub results: Option<KeyResults>,
    /// Why it failed or was interrupted.
    pub reason: Option<String>,
    /// How many warnings it has.
    pub warnings: usize,
    /// The run that it repeats.
    pub repeat_of: Option<String>,
    /// The stopped run that it goes on with.
    pub resumes: Option<String>,
    /// Whether it comes with the program.
    pub example: bool,
    /// Its log's epoch.
    pub epoch: u64,
    /// The batch that it belongs to.
    pub batch: Option<String>,
    /// What that batch is called.
    pub batch_title: Option<String>,
    /// What people noted about it.
    pub note: String,
    /// The words under which they put it.
    pub tags: Vec<String>,
    /// Whether it comes first in every list.
    pub pinned: bool,
    /// What it is computed from, once it has started.
    pub origin: Option<Origin>,
    /// A row for each epsilon, once it has ended.
    pub verdicts: Vec<Verdict>,
    /// Why what is stored of it cannot be used, if it cannot; then its spec has the names of its model and attack, and nothing else.
    pub problem: Option<String>,
}

/// The columns that [`read_run`] reads, in its order.
pub(super) const COLUMNS: &str = "number, id, coalesce(named, title), spec, phase, created_ms, started_ms, ended_ms, done, total, results, reason, warnings, repeat_of, example, epoch, batch, resumes, model, attack, origin, verdicts, note, tags, pinned, (SELECT title FROM batch WHERE batch.id = run.batch)";

impl NewRun {
    pub(super) fn insert(&self, transaction: &Transaction<'_>) -> Result<i64> {
        let keys = Keys::of(&self.spec, None);
        let place: Option<i64> = match &self.resumes {
            Some(resumed) => {
                let sql =
                    "UPDATE run SET batch = NULL WHERE id = ?1 RETURNING coalesce(place, number)";
                transaction
                    .query_row(sql, [resumed], |row| row.get(0))
                    .optional()?
            }
            None => None,
        };
        transaction.execute(
            "INSERT INTO run (id, title, model, attack, spec, phase, created_ms, repeat_of, example, batch, resumes, place, data, epsilon, steps, images) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
            params![
                self.id,
                self.title,
                self.spec.model,
                self.spec.attack.id(),
                json("a run's spec", &self.spec)?,
                Phase::Queued.id(),
                self.created_ms,
                self.repeat_of,
                self.example,
                self.batch,
                self.resumes,
                place,
                keys.data,
                keys.epsilon,
                keys.steps,
                keys.images
            ],
        )?;
        let number = transaction.last_insert_rowid();
        if let Some(resumed) = &self.resumes {
            said::take_over(transaction, number, resumed)?;
        }
        Ok(number)
    }
}

pub(super) fn write_examples(
    transaction: &Transaction<'_>,
    number: i64,
    examples: &[Example],
) -> Result<usize> {
    Ok(transaction.execute(
        "UPDATE run SET examples = ?2 WHERE number = ?1",
        params![number, encode_examples(examples)],
    )?)
}

/// Brings a run's row up to its state; with the whole state once it has ended.
pub(super) fn write_state(
    transaction: &Transaction<'_>,
    number: i64,
    state: &RunState,
) -> Result<()> {
    let results = crate::view::key_results(state);
    let rates = Rates::of(results.as_ref());
    let images = results.as_ref().map(|results| results.n);
    let results = results
        .map(|results| json("results", &results))
        .transpose()?;
    let started = state.started.as_ref();
    let origin = started.and_then(|started| started.origin.as_ref());
    let origin = origin.map(|origin| json("an origin", origin)).transpose()?;
    let ended = state.ended.as_ref();
    let whole = ended
        .map(|_| json("a run's state", state))
        .transpose()?
        .map(|text| deflate(text.as_bytes(), 6));
    transaction.execute(
        "UPDATE run SET phase = ?2, started_ms = ?3, ended_ms = ?4, done = ?5, total = ?6, results = ?7, reason = ?8, warnings = ?9, seconds = ?10, state = ?11, origin = ?12, verdicts = ?13, clean = ?14, robust = ?15, peak_at_flip = ?16, images = coalesce(?17, images) WHERE number = ?1",
        params![
            number,
            state.phase.id(),
            state.started_ms,
            ended.and(state.last_ms),
            state.done,
            state.total(),
            results,
            ended.and_then(|ended| ended.reason.as_deref()),
            state.warnings.len(),
            ended.map(|ended| ended.seconds),
            whole,
            origin,
            json("verdicts", &Verdict::of_run(state))?,
            rates.clean,
            rates.robust,
            rates.peak_at_flip,
            images
        ],
    )?;
    Ok(())
}

pub(super) fn read_run(row: &Row<'_>) -> Result<RunRow> {
    let (spec, phase, results): (String, String, Option<String>) =
        (row.get(3)?, row.get(4)?, row.get(10)?);
    let (model, attack): (String, String) = (row.get(18)?, row.get(19)?);
    let (origin, verdicts): (Option<String>, Option<String>) = (row.get(20)?, row.get(21)?);
    // One run that cannot be read is listed with its problem, and keeps no one from the others.
    let mut problem = None;
    let spec = parse("a run's spec", spec.as_bytes()).unwrap_or_else(|error| {
        problem = Some(error.to_string());
        only_names(model, &attack)
    });
    let phase = Phase::from_id(&phase).unwrap_or_else(|| {
        problem = Some(format!(
            "stored a run's phase cannot be read: there is no phase {phase}"
        ));
        Phase::Failed
    });
    // They can be read off the log again.
    let results: Option<KeyResults> =
        results.and_then(|results| parse("results", results.as_bytes()).ok());
    let verdicts = verdicts.and_then(|verdicts| parse("verdicts", verdicts.as_bytes()).ok());
    // From before there were any.
    let alone = || results.iter().map(Verdict::of_results).collect();
    let verdicts = verdicts.unwrap_or_else(alone);
    Ok(RunRow {
        number: row.get(0)?,
        id: row.get(1)?,
        title: row.get(2)?,
        spec,
        phase,
        created_ms: row.get(5)?,
        started_ms: row.get(6)?,
        ended_ms: row.get(7)?,
        done: row.get(8)?,
        total: row.get(9)?,
        verdicts,
        results,
        reason: row.get(11)?,
        warnings: row.get(12)?,
        repeat_of: row.get(13)?,
        example: row.get(14)?,
        epoch: row.get(15)?,
        batch: row.get(16)?,
        batch_title: row.get(25)?,
        note: row.get(22)?,
        tags: said::tags(&row.get::<_, String>(23)?),
        pinned: row.get(24)?,
        resumes: row.get(17)?,
        origin: origin.and_then(|origin| parse("an origin", origin.as_bytes()).ok()),
        problem,
    })
}

/// What is left of a spec that cannot be read.
fn only_names(model: String, attack: &str) -> RunSpec {
    RunSpec {
        model,
        data: DataSpec::default(),
        attack: AttackSpec::new(attack, []),
        seed: Seeds::default(),
        batch_size: 0,
        device: "auto".to_owned(),
        precision: Precision::default(),
        keep_examples: 0,
        trace: Trace::On,
    }
}

pub(super) fn json(what: &'static str, value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Damaged {
        what,
        reason: error.to_string(),
    })
}

pub(super) fn parse<T: serde::de::DeserializeOwned>(what: &'static str, bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|error| StoreError::Damaged {
        what,
        reason: error.to_string(),
    })
}
