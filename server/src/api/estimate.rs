//! `POST /api/v1/runs/estimate` and `POST /api/v1/batches/estimate`

use super::create::json_text;
use crate::disk;
use crate::failure::Answer;
use crate::order::{check, check_batch};
use crate::state::State;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use std::collections::HashMap;
use valleyscope_shared::api::{Estimate, RunView};
use valleyscope_shared::batch::{BatchEstimate, BatchSpec};
use valleyscope_shared::catalog::Catalog;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::spec::RunSpec;
use valleyscope_shared::statistic::quantile;

/// From how many of the latest runs a time is estimated.
const TIMED_RUNS: usize = 5;

/// Among how many they are looked for.
const LATEST_RUNS: usize = 40;

/// How long a run would take and what it would need.
#[utoipa::path(post, path = "/api/v1/runs/estimate", operation_id = "estimate_run", tag = "runs", request_body = RunSpec,
    responses((status = 200, body = Estimate), (status = 422, body = Problem)))]
pub async fn ask(
    Shared(state): Shared<State>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Json<Estimate>> {
    let spec = RunSpec::from_json(json_text(&headers, &body)?)?;
    state
        .blocking(move |state| {
            check(&spec, &state.catalog()?)?;
            Ok(Json(estimate(state, &spec)?))
        })
        .await
}

/// How long a batch would take and what it would need.
#[utoipa::path(post, path = "/api/v1/batches/estimate", operation_id = "estimate_batch", tag = "batches", request_body = BatchSpec,
    responses((status = 200, body = BatchEstimate), (status = 422, body = Problem)))]
pub async fn ask_batch(
    Shared(state): Shared<State>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Json<BatchEstimate>> {
    let spec = BatchSpec::from_json(json_text(&headers, &body)?)?;
    state
        .blocking(move |state| {
            let runs = check_batch(&spec, &state.catalog()?)?;
            let mut clock = Stopwatch::new(state)?;
            let mut all = BatchEstimate {
                runs: runs.len(),
                seconds: Some(0.0),
                likely: Some(0.0),
                ..BatchEstimate::default()
            };
            for run in runs {
                let own = clock.estimate(&run)?;
                all.passes += own.passes;
                all.at_most |= own.at_most;
                all.seconds = all.seconds.zip(own.seconds).map(|(all, own)| all + own);
                let likely = if own.at_most { own.likely } else { own.seconds };
                all.likely = all.likely.zip(likely).map(|(all, own)| all + own);
                all.memory = all.memory.max(own.memory);
                all.kept_bytes += own.kept_bytes;
            }
            // What is no bound is likely itself.
            all.likely = all.likely.filter(|_| all.at_most);
            Ok(Json(all))
        })
        .await
}

/// The estimate for a run that can be done.
pub fn estimate(state: &State, spec: &RunSpec) -> Answer<Estimate> {
    Stopwatch::new(state)?.estimate(spec)
}

/// Seconds until these runs have ended one after another; nothing where all have, or where one cannot be told.
pub fn seconds_left(state: &State, runs: &[RunView]) -> Answer<Option<f64>> {
    let waiting: Vec<&RunView> = runs.iter().filter(|run| !run.phase.ended()).collect();
    if waiting.is_empty() {
        return Ok(None);
    }
    let mut clock = Stopwatch::new(state)?;
    let mut all = 0.0;
    for run in waiting {
        let own = match by_itself(state, run) {
            Some(seconds) => Some(seconds),
            None => clock.estimate(&run.spec)?.seconds,
        };
        match own {
            Some(seconds) => all += seconds,
            None => return Ok(None),
        }
    }
    Ok(Some(all))
}

/// What is left of a run at its own speed so far.
fn by_itself(state: &State, run: &RunView) -> Option<f64> {
    let passed = state.log.live(&run.id)?.running_for()?.as_secs_f64();
    let left = run.total.saturating_sub(run.done) as f64;
    (run.done > 0 && run.total > 0).then(|| passed * left / run.done as f64)
}

/// What runs cost on this machine, with the times that were looked up.
struct Stopwatch<'a> {
    state: &'a State,
    catalog: Catalog,
    seconds_per_pass: HashMap<String, Option<f64>>,
}

impl<'a> Stopwatch<'a> {
    fn new(state: &'a State) -> Answer<Self> {
        Ok(Self {
            state,
            catalog: state.catalog()?,
            seconds_per_pass: HashMap::new(),
        })
    }

    fn estimate(&mut self, spec: &RunSpec) -> Answer<Estimate> {
        let examples = disk::examples(spec, &self.catalog);
        let passes_over_data = spec.phases().len() as u64;
        let points = spec.points() as u64;
        let model = self.catalog.model(&spec.model);
        let classes = model.map_or(0, |model| model.classes.len() as u64);
        let passes = examples * passes_over_data * spec.attack.passes(classes);
        let each = self.seconds_per_pass(&spec.model, classes)?;
        let seconds = each.map(|each| each * passes as f64);
        let at_most = spec.attack.may_end_early();
        let share = match each.filter(|_| at_most) {
            Some(each) => self.share_of_bound(spec, classes, each)?,
            None => None,
        };
        Ok(Estimate {
            examples,
            points,
            passes,
            at_most,
            seconds,
            likely: seconds.zip(share).map(|(most, share)| most * share),
            memory: self.state.engine.memory(spec).unwrap_or(0),
            kept_bytes: disk::kept_bytes(spec, &self.catalog),
        })
    }

    /// Which part of the bound on their time the latest runs of this attack on this model took: the median.
    fn share_of_bound(&self, spec: &RunSpec, classes: u64, each: f64) -> Answer<Option<f64>> {
        let mut shares = Vec::new();
        for (took, done, text) in self.state.store.timings(&spec.model, LATEST_RUNS)? {
            let Ok(known) = RunSpec::from_json(&text) else {
                continue;
            };
            if known.attack.id() != spec.attack.id() || !known.attack.may_end_early() {
                continue;
            }
            let images = done as f64 / known.points() as f64;
            let bound = each * images * known.attack.passes(classes) as f64;
            if bound > 0.0 {
                shares.push(took / bound);
            }
        }
        shares.sort_unstable_by(f64::total_cmp);
        let median = quantile(&shares, 0.5);
        // Where nothing else was timed, such runs have set the pace themselves; a bound is never exceeded by what is likely.
        Ok(median.is_finite().then(|| median.min(1.0)))
    }

    /// Seconds per forward or backward pass of one image, over the latest finished runs of the model on this machine.
    fn seconds_per_pass(&mut self, model: &str, classes: u64) -> Answer<Option<f64>> {
        if let Some(known) = self.seconds_per_pass.get(model) {
            return Ok(*known);
        }
        let mut timed = Vec::new();
        for (took, done, spec) in self.state.store.timings(model, LATEST_RUNS)? {
            // A run of an attack that this program no longer knows tells nothing.
            if let Ok(spec) = RunSpec::from_json(&spec) {
                let images = done as f64 / spec.points() as f64;
                let passes = images * spec.attack.passes(classes) as f64;
                let odd = spec.attack.may_end_early() || spec.attack.is_path();
                timed.push((odd, took, passes));
            }
        }
        // Of an attack that lets images go it is not known here how many passes it spent, and a path spends its time on making
        // pictures: both count only where there is nothing else.
        let others_exist = timed.iter().any(|(odd, ..)| !odd);
        timed.retain(|(odd, ..)| !others_exist || !odd);
        timed.truncate(TIMED_RUNS);
        let sum = |part: fn(&(bool, f64, f64)) -> f64| timed.iter().map(part).sum::<f64>();
        let (seconds, passes) = (sum(|run| run.1), sum(|run| run.2));
        let each = (passes > 0.0).then(|| seconds / passes);
        self.seconds_per_pass.insert(model.to_owned(), each);
        Ok(each)
    }
}
