//! Measures on demand: the rows of their jobs, and what was computed.

use super::log::{Write, event_json};
use super::row::{RunRow, json, parse, write_state};
use super::{Result, Store, StoreError};
use crate::clock::now_ms;
use rusqlite::{OptionalExtension, Row, Transaction, params};
use std::collections::HashSet;
use valleyscope_shared::curvature::{
    CurvatureBlock, CurvatureJob, CurvatureSpec, Density, Place, PlannedRow,
};
use valleyscope_shared::event::{Event, Frame};
use valleyscope_shared::run::{Phase, RunState};

/// A job as it is stored.
#[derive(Clone, Debug)]
pub struct JobRow {
    /// The number of its run.
    pub run: i64,
    /// Its own number in that run.
    pub job: u32,
    /// Where it is.
    pub phase: Phase,
    /// What was asked for.
    pub spec: CurvatureSpec,
    /// When it was asked for.
    pub asked_ms: u64,
    /// When it started the last time.
    pub started_ms: Option<u64>,
    /// When it ended.
    pub ended_ms: Option<u64>,
    /// How many places are computed.
    pub done: u64,
    /// How many there are.
    pub total: u64,
    /// How many were computed when it started the last time.
    pub taken: u64,
    /// Why it failed or was interrupted.
    pub reason: Option<String>,
    /// Which examples at which points, once it has started.
    pub rows: Vec<PlannedRow>,
}

/// Something about a job that is written beside the log.
#[derive(Debug)]
pub enum JobWrite {
    /// Where it is, as an entry of the log says too.
    News {
        /// When.
        at_ms: u64,
        /// What is new.
        job: CurvatureJob,
    },
    /// Which examples at which points.
    Places {
        /// Which job.
        job: u32,
        /// As JSON.
        json: String,
    },
    /// What was computed of one example at one point.
    Values {
        /// Which job.
        job: u32,
        /// Which row.
        row: usize,
        /// Which point.
        point: usize,
        /// As JSON.
        json: String,
    },
    /// A spectral density.
    Density {
        /// Which job.
        job: u32,
        /// At which mark.
        mark: &'static str,
        /// Of which layer.
        layer: usize,
        /// As JSON.
        json: String,
    },
}

impl JobWrite {
    /// Which examples at which points, as they are stored.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn places(job: u32, rows: &[PlannedRow]) -> Result<Self> {
        let json = json("the places of a job", &rows)?;
        Ok(Self::Places { job, json })
    }

    /// What was computed of one example at one point, as it is stored.
    ///
    /// # Errors
    /// As [`JobWrite::places`].
    pub fn values(job: u32, block: &CurvatureBlock) -> Result<Self> {
        Ok(Self::Values {
            job,
            row: block.row,
            point: block.point,
            json: json("the values of a job", &block.values)?,
        })
    }

    /// A density, as it is stored.
    ///
    /// # Errors
    /// As [`JobWrite::places`].
    pub fn density(job: u32, density: &Density) -> Result<Self> {
        Ok(Self::Density {
            job,
            mark: density.mark.id(),
            layer: density.layer,
            json: json("a density", density)?,
        })
    }

    /// About how much memory its content takes.
    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::News { .. } => size_of::<CurvatureJob>(),
            Self::Places { json, .. } | Self::Values { json, .. } | Self::Density { json, .. } => {
                json.len()
            }
        }
    }

    pub(super) fn execute(&self, transaction: &Transaction<'_>, run: i64) -> Result<usize> {
        Ok(match self {
            Self::News { at_ms, job } => write_news(transaction, run, *at_ms, job)?,
            Self::Places { job, json } => transaction
                .prepare_cached("UPDATE curvature SET places = ?3 WHERE run = ?1 AND job = ?2")?
                .execute(params![run, job, json])?,
            Self::Values { job, row, point, json } => transaction
                .prepare_cached("INSERT OR REPLACE INTO curvature_value (run, job, row, point, body) VALUES (?1, ?2, ?3, ?4, ?5)")?
                .execute(params![run, job, row, point, json])?,
            Self::Density { job, mark, layer, json } => transaction
                .prepare_cached("INSERT OR REPLACE INTO curvature_density (run, job, mark, layer, body) VALUES (?1, ?2, ?3, ?4, ?5)")?
                .execute(params![run, job, mark, layer, json])?,
        })
    }
}

fn write_news(
    transaction: &Transaction<'_>,
    run: i64,
    at_ms: u64,
    news: &CurvatureJob,
) -> Result<usize> {
    let phase = news.phase;
    if !news.spec.is_null() {
        let spec = json("what a job asks for", &news.spec)?;
        return Ok(transaction.execute(
            "INSERT INTO curvature (run, job, phase, spec, asked_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![run, news.job, phase.id(), spec, at_ms],
        )?);
    }
    let starts = phase == Phase::Running;
    Ok(transaction.execute(
        "UPDATE curvature SET phase = ?3, done = ?4, total = ?5, reason = ?6, ended_ms = ?7, \
         started_ms = CASE WHEN ?8 AND phase <> 'running' THEN ?9 ELSE started_ms END, \
         taken = CASE WHEN ?8 AND phase <> 'running' THEN ?4 ELSE taken END WHERE run = ?1 AND job = ?2",
        params![run, news.job, phase.id(), news.done, news.total, news.reason, phase.ended().then_some(at_ms), starts, at_ms],
    )?)
}

/// The columns that [`read_job`] reads, in its order.
const COLUMNS: &str =
    "run, job, phase, spec, asked_ms, started_ms, ended_ms, done, total, taken, reason, places";

fn read_job(row: &Row<'_>) -> Result<JobRow> {
    let (phase, spec, places): (String, String, Option<String>) =
        (row.get(2)?, row.get(3)?, row.get(11)?);
    let places = places.map(|places| parse("the places of a job", places.as_bytes()));
    Ok(JobRow {
        run: row.get(0)?,
        job: row.get(1)?,
        phase: Phase::from_id(&phase).ok_or_else(|| StoreError::Damaged {
            what: "a job's phase",
            reason: format!("there is no phase {phase}"),
        })?,
        spec: parse("what a job asks for", spec.as_bytes())?,
        asked_ms: row.get(4)?,
        started_ms: row.get(5)?,
        ended_ms: row.get(6)?,
        done: row.get(7)?,
        total: row.get(8)?,
        taken: row.get(9)?,
        reason: row.get(10)?,
        rows: places.transpose()?.unwrap_or_default(),
    })
}

impl Store {
    /// The jobs of a run in their order.
    pub fn jobs(&self, run: i64) -> Result<Vec<JobRow>> {
        self.read(|connection| {
            let sql = format!("SELECT {COLUMNS} FROM curvature WHERE run = ?1 ORDER BY job");
            let mut statement = connection.prepare_cached(&sql)?;
            let rows = statement.query_map([run], |row| Ok(read_job(row)))?;
            rows.map(|row| row?).collect()
        })
    }

    /// One job of a run.
    pub fn job(&self, run: i64, job: u32) -> Result<Option<JobRow>> {
        self.read(|connection| {
            let sql = format!("SELECT {COLUMNS} FROM curvature WHERE run = ?1 AND job = ?2");
            let found = connection
                .query_row(&sql, params![run, job], |row| Ok(read_job(row)))
                .optional()?;
            found.transpose()
        })
    }

    /// The jobs that have not ended, in the order in which they were asked for: the numbers of run and job, and where they are.
    pub fn open_jobs(&self) -> Result<Vec<(i64, u32, Phase)>> {
        self.read(|connection| {
            let mut statement = connection.prepare(
                "SELECT run, job, phase FROM curvature WHERE phase IN ('queued', 'running') ORDER BY asked_ms, run, job",
            )?;
            let rows = statement.query_map([], |row| {
                let phase: String = row.get(2)?;
                Ok((row.get(0)?, row.get(1)?, Phase::from_id(&phase).unwrap_or_default()))
            })?;
            Ok(rows.collect::<std::result::Result<_, _>>()?)
        })
    }

    /// What was computed of a job, by row and point.
    pub fn values(&self, run: i64, job: u32) -> Result<Vec<CurvatureBlock>> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT row, point, body FROM curvature_value WHERE run = ?1 AND job = ?2 ORDER BY row, point",
            )?;
            let mut rows = statement.query(params![run, job])?;
            let mut blocks = Vec::new();
            while let Some(row) = rows.next()? {
                let body: String = row.get(2)?;
                let values = parse("the values of a job", body.as_bytes())?;
                blocks.push(CurvatureBlock { row: row.get(0)?, point: row.get(1)?, values });
            }
            Ok(blocks)
        })
    }

    /// The densities of a job, by layer.
    pub fn densities(&self, run: i64, job: u32) -> Result<Vec<Density>> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT body FROM curvature_density WHERE run = ?1 AND job = ?2 ORDER BY layer",
            )?;
            let mut rows = statement.query(params![run, job])?;
            let mut densities: Vec<Density> = Vec::new();
            while let Some(row) = rows.next()? {
                let body: String = row.get(0)?;
                densities.push(parse("a density", body.as_bytes())?);
            }
            densities.sort_by_key(|density| (density.layer, density.mark));
            Ok(densities)
        })
    }

    /// The places of a job that are computed.
    pub fn known_places(&self, run: i64, job: u32) -> Result<HashSet<Place>> {
        let values = self.values(run, job)?;
        let densities = self.densities(run, job)?;
        let of_value = |block: &CurvatureBlock| Place::Example {
            row: block.row,
            point: block.point,
        };
        let of_density = |density: &Density| Place::Density {
            mark: density.mark,
            layer: density.layer,
        };
        let values = values.iter().map(of_value);
        Ok(values.chain(densities.iter().map(of_density)).collect())
    }

    /// Ends a job whose server died: a new epoch, its last entry, and the state.
    pub fn interrupt_job(&self, row: &RunRow, job: u32, reason: &str) -> Result<()> {
        let run = row.number;
        let Some(known) = self.job(run, job)? else {
            return Ok(());
        };
        let mut state = self.fold(run)?;
        let last_ms = self.last_ms(run)?;
        let at_ms = now_ms().max(row.created_ms).max(last_ms);
        let news = CurvatureJob {
            phase: Phase::Interrupted,
            done: known.done,
            total: known.total,
            reason: Some(reason.to_owned()),
            ..CurvatureJob::new(job)
        };
        let frame = Frame {
            seq: state.seq + 1,
            at_ms,
            event: Event::Curvature(news.clone()),
        };
        state.apply(&frame);
        let json = event_json(&frame.event)?;
        self.write(|transaction| {
            transaction.execute("UPDATE run SET epoch = epoch + 1 WHERE number = ?1", [run])?;
            let entry = Write::Event {
                seq: frame.seq,
                at_ms,
                json: json.clone(),
            };
            entry.execute(transaction, run)?;
            let job = news.clone();
            JobWrite::News { at_ms, job }.execute(transaction, run)?;
            write_state(transaction, run, &state)
        })
    }

    /// When the last entry of a run's log was written; 0 when it is empty.
    pub fn last_ms(&self, run: i64) -> Result<u64> {
        self.read(|connection| {
            Ok(connection.query_row(
                "SELECT coalesce(max(at_ms), 0) FROM event WHERE run = ?1",
                [run],
                |row| row.get(0),
            )?)
        })
    }

    /// The fold over the log of a run that has ended, as it is stored; made anew where the log has gone on.
    pub fn state(&self, run: i64) -> Result<RunState> {
        let last = self.last_seq(run)?;
        match self.final_state(run)? {
            Some(state) if state.seq == last => Ok(state),
            _ => self.fold(run),
        }
    }
}
