//! The key results of a run in a few lines.

use crate::export::Record;
use valleyscope_shared::event::Started;
use valleyscope_shared::finding::findings;
use valleyscope_shared::measure::Measure;
use valleyscope_shared::run::RunState;
use valleyscope_shared::valley::{PassSummary, Population};

/// Of a run that was computed here.
pub fn of_record(record: &Record) -> String {
    let passes = record.passes.iter().zip(&record.started.seeds);
    let passes: Vec<_> = passes
        .map(|(readings, seed)| {
            PassSummary::of(readings, *seed, Measure::KappaTr, Population::Right)
        })
        .collect();
    lines(&record.started, &passes)
}

/// Of a run that is stored; nothing before its first statistics.
pub fn of_state(state: &RunState) -> Option<String> {
    let started = state.started.as_ref()?;
    let passes = state.passes.iter().map_while(|pass| pass.summary.as_ref());
    let passes: Vec<_> = passes.map(|summary| summary.summary.clone()).collect();
    (!passes.is_empty()).then(|| lines(started, &passes))
}

fn lines(started: &Started, passes: &[PassSummary]) -> String {
    let mut text = String::new();
    for (pass, summary) in passes.iter().enumerate() {
        if started.seeds.len() > 1 {
            match started.epsilons.get(pass) {
                Some(epsilon) => text += &format!("epsilon {epsilon}, seed {}:\n", summary.seed),
                None => text += &format!("seed {}:\n", summary.seed),
            }
        }
        for finding in findings(summary) {
            text += &format!(
                "{}: {} ({})\n",
                finding.title,
                finding.value,
                finding.beside()
            );
        }
    }
    text.trim_end().to_owned()
}
