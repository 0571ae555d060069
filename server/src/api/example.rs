//! `GET /api/v1/runs/{id}/examples/{row}`

use super::pick::{awaited, look_at};
use super::query::Query;
use crate::failure::{Answer, Failure};
use crate::kept::read_row;
use crate::state::State;
use axum::Json;
use axum::extract::{Path, State as Shared};
use serde::Deserialize;
use valleyscope_shared::api::ExampleDetail;
use valleyscope_shared::measure::{self, Measure};
use valleyscope_shared::num::Num;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::valley::path;

/// Measure and pass.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Of {
    /// The sharpness that peaks and ratios are read from; `kappa_tr` when left out.
    measure: Option<Measure>,
    /// Which pass, by its place among the run's epsilons and seeds; the first with the largest epsilon when left out.
    pass: Option<usize>,
}

/// Everything about one example: its path, its curves and, where its iterates are kept, its class probabilities.
#[utoipa::path(get, path = "/api/v1/runs/{id}/examples/{row}", tag = "results",
    params(("id" = String, Path, description = "The run's id"), ("row" = usize, Path, description = "The example's row in the run"), Of),
    responses((status = 200, body = ExampleDetail), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn example(
    Shared(state): Shared<State>,
    Path((id, row)): Path<(String, usize)>,
    Query(of): Query<Of>,
) -> Answer<Json<ExampleDetail>> {
    let measure = of.measure.unwrap_or(Measure::KappaTr);
    state
        .blocking(move |state| Ok(Json(detail(state, &id, of.pass, measure, row)?)))
        .await
}

/// The document itself; the exported figures use it too.
///
/// # Errors
/// Status 404 for a run or an example that is not there, 409 before the example has begun.
pub fn detail(
    state: &State,
    id: &str,
    pass: Option<usize>,
    measure: Measure,
    row: usize,
) -> Answer<ExampleDetail> {
    let run = state.run(id)?;
    let known = state.run_state(&run)?;
    let pass = pass.unwrap_or_else(|| known.main_pass());
    // Asked before the readings, so that a run that ends between the two has them.
    let awaited = awaited(&known, row);
    let kept = read_row(&state.store.kept_path(&run.id), pass, row)?;
    look_at(state, &run, &known, Some(pass), |pass| {
        let path = path(pass.readings, measure, row).ok_or_else(|| {
            let nothing = || Failure(Problem::not_found(format!("the run has no example {row}")));
            awaited.unwrap_or_else(nothing)
        })?;
        let curve = |measure| {
            pass.readings
                .curve(measure, row)
                .into_iter()
                .map(Num)
                .collect()
        };
        Ok(ExampleDetail {
            path,
            curves: measure::ALL
                .iter()
                .map(|measure| (*measure, curve(*measure)))
                .collect(),
            kept: !kept.is_empty(),
            probabilities: kept.iter().map(|point| softmax(&point.logits)).collect(),
        })
    })
}

/// Class probabilities; the largest logit is subtracted first, so nothing overflows.
fn softmax(logits: &[f64]) -> Vec<Num> {
    let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights: Vec<f64> = logits.iter().map(|logit| (logit - largest).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights
        .into_iter()
        .map(|weight| Num(weight / sum))
        .collect()
}
