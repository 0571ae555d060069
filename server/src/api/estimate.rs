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
                memory: Some(0),
                ..BatchEstimate::default()
            };
            for run in runs {
                let own = clock.estimate(&run)?;
                all.passes += own.passes;
                all.at_most |= own.at_most;
                all.seconds = all.seconds.zip(own.seconds).map(|(all, own)| all + own);
                let likely = if own.at_most { own.likely } else { own.seconds };
                all.likely = all.likely.zip(likely).map(|(all, own)| all + own);
                all.memory = all.memory.zip(own.memory).map(|(all, own)| all.max(own));
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

/// Seconds per forward or backward pass of one image, from the latest runs of a model; nothing where there is none.
pub fn pace_of(state: &State, model: &str) -> Answer<Option<f64>> {
    Ok(pace(Stopwatch::new(state)?.timed(model)?))
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
            None => clock.seconds(&run.spec)?,
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

/// A run that was timed.
struct Timed {
    seconds: f64,
    spec: RunSpec,
    /// Forward and backward passes of one image, at most, over all its images.
    passes: f64,
}

/// What runs cost on this machine, with the times that were looked up.
struct Stopwatch<'a> {
    state: &'a State,
    catalog: Catalog,
    /// The latest finished runs of a model, newest first.
    timed: HashMap<String, Vec<Timed>>,
}

impl<'a> Stopwatch<'a> {
    fn new(state: &'a State) -> Answer<Self> {
        Ok(Self {
            state,
            catalog: state.catalog()?,
            timed: HashMap::new(),
        })
    }

    fn estimate(&mut self, spec: &RunSpec) -> Answer<Estimate> {
        let (seconds, at_most) = (self.seconds(spec)?, spec.attack.may_end_early());
        Ok(Estimate {
            examples: disk::examples(spec, &self.catalog),
            points: spec.points() as u64,
            passes: self.passes(spec),
            at_most,
            seconds,
            likely: match seconds {
                Some(most) if at_most => self.likely(spec, most)?,
                _ => None,
            },
            memory: self.state.engine.memory(spec),
            kept_bytes: disk::kept_bytes(spec, &self.catalog),
        })
    }

    /// How many classes a model tells apart.
    fn classes(&self, model: &str) -> u64 {
        let model = self.catalog.model(model);
        model.map_or(0, |model| model.classes.len() as u64)
    }

    /// Forward and backward passes of one image, at most, over all images and passes over the data.
    fn passes(&self, spec: &RunSpec) -> u64 {
        let images = disk::examples(spec, &self.catalog) * spec.phases().len() as u64;
        images * spec.attack.passes(self.classes(&spec.model))
    }

    /// Seconds at most, at the pace of the latest finished runs of the model on this machine; nothing where there is none.
    fn seconds(&mut self, spec: &RunSpec) -> Answer<Option<f64>> {
        let pace = pace(self.timed(&spec.model)?);
        Ok(pace.map(|each| each * self.passes(spec) as f64))
    }

    /// The seconds that are likely: the median part of their bound that the latest runs of this attack on this model took.
    fn likely(&mut self, spec: &RunSpec, most: f64) -> Answer<Option<f64>> {
        let timed = self.timed(&spec.model)?;
        let Some(each) = pace(timed) else {
            return Ok(None);
        };
        let own = timed.iter().filter(|run| {
            run.spec.attack.id() == spec.attack.id() && run.spec.attack.may_end_early()
        });
        let shares = own.map(|run| run.seconds / (each * run.passes));
        let mut shares: Vec<f64> = shares.filter(|share| share.is_finite()).collect();
        shares.sort_unstable_by(f64::total_cmp);
        let median = quantile(&shares, 0.5);
        // Where nothing else was timed, such runs have set the pace themselves; a bound is never exceeded by what is likely.
        Ok(median.is_finite().then(|| most * median.min(1.0)))
    }

    fn timed(&mut self, model: &str) -> Answer<&[Timed]> {
        if !self.timed.contains_key(model) {
            let classes = self.classes(model);
            let rows = self.state.store.timings(model, LATEST_RUNS)?.into_iter();
            // A run of an attack that this program no longer knows tells nothing.
            let known = rows.filter_map(|(seconds, done, spec)| {
                let spec = RunSpec::from_json(&spec).ok()?;
                let images = done as f64 / spec.walked() as f64;
                let passes = images * spec.attack.passes(classes) as f64;
                Some(Timed {
                    seconds,
                    spec,
                    passes,
                })
            });
            self.timed.insert(model.to_owned(), known.collect());
        }
        Ok(self.timed.get(model).map_or(&[], Vec::as_slice))
    }
}

/// Seconds per forward or backward pass of one image.
///
/// Of an attack that lets images go it is not known here how many passes it spent, and a path spends its time on making
/// pictures: both count only where there is nothing else.
fn pace(timed: &[Timed]) -> Option<f64> {
    let odd = |run: &&Timed| run.spec.attack.may_end_early() || run.spec.attack.is_path();
    let others_exist = timed.iter().any(|run| !odd(&run));
    let counted = timed.iter().filter(|run| !others_exist || !odd(run));
    let counted: Vec<&Timed> = counted.take(TIMED_RUNS).collect();
    let sum = |part: fn(&Timed) -> f64| counted.iter().map(|run| part(run)).sum::<f64>();
    let (seconds, passes) = (sum(|run| run.seconds), sum(|run| run.passes));
    (passes > 0.0).then(|| seconds / passes)
}
