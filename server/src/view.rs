//! Runs as people see them: the stored row, and the news of those that have not ended.

use crate::log::Live;
use crate::store::RunRow;
use valleyscope_shared::api::{KeyResults, RunView};
use valleyscope_shared::run::RunState;
use valleyscope_shared::statistic::Rate;
use valleyscope_shared::verdict::Verdict;

/// The results that a list shows, from the latest statistics of the first pass with the largest epsilon.
pub fn key_results(state: &RunState) -> Option<KeyResults> {
    let started = state.started.as_ref()?;
    let pass = started.main_pass();
    let several = started.several_epsilons();
    let summary = &state.passes.get(pass)?.summary.as_ref()?.summary;
    Some(KeyResults {
        epsilon: started.epsilons.get(pass).filter(|_| several).cloned(),
        n: summary.begun,
        clean_accuracy: summary.clean_accuracy,
        robust_accuracy: summary.robust_accuracy,
        first_flip: summary.first_flip,
        peak_at_flip: match summary.peak_is_certain() {
            true => Rate::of(0, 0),
            false => summary.peak_at_flip,
        },
        in_valley: summary.in_valley,
        survives: summary
            .endings
            .as_ref()
            .map(|endings| endings.best_survives),
        passes: summary.endings.as_ref().map(|endings| {
            (endings.forward + endings.backward) as f64 / endings.success.n.max(1) as f64
        }),
    })
}

/// A run as a resource. `live` is its log where it has not ended, `position` its place in the line.
pub fn run_view(row: RunRow, live: Option<&Live>, position: Option<u64>) -> RunView {
    let mut view = RunView {
        id: row.id,
        title: row.title,
        phase: row.phase,
        position,
        spec: row.spec,
        created_ms: row.created_ms,
        started_ms: row.started_ms,
        ended_ms: row.ended_ms,
        done: row.done,
        total: row.total,
        results: row.results,
        reason: row.reason.or_else(|| row.problem.clone()),
        warnings: row.warnings,
        repeat_of: row.repeat_of,
        resumes: row.resumes,
        example: row.example,
        batch: row.batch,
        batch_title: row.batch_title,
        note: row.note,
        tags: row.tags,
        pinned: row.pinned,
        origin: row.origin,
        verdicts: row.verdicts,
        changed: Vec::new(),
        problem: row.problem,
    };
    if let Some(live) = live {
        live.look(|state| bring_up_to(&mut view, state));
    }
    view
}

/// A run's view at the state of its log.
fn bring_up_to(view: &mut RunView, state: &RunState) {
    view.phase = state.phase;
    view.started_ms = state.started_ms;
    view.ended_ms = state.ended.as_ref().and(state.last_ms);
    view.done = state.done;
    view.total = state.total();
    view.results = key_results(state);
    view.verdicts = Verdict::of_run(state);
    view.origin = state
        .started
        .as_ref()
        .and_then(|started| started.origin.clone());
    view.reason = state.ended.as_ref().and_then(|ended| ended.reason.clone());
    view.warnings = state.warnings.len();
}
