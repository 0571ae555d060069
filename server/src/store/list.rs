//! The list of runs: which ones, in which order, a page at a time.

use super::row::{COLUMNS, RunRow, read_run};
use super::{Result, Store};
use rusqlite::ToSql;
use rusqlite::types::Value;
use valleyscope_shared::listing::{GroupCount, RunGroup, RunSort};
use valleyscope_shared::run::Phase;

/// Which runs a list shows.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only runs in this phase.
    pub phase: Option<Phase>,
    /// Only runs of this model.
    pub model: Option<String>,
    /// Only runs of this attack.
    pub attack: Option<String>,
    /// Only runs of this batch.
    pub batch: Option<String>,
    /// Only runs with this in their id, title, spec, note, tags, or the title of their batch.
    pub text: Option<String>,
    /// Whether runs are left out that another one goes on with.
    pub folded: bool,
}

/// In which order: groups by name, pinned runs first in each, then the key, and the newest first where keys are equal.
/// What has no group or no key comes last.
#[derive(Clone, Copy, Debug)]
pub struct Sorting {
    /// By what.
    pub by: RunSort,
    /// Whether the largest comes first.
    pub descending: bool,
    /// What runs are put together by.
    pub group: Option<RunGroup>,
}

impl Default for Sorting {
    /// Newest first.
    fn default() -> Self {
        Self {
            by: RunSort::Created,
            descending: true,
            group: None,
        }
    }
}

/// What a run is sorted by.
#[derive(Clone, Debug, PartialEq)]
pub enum Key {
    /// It has none.
    None,
    /// A number.
    Number(f64),
    /// A word.
    Text(String),
}

/// Where a run stands in an order, so that the next page begins behind it whatever has changed before it.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The name of its group.
    pub group: Option<String>,
    /// Whether it is pinned.
    pub pinned: bool,
    /// What it is sorted by.
    pub key: Key,
    /// Its number.
    pub number: i64,
}

/// One part of an order.
struct Term {
    expression: String,
    descending: bool,
    /// What the last run of the page before had there.
    last: Value,
}

/// What stands in a filter's condition, by number.
const CONDITION: &str = "(?1 IS NULL OR phase = ?1) AND (?2 IS NULL OR model = ?2) AND (?3 IS NULL OR attack = ?3) AND (?5 IS NULL OR batch = ?5) \
    AND (?4 IS NULL OR id LIKE ?4 ESCAPE '\\' OR title LIKE ?4 ESCAPE '\\' OR named LIKE ?4 ESCAPE '\\' OR spec LIKE ?4 ESCAPE '\\' \
        OR note LIKE ?4 ESCAPE '\\' OR tags LIKE ?4 ESCAPE '\\' OR batch IN (SELECT id FROM batch WHERE title LIKE ?4 ESCAPE '\\')) \
    AND (NOT ?6 OR NOT EXISTS (SELECT 1 FROM run AS later WHERE later.resumes = run.id))";
/// How many numbers it takes.
const CONDITIONS: usize = 6;

impl Store {
    /// A page of runs, each with its place, and how many match in all.
    pub fn runs(
        &self,
        filter: &Filter,
        sorting: Sorting,
        after: Option<&Place>,
        limit: usize,
    ) -> Result<(Vec<(RunRow, Place)>, u64)> {
        let terms = terms(sorting, after);
        let behind = after.map_or_else(|| "1".to_owned(), |_| behind(&terms));
        let page = format!(
            "SELECT {COLUMNS}, {} AS place_group, {} AS place_key FROM run WHERE {CONDITION} AND ({behind}) ORDER BY {} LIMIT {limit}",
            group(sorting.group),
            key(sorting.by),
            ordered(&terms),
        );
        self.filtered(filter, |connection, values| {
            let count = format!("SELECT count(*) FROM run WHERE {CONDITION}");
            let matching = connection.query_row(&count, values, |row| row.get(0))?;
            let mut values = values.to_vec();
            if after.is_some() {
                values.extend(terms.iter().map(|term| &term.last as &dyn ToSql));
            }
            let mut statement = connection.prepare_cached(&page)?;
            let rows = statement.query_map(values.as_slice(), |row| {
                let place = Place {
                    group: row.get("place_group")?,
                    pinned: row.get("pinned")?,
                    key: read_key(row.get("place_key")?),
                    number: row.get("number")?,
                };
                Ok(read_run(row).map(|run| (run, place)))
            })?;
            let runs = rows.map(|row| row?).collect::<Result<Vec<_>>>()?;
            Ok((runs, matching))
        })
    }

    /// How many of the runs that match each group has.
    pub fn groups(&self, filter: &Filter, by: RunGroup) -> Result<Vec<GroupCount>> {
        let id = by.id();
        let sql = format!("SELECT {id}, count(*) FROM run WHERE {CONDITION} GROUP BY {id}");
        self.filtered(filter, |connection, values| {
            let mut statement = connection.prepare_cached(&sql)?;
            let rows = statement.query_map(values, |row| {
                Ok(GroupCount {
                    id: row.get(0)?,
                    runs: row.get(1)?,
                })
            })?;
            Ok(rows.collect::<std::result::Result<_, _>>()?)
        })
    }

    /// Looks with the values of a filter's condition.
    fn filtered<T>(
        &self,
        filter: &Filter,
        mut look: impl FnMut(&rusqlite::Connection, &[&dyn ToSql]) -> Result<T>,
    ) -> Result<T> {
        let text = filter.text.as_ref().map(|text| {
            let escaped = text
                .replace('\\', "\\\\")
                .replace('%', "\\%")
                .replace('_', "\\_");
            format!("%{escaped}%")
        });
        let phase = filter.phase.map(Phase::id);
        let values: [&dyn ToSql; CONDITIONS] = [
            &phase,
            &filter.model,
            &filter.attack,
            &text,
            &filter.batch,
            &filter.folded,
        ];
        self.read(|connection| look(connection, &values))
    }
}

/// The name of a run's group, which tells groups apart and puts them in order.
fn group(by: Option<RunGroup>) -> &'static str {
    match by {
        None => "NULL",
        Some(RunGroup::Model) => "model",
        Some(RunGroup::Attack) => "attack",
        Some(RunGroup::Batch) => {
            "(SELECT batch.title || ' ' || batch.id FROM batch WHERE batch.id = run.batch)"
        }
    }
}

fn key(by: RunSort) -> &'static str {
    match by {
        // A run that goes on with another one stands in its place.
        RunSort::Created => "coalesce(place, number)",
        RunSort::Title => "coalesce(named, title) COLLATE NOCASE",
        RunSort::Phase => {
            "CASE phase WHEN 'running' THEN 0 WHEN 'queued' THEN 1 WHEN 'finished' THEN 2 WHEN 'cancelled' THEN 3 WHEN 'failed' THEN 4 ELSE 5 END"
        }
        RunSort::Model => "model COLLATE NOCASE",
        RunSort::Data => "nullif(data, '') COLLATE NOCASE",
        RunSort::Attack => "attack COLLATE NOCASE",
        RunSort::Epsilon => "epsilon",
        RunSort::Steps => "steps",
        RunSort::Images => "images",
        RunSort::Clean => "clean",
        RunSort::Robust => "robust",
        RunSort::PeakAtFlip => "peak_at_flip",
        RunSort::Seconds => "seconds",
    }
}

fn read_key(value: Value) -> Key {
    match value {
        Value::Integer(number) => Key::Number(number as f64),
        Value::Real(number) => Key::Number(number),
        Value::Text(text) => Key::Text(text),
        Value::Null | Value::Blob(_) => Key::None,
    }
}

/// The parts of an order, each with what the last run had there.
fn terms(sorting: Sorting, after: Option<&Place>) -> Vec<Term> {
    let term = |expression: String, descending, last| Term {
        expression,
        descending,
        last,
    };
    let flag = |flag: bool| Value::Integer(flag.into());
    let name = after.and_then(|place| place.group.clone());
    let last = match after.map(|place| &place.key) {
        Some(Key::Number(number)) => Value::Real(*number),
        Some(Key::Text(text)) => Value::Text(text.clone()),
        Some(Key::None) | None => Value::Null,
    };
    let (group, key) = (group(sorting.group), key(sorting.by));
    let mut terms = Vec::new();
    if sorting.group.is_some() {
        terms.push(term(
            format!("({group} IS NULL)"),
            false,
            flag(name.is_none()),
        ));
        terms.push(term(
            group.to_owned(),
            false,
            name.map_or(Value::Null, Value::Text),
        ));
    }
    let pinned = after.is_some_and(|place| place.pinned);
    terms.push(term("pinned".to_owned(), true, flag(pinned)));
    let none = last == Value::Null;
    terms.push(term(format!("(({key}) IS NULL)"), false, flag(none)));
    terms.push(term(format!("({key})"), sorting.descending, last));
    let number = after.map_or(0, |place| place.number);
    terms.push(term("number".to_owned(), true, Value::Integer(number)));
    terms
}

/// The condition that a run comes behind the last one: equal in the first parts, and behind it in the next.
fn behind(terms: &[Term]) -> String {
    let number = |place: usize| CONDITIONS + 1 + place;
    let ways = terms.iter().enumerate().map(|(place, term)| {
        let equal = terms.iter().take(place).enumerate();
        let equal = equal.map(|(place, term)| format!("{} IS ?{}", term.expression, number(place)));
        let sign = if term.descending { '<' } else { '>' };
        let behind = format!("{} {sign} ?{}", term.expression, number(place));
        let parts: Vec<_> = equal.chain([behind]).collect();
        format!("({})", parts.join(" AND "))
    });
    ways.collect::<Vec<_>>().join(" OR ")
}

fn ordered(terms: &[Term]) -> String {
    let part = |term: &Term| {
        let way = if term.descending { "DESC" } else { "ASC" };
        format!("{} {way}", term.expression)
    };
    terms.iter().map(part).collect::<Vec<_>>().join(", ")
}
