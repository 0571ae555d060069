//! The table as CSV: nothing but rows, with plain numbers, so that pandas reads it without options.

use super::verdicts;
use std::io;
use valleyscope_shared::amount::Amount;
use valleyscope_shared::batch::BatchView;
use valleyscope_shared::csv::harmless;
use valleyscope_shared::statistic::Rate;

/// The columns. Shares lie between 0 and 1; what is not known is empty.
/// `low` and `high` are Wilson's 95 % interval of one seed, or the range over several.
const HEAD: [&str; 18] = [
    "kind",
    "model",
    "data",
    "attack",
    "phase",
    "norm",
    "epsilon",
    "seeds",
    "n",
    "clean_accuracy",
    "robust_accuracy",
    "low",
    "high",
    "survive_8_bits",
    "broken",
    "passes_per_image",
    "broken_first",
    "note",
];

/// The table. A row whose `kind` is `worst` is over all attacks, of which `attack` then has the number.
///
/// # Errors
/// It cannot be written.
pub fn write(batch: &BatchView) -> io::Result<String> {
    let mut lines = ::csv::Writer::from_writer(Vec::new());
    lines.write_record(HEAD)?;
    let data = batch.spec.data.address().into_owned();
    for (run, name) in batch.runs.iter().zip(batch.attack_names()) {
        let attack = &run.spec.attack;
        let has_size = attack.minimum_norm() || !attack.epsilons().is_empty();
        for verdict in verdicts(run) {
            let robust = verdict.map_or(&[][..], |verdict| &verdict.robust_accuracy);
            let clean = verdict.map_or(&[][..], |verdict| &verdict.clean_accuracy);
            let survives = verdict.and_then(|verdict| verdict.survives);
            let epsilon = verdict.and_then(|verdict| verdict.epsilon.as_ref());
            let line = [
                "attack".to_owned(),
                run.spec.model.clone(),
                data.clone(),
                name.clone(),
                run.phase.id().to_owned(),
                match has_size {
                    true => attack.norm().id().to_owned(),
                    false => String::new(),
                },
                epsilon.map(value).unwrap_or_default(),
                run.spec.seed.list().len().to_string(),
                robust
                    .first()
                    .map_or_else(String::new, |rate| rate.n.to_string()),
                mean(clean),
                mean(robust),
                end(robust, f64::INFINITY, f64::min, |rate| rate.low.0),
                end(robust, f64::NEG_INFINITY, f64::max, |rate| rate.high.0),
                survives.map_or_else(String::new, |rate| rate.hits.to_string()),
                survives.map_or_else(String::new, |rate| rate.n.to_string()),
                verdict
                    .and_then(|of| of.passes)
                    .map_or_else(String::new, plain),
                String::new(),
                run.reason.clone().unwrap_or_default(),
            ];
            lines.write_record(line.iter().map(|text| harmless(text).into_owned()))?;
        }
    }
    for case in &batch.worst {
        let robust: Vec<Rate> = case.robust_accuracy.into_iter().collect();
        let clean: Vec<Rate> = case.clean_accuracy.into_iter().collect();
        let line = [
            "worst".to_owned(),
            case.model.clone(),
            data.clone(),
            format!("{} of {} attacks", case.finished, case.attacks),
            String::new(),
            case.norm.id().to_owned(),
            value(&case.epsilon),
            String::new(),
            robust
                .first()
                .map_or_else(String::new, |rate| rate.n.to_string()),
            mean(&clean),
            mean(&robust),
            end(&robust, f64::INFINITY, f64::min, |rate| rate.low.0),
            end(&robust, f64::NEG_INFINITY, f64::max, |rate| rate.high.0),
            String::new(),
            String::new(),
            String::new(),
            case.broken_first(),
            case.note.clone().unwrap_or_default(),
        ];
        lines.write_record(line.iter().map(|text| harmless(text).into_owned()))?;
    }
    let bytes = lines.into_inner().map_err(|error| error.into_error())?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

fn value(epsilon: &Amount) -> String {
    epsilon.value().to_string()
}

/// The shortest text that gives the same float back; nothing for what is not a number.
fn plain(value: f64) -> String {
    match value.is_nan() {
        true => String::new(),
        false => value.to_string(),
    }
}

fn counted(rates: &[Rate]) -> impl Iterator<Item = &Rate> {
    rates.iter().filter(|rate| rate.n > 0)
}

/// The mean of the shares over the seeds.
fn mean(rates: &[Rate]) -> String {
    let n = counted(rates).count();
    let sum: f64 = counted(rates).map(|rate| rate.share.0).sum();
    plain(sum / n as f64)
}

/// An end of the interval of one seed, or of the range of the shares of several.
fn end(rates: &[Rate], start: f64, fold: fn(f64, f64) -> f64, of_one: fn(&Rate) -> f64) -> String {
    let all: Vec<&Rate> = counted(rates).collect();
    match all.as_slice() {
        [] => String::new(),
        [one] => plain(of_one(one)),
        several => plain(several.iter().map(|rate| rate.share.0).fold(start, fold)),
    }
}
