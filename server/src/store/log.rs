//! The rows of a run's log and of its readings.

use super::code::{decode_floats, encode_floats};
use super::curvature::JobWrite;
use super::row::{RunRow, json, parse, write_examples, write_state};
use super::{Result, Store};
use crate::clock::now_ms;
use rusqlite::{Transaction, params};
use std::sync::Arc;
use std::time::Duration;
use valleyscope_shared::ending::Ending;
use valleyscope_shared::event::{Ended, Event, Frame};
use valleyscope_shared::measure::Measure;
use valleyscope_shared::readings::{Block, CleanLogits, Example};
use valleyscope_shared::run::RunState;

/// How long the log waits for another program's lock at a time; requests must not wait longer behind it.
const MOMENT: Duration = Duration::from_millis(300);

/// An entry of a log as viewers get it: its place, and the whole frame as JSON, made once for all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The place in the log.
    pub seq: u64,
    /// The frame as JSON.
    pub json: Arc<str>,
}

impl Entry {
    /// A frame whose event is already JSON.
    pub fn new(seq: u64, at_ms: u64, event: &str) -> Self {
        let json = format!("{{\"seq\":{seq},\"at_ms\":{at_ms},\"event\":{event}}}");
        Self {
            seq,
            json: json.into(),
        }
    }
}

/// One thing that is written to a run's log or beside it.
#[derive(Debug)]
pub enum Write {
    /// An entry.
    Event {
        /// Its place.
        seq: u64,
        /// When it happened.
        at_ms: u64,
        /// The event.
        json: String,
    },
    /// The readings of consecutive rows at one point, encoded.
    Block {
        /// Which pass.
        pass: usize,
        /// Which point.
        point: usize,
        /// The row of the first.
        first_row: usize,
        /// The readings.
        readings: Vec<u8>,
    },
    /// The logits of consecutive rows at the clean point, encoded.
    Clean {
        /// The row of the first.
        first_row: usize,
        /// How many rows.
        rows: usize,
        /// The logits.
        logits: Vec<u8>,
    },
    /// A first flip that lies between recorded points.
    Flip {
        /// Which pass.
        pass: usize,
        /// Which row.
        row: usize,
        /// Which step.
        step: u32,
    },
    /// How a row of a pass ended.
    Ending {
        /// Which pass.
        pass: usize,
        /// Which row.
        row: usize,
        /// As JSON.
        json: String,
    },
    /// Which examples the run is about.
    Examples(Vec<Example>),
    /// Something about measures on demand.
    Job(JobWrite),
}

impl Write {
    /// A block, encoded.
    pub fn block(block: &Block) -> Self {
        Self::Block {
            pass: block.pass,
            point: block.point,
            first_row: block.first_row,
            readings: encode_floats(&block.values),
        }
    }

    /// Logits, encoded.
    pub fn clean(clean: &CleanLogits) -> Self {
        Self::Clean {
            first_row: clean.first_row,
            rows: clean.rows,
            logits: encode_floats(&clean.values),
        }
    }

    /// How a row ended, as it is stored.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn ending(pass: usize, row: usize, ending: &Ending) -> Result<Self> {
        let json = json("how an example ended", ending)?;
        Ok(Self::Ending { pass, row, json })
    }

    /// About how much memory it takes.
    pub fn bytes(&self) -> usize {
        let content = match self {
            // The frame itself, and its JSON again for the viewers.
            Self::Event { json, .. } => 3 * json.len(),
            Self::Block { readings, .. } => readings.len(),
            Self::Clean { logits, .. } => logits.len(),
            Self::Ending { json, .. } => json.len(),
            Self::Examples(examples) => size_of_val(examples.as_slice()),
            Self::Flip { .. } => 0,
            Self::Job(job) => job.bytes(),
        };
        size_of::<Self>() + content
    }

    pub(super) fn execute(&self, transaction: &Transaction<'_>, run: i64) -> Result<()> {
        match self {
            Self::Event { seq, at_ms, json } => transaction
                .prepare_cached("INSERT INTO event (run, seq, at_ms, body) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![run, seq, at_ms, json])?,
            Self::Block { pass, point, first_row, readings } => transaction
                .prepare_cached("INSERT INTO block (run, pass, point, first_row, readings, measures) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?
                .execute(params![run, pass, point, first_row, readings, Measure::COUNT])?,
            Self::Clean { first_row, rows, logits } => transaction
                .prepare_cached("INSERT OR REPLACE INTO clean (run, first_row, rows, logits) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![run, first_row, rows, logits])?,
            Self::Flip { pass, row, step } => transaction
                .prepare_cached("INSERT INTO flip (run, pass, row, step) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET step = min(step, excluded.step)")?
                .execute(params![run, pass, row, step])?,
            Self::Ending { pass, row, json } => transaction
                .prepare_cached("INSERT OR REPLACE INTO ending (run, pass, row, body) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![run, pass, row, json])?,
            Self::Examples(examples) => write_examples(transaction, run, examples)?,
            Self::Job(job) => job.execute(transaction, run)?,
        };
        Ok(())
    }
}

/// What one commit changes in one run.
#[derive(Debug)]
pub struct Batch<'a> {
    /// Which run.
    pub run: i64,
    /// What is written.
    pub writes: &'a [Write],
    /// The state after it, where the run's row must follow.
    pub state: Option<&'a RunState>,
}

/// The JSON of an event, as it is stored.
pub fn event_json(event: &Event) -> Result<String> {
    json("an event", event)
}

impl Store {
    /// Writes all of these batches, or nothing. Waits only a moment for a lock: the log has its own patience.
    pub fn append(&self, batches: &[Batch<'_>]) -> Result<()> {
        self.write_within(MOMENT, |transaction| {
            for batch in batches {
                for write in batch.writes {
                    write.execute(transaction, batch.run)?;
                }
                if let Some(state) = batch.state {
                    write_state(transaction, batch.run, state)?;
                }
            }
            Ok(())
        })
    }

    /// The entries after `after`, at most `limit` of them and about `bytes` bytes.
    pub fn entries(&self, run: i64, after: u64, limit: usize, bytes: usize) -> Result<Vec<Entry>> {
        self.read(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT seq, at_ms, body FROM event WHERE run = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3")?;
            let mut rows = statement.query(params![run, after, limit])?;
            let (mut entries, mut size) = (Vec::new(), 0);
            while let Some(row) = rows.next()? {
                let entry = Entry::new(row.get(0)?, row.get(1)?, row.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?);
                size += entry.json.len();
                entries.push(entry);
                if size >= bytes {
                    break;
                }
            }
            Ok(entries)
        })
    }

    /// The last entry of a run's log; 0 when it is empty.
    pub fn last_seq(&self, run: i64) -> Result<u64> {
        self.read(|connection| {
            Ok(connection.query_row(
                "SELECT coalesce(max(seq), 0) FROM event WHERE run = ?1",
                [run],
                |row| row.get(0),
            )?)
        })
    }

    /// The fold over a run's whole log.
    pub fn fold(&self, run: i64) -> Result<RunState> {
        self.read(|connection| {
            let mut statement = connection
                .prepare("SELECT seq, at_ms, body FROM event WHERE run = ?1 ORDER BY seq")?;
            let mut rows = statement.query([run])?;
            let mut state = RunState::default();
            while let Some(row) = rows.next()? {
                let body: String = row.get(2)?;
                state.apply(&Frame {
                    seq: row.get(0)?,
                    at_ms: row.get(1)?,
                    event: parse("an event", body.as_bytes())?,
                });
            }
            Ok(state)
        })
    }

    /// Ends a run whose server died: a new epoch, the last entry, and the state.
    pub fn interrupt(&self, row: &RunRow, ended: Ended) -> Result<()> {
        let run = row.number;
        let mut state = self.fold(run)?;
        // The clock may have been set back since.
        let earlier = [Some(row.created_ms), row.started_ms, state.last_ms];
        let at_ms = earlier.into_iter().flatten().fold(now_ms(), u64::max);
        let frame = Frame {
            seq: state.seq + 1,
            at_ms,
            event: Event::Ended(ended),
        };
        state.apply(&frame);
        let event = event_json(&frame.event)?;
        self.write(|transaction| {
            transaction.execute("UPDATE run SET epoch = epoch + 1 WHERE number = ?1", [run])?;
            Write::Event {
                seq: frame.seq,
                at_ms,
                json: event.clone(),
            }
            .execute(transaction, run)?;
            write_state(transaction, run, &state)
        })
    }

    /// The blocks of a run that were stored after `place`, and the place of the last.
    pub fn blocks_after(&self, run: i64, place: i64, mut take: impl FnMut(Block)) -> Result<i64> {
        self.read(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT place, pass, point, first_row, readings, measures FROM block WHERE run = ?1 AND place > ?2 ORDER BY place")?;
            let mut rows = statement.query(params![run, place])?;
            let mut last = place;
            while let Some(row) = rows.next()? {
                last = row.get(0)?;
                let readings: Vec<u8> = row.get(4)?;
                let values = of_every_measure(decode_floats(&readings)?, row.get(5)?);
                take(Block { pass: row.get(1)?, point: row.get(2)?, first_row: row.get(3)?, values });
            }
            Ok(last)
        })
    }

    /// The logits of a run's clean images, as far as they were written.
    pub fn clean_logits(&self, run: i64, mut take: impl FnMut(CleanLogits)) -> Result<()> {
        self.read(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT first_row, rows, logits FROM clean WHERE run = ?1")?;
            let mut rows = statement.query([run])?;
            while let Some(row) = rows.next()? {
                let logits: Vec<u8> = row.get(2)?;
                let values = decode_floats(&logits)?;
                take(CleanLogits {
                    first_row: row.get(0)?,
                    rows: row.get(1)?,
                    values,
                });
            }
            Ok(())
        })
    }

    /// How the examples of a run ended: pass, row, how.
    pub fn endings(&self, run: i64) -> Result<Vec<(usize, usize, Ending)>> {
        self.read(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT pass, row, body FROM ending WHERE run = ?1")?;
            let mut rows = statement.query([run])?;
            let mut endings = Vec::new();
            while let Some(row) = rows.next()? {
                let body: String = row.get(2)?;
                let ending = parse("how an example ended", body.as_bytes())?;
                endings.push((row.get(0)?, row.get(1)?, ending));
            }
            Ok(endings)
        })
    }

    /// The first flips of a run that lie between recorded points: pass, row, step.
    pub fn flips(&self, run: i64) -> Result<Vec<(usize, usize, u32)>> {
        self.read(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT pass, row, step FROM flip WHERE run = ?1")?;
            let rows =
                statement.query_map([run], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            Ok(rows.collect::<std::result::Result<_, _>>()?)
        })
    }
}

/// The readings of a block that was written when there were only the first `measures` measures; those that came later are absent.
fn of_every_measure(mut values: Vec<f64>, measures: usize) -> Vec<f64> {
    let rows = values.len().checked_div(measures).unwrap_or(0);
    values.resize(rows * Measure::COUNT, f64::NAN);
    values
}
