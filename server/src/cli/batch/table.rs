//! The table at the end of a batch: a row for each run and epsilon.

use serde_json::Value;
use valleyscope_shared::amount::Amount;
use valleyscope_shared::spec::RunSpec;
use valleyscope_shared::valley::PassSummary;
use valleyscope_shared::verdict::Verdict;

/// What stands over the columns.
pub const HEAD: &str = "model\tattack\tepsilon\tclean accuracy\trobust accuracy\t95 % interval, or range over seeds\tn";

/// The rows of a run's result.
pub fn rows(run: &RunSpec, attack: &str, result: &Value) -> Vec<String> {
    let row = |verdict: &Verdict| {
        let n = verdict.robust_accuracy.first().map_or(0, |rate| rate.n);
        [
            run.model.clone(),
            attack.to_owned(),
            (verdict.epsilon.as_ref()).map_or_else(|| "–".to_owned(), Amount::to_string),
            verdict.clean(),
            verdict.robust(),
            verdict.spread().unwrap_or_else(|| "–".to_owned()),
            n.to_string(),
        ]
        .join("\t")
    };
    verdicts(result).iter().map(row).collect()
}

/// A result's verdicts: of its passes, or of the one that it is about.
fn verdicts(result: &Value) -> Vec<Verdict> {
    let parts: Vec<&Value> = match result["passes"].as_array() {
        Some(passes) => passes.iter().collect(),
        None => vec![result],
    };
    let read = |(place, part): (usize, &&Value)| {
        let epsilon = result["epsilons"].get(place).cloned();
        let epsilon = epsilon.and_then(|value| serde_json::from_value::<Amount>(value).ok());
        let summary: PassSummary = serde_json::from_value(part["summary"].clone()).ok()?;
        Some((epsilon, summary))
    };
    let passes: Vec<_> = parts.iter().enumerate().filter_map(read).collect();
    Verdict::of(
        passes
            .iter()
            .map(|(epsilon, summary)| (epsilon.as_ref(), summary)),
    )
}
