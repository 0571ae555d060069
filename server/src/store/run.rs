//! The rows of runs.

use super::code::{decode_examples, deflate, encode_examples, inflate};
use super::{Result, Store, StoreError};
use rusqlite::{OptionalExtension, Row, ToSql, Transaction, params};
use valleyscope_shared::api::KeyResults;
use valleyscope_shared::readings::Example;
use valleyscope_shared::run::{Phase, RunState};
use valleyscope_shared::spec::RunSpec;

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
    /// Whether it comes with the program.
    pub example: bool,
}

/// A run as it is stored.
#[derive(Clone, Debug)]
pub struct RunRow {
    /// The place in the order of creation, and the key of its log.
    pub number: i64,
    /// The opaque id.
    pub id: String,
    /// The model and the attack in words.
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
    /// Whether it comes with the program.
    pub example: bool,
    /// Its log's epoch.
    pub epoch: u64,
}

/// Which runs a list shows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only runs before this number.
    pub before: Option<i64>,
    /// Only runs in this phase.
    pub phase: Option<Phase>,
    /// Only runs of this model.
    pub model: Option<String>,
    /// Only runs of this attack.
    pub attack: Option<String>,
    /// Only runs whose id, title or data set has this in it.
    pub text: Option<String>,
}

const COLUMNS: &str = "number, id, title, spec, phase, created_ms, started_ms, ended_ms, done, total, results, reason, warnings, repeat_of, example, epoch";

impl NewRun {
    pub(super) fn insert(&self, transaction: &Transaction<'_>) -> Result<i64> {
        transaction.execute(
            "INSERT INTO run (id, title, model, attack, spec, phase, created_ms, repeat_of, example) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                self.id,
                self.title,
                self.spec.model,
                self.spec.attack.id(),
                json("a run's spec", &self.spec)?,
                Phase::Queued.id(),
                self.created_ms,
                self.repeat_of,
                self.example
            ],
        )?;
        Ok(transaction.last_insert_rowid())
    }
}

impl Store {
    /// The run with this id.
    pub fn run(&self, id: &str) -> Result<Option<RunRow>> {
        self.read(|connection| {
            let sql = format!("SELECT {COLUMNS} FROM run WHERE id = ?1");
            let found = connection.query_row(&sql, [id], |row| Ok(read_run(row))).optional()?;
            found.transpose()
        })
    }

    /// Runs, newest first, and how many match in all.
    pub fn runs(&self, filter: &Filter, limit: usize) -> Result<(Vec<RunRow>, u64)> {
        let text = filter.text.as_ref().map(|text| {
            let escaped = text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            format!("%{escaped}%")
        });
        let phase = filter.phase.map(Phase::id);
        let condition = "(?1 IS NULL OR phase = ?1) AND (?2 IS NULL OR model = ?2) AND (?3 IS NULL OR attack = ?3) \
            AND (?4 IS NULL OR id LIKE ?4 ESCAPE '\\' OR title LIKE ?4 ESCAPE '\\' OR spec LIKE ?4 ESCAPE '\\')";
        let values: [&dyn ToSql; 4] = [&phase, &filter.model, &filter.attack, &text];
        self.read(|connection| {
            let count = format!("SELECT count(*) FROM run WHERE {condition}");
            let matching = connection.query_row(&count, values.as_slice(), |row| row.get(0))?;
            let page = format!(
                "SELECT {COLUMNS} FROM run WHERE {condition} AND (?5 IS NULL OR number < ?5) ORDER BY number DESC LIMIT ?6"
            );
            let mut values = values.to_vec();
            values.extend([&filter.before as &dyn ToSql, &limit]);
            let mut statement = connection.prepare_cached(&page)?;
            let rows = statement.query_map(values.as_slice(), |row| Ok(read_run(row)))?;
            let runs = rows.map(|row| row?).collect::<Result<Vec<_>>>()?;
            Ok((runs, matching))
        })
    }

    /// The numbers of the runs that had not ended when the last server did.
    pub fn unfinished(&self) -> Result<Vec<RunRow>> {
        self.read(|connection| {
            let sql = format!("SELECT {COLUMNS} FROM run WHERE phase IN ('queued', 'running') ORDER BY number");
            let mut statement = connection.prepare(&sql)?;
            let rows = statement.query_map([], |row| Ok(read_run(row)))?;
            rows.map(|row| row?).collect()
        })
    }

    /// Forgets a run with its log and its readings. Whether there was one.
    pub fn delete_run(&self, number: i64) -> Result<bool> {
        self.write(|transaction| Ok(transaction.execute("DELETE FROM run WHERE number = ?1", [number])? > 0))
    }

    /// The state of an ended run.
    pub fn final_state(&self, number: i64) -> Result<Option<RunState>> {
        let blob: Option<Vec<u8>> = self.read(|connection| {
            Ok(connection
                .query_row("SELECT state FROM run WHERE number = ?1", [number], |row| row.get(0))
                .optional()?
                .flatten())
        })?;
        blob.map(|blob| parse("a run's state", &inflate("a run's state", &blob)?)).transpose()
    }

    /// Which examples a run is about; none before it started.
    pub fn examples(&self, number: i64) -> Result<Vec<Example>> {
        let blob: Option<Vec<u8>> = self.read(|connection| {
            Ok(connection
                .query_row("SELECT examples FROM run WHERE number = ?1", [number], |row| row.get(0))
                .optional()?
                .flatten())
        })?;
        blob.map_or(Ok(Vec::new()), |blob| decode_examples(&blob))
    }

    /// Seconds and example-points of the latest finished runs of a model, newest first.
    pub fn timings(&self, model: &str, limit: usize) -> Result<Vec<(f64, u64)>> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT seconds, done FROM run WHERE model = ?1 AND phase = 'finished' AND example = 0 AND seconds > 0 AND done > 0 \
                 ORDER BY number DESC LIMIT ?2",
            )?;
            let rows = statement.query_map(params![model, limit], |row| Ok((row.get(0)?, row.get(1)?)))?;
            Ok(rows.collect::<std::result::Result<_, _>>()?)
        })
    }
}

pub(super) fn write_examples(transaction: &Transaction<'_>, number: i64, examples: &[Example]) -> Result<usize> {
    Ok(transaction.execute("UPDATE run SET examples = ?2 WHERE number = ?1", params![number, encode_examples(examples)])?)
}

/// Brings a run's row up to its state; with the whole state once it has ended.
pub(super) fn write_state(transaction: &Transaction<'_>, number: i64, state: &RunState) -> Result<()> {
    let results = crate::view::key_results(state).map(|results| json("results", &results)).transpose()?;
    let ended = state.ended.as_ref();
    let whole = ended.map(|_| json("a run's state", state)).transpose()?.map(|text| deflate(text.as_bytes(), 6));
    transaction.execute(
        "UPDATE run SET phase = ?2, started_ms = ?3, ended_ms = ?4, done = ?5, total = ?6, results = ?7, reason = ?8, warnings = ?9, seconds = ?10, state = ?11 WHERE number = ?1",
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
            whole
        ],
    )?;
    Ok(())
}

fn read_run(row: &Row<'_>) -> Result<RunRow> {
    let (spec, phase, results): (String, String, Option<String>) = (row.get(3)?, row.get(4)?, row.get(10)?);
    Ok(RunRow {
        number: row.get(0)?,
        id: row.get(1)?,
        title: row.get(2)?,
        spec: parse("a run's spec", spec.as_bytes())?,
        phase: Phase::from_id(&phase).ok_or_else(|| StoreError::Damaged { what: "a run's phase", reason: format!("there is no phase {phase}") })?,
        created_ms: row.get(5)?,
        started_ms: row.get(6)?,
        ended_ms: row.get(7)?,
        done: row.get(8)?,
        total: row.get(9)?,
        results: results.map(|results| parse("results", results.as_bytes())).transpose()?,
        reason: row.get(11)?,
        warnings: row.get(12)?,
        repeat_of: row.get(13)?,
        example: row.get(14)?,
        epoch: row.get(15)?,
    })
}

pub(super) fn json(what: &'static str, value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Damaged { what, reason: error.to_string() })
}

pub(super) fn parse<T: serde::de::DeserializeOwned>(what: &'static str, bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|error| StoreError::Damaged { what, reason: error.to_string() })
}
