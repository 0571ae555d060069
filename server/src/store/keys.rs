//! What the list is sorted by beside what stands in columns of its own: read off a run's spec and results when they are written.

use super::Result;
use super::row::parse;
use rusqlite::{Connection, TransactionBehavior, params};
use valleyscope_shared::api::KeyResults;
use valleyscope_shared::spec::RunSpec;
use valleyscope_shared::statistic::Rate;

/// What the spec says.
#[derive(Debug, Default)]
pub(super) struct Keys {
    /// The data set; empty where the spec cannot be read.
    pub data: String,
    /// The largest epsilon, of attacks that have one.
    pub epsilon: Option<f64>,
    /// How many updates.
    pub steps: Option<u64>,
    /// How many images.
    pub images: Option<u64>,
}

impl Keys {
    /// Of a run, with the number of images that it has once it has begun.
    pub(super) fn of(spec: &RunSpec, begun: Option<&KeyResults>) -> Self {
        let attack = &spec.attack;
        let bounded = !attack.epsilons().is_empty();
        let images = begun.map_or_else(|| spec.data.most(), |results| results.n as u64);
        Self {
            data: spec.data.set.clone(),
            epsilon: bounded.then(|| attack.epsilon()),
            steps: Some(attack.steps() as u64),
            images: Some(images),
        }
    }
}

/// What the results say; nothing of what could not be counted.
#[derive(Debug, Default)]
pub(super) struct Rates {
    pub clean: Option<f64>,
    pub robust: Option<f64>,
    pub peak_at_flip: Option<f64>,
}

impl Rates {
    pub(super) fn of(results: Option<&KeyResults>) -> Self {
        let share = |rate: fn(&KeyResults) -> &Rate| {
            let share = rate(results?).share.0;
            share.is_finite().then_some(share)
        };
        Self {
            clean: share(|results| &results.clean_accuracy),
            robust: share(|results| &results.robust_accuracy),
            peak_at_flip: share(|results| &results.peak_at_flip),
        }
    }
}

/// Fills in the keys of runs from before there were any.
pub(super) fn fill(connection: &mut Connection) -> Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    {
        let mut select =
            transaction.prepare("SELECT number, spec, results FROM run WHERE data IS NULL")?;
        let mut update = transaction.prepare(
            "UPDATE run SET data = ?2, epsilon = ?3, steps = ?4, images = ?5, clean = ?6, robust = ?7, peak_at_flip = ?8 WHERE number = ?1",
        )?;
        let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let older: Vec<(i64, String, Option<String>)> =
            rows.collect::<std::result::Result<_, _>>()?;
        for (number, spec, results) in older {
            let results: Option<KeyResults> =
                results.and_then(|text| parse("results", text.as_bytes()).ok());
            let spec: Result<RunSpec> = parse("a run's spec", spec.as_bytes());
            let keys = spec.map_or_else(
                |_| Keys::default(),
                |spec| Keys::of(&spec, results.as_ref()),
            );
            let rates = Rates::of(results.as_ref());
            update.execute(params![
                number,
                keys.data,
                keys.epsilon,
                keys.steps,
                keys.images,
                rates.clean,
                rates.robust,
                rates.peak_at_flip
            ])?;
        }
    }
    transaction.commit()?;
    Ok(())
}
