//! Stopping measures on demand, and going on with them.

use super::{accepted, job};
use crate::curvature;
use crate::failure::Answer;
use crate::state::State;
use axum::extract::{Path, State as Shared};
use axum::response::Response;
use valleyscope_shared::curvature::CurvatureView;
use valleyscope_shared::problem::Problem;

/// Asks measures on demand to stop: at once when they wait, soon when they compute. What was computed is kept.
///
/// Asking again, or asking those that have ended, changes nothing.
#[utoipa::path(post, path = "/api/v1/runs/{id}/curvature/{job}/cancel", operation_id = "cancel_curvature", tag = "curvature",
    params(("id" = String, Path, description = "The run's id"), ("job" = u32, Path, minimum = 1, description = "The number of the job, from 1")),
    responses((status = 202, body = CurvatureView), (status = 404, body = Problem)))]
pub async fn cancel(
    Shared(state): Shared<State>,
    Path((id, number)): Path<(String, u32)>,
) -> Answer<Response> {
    state
        .blocking(move |state| {
            let run = state.run(&id)?;
            job(state, &run, number)?;
            if state.queue.cancel_curvature(&run.id, number) {
                tracing::info!(
                    run = id,
                    job = number,
                    "job {number} of run {id} is to be cancelled"
                );
            }
            accepted(state, &run, number)
        })
        .await
}

/// Goes on with measures on demand that were cancelled, interrupted or failed. What they computed is not computed again.
#[utoipa::path(post, path = "/api/v1/runs/{id}/curvature/{job}/resume", operation_id = "resume_curvature", tag = "curvature",
    params(("id" = String, Path, description = "The run's id"), ("job" = u32, Path, minimum = 1, description = "The number of the job, from 1")),
    responses(
        (status = 202, body = CurvatureView, headers(("Location" = String, description = "The job's address"))),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 429, body = Problem), (status = 507, body = Problem)))]
pub async fn resume(
    Shared(state): Shared<State>,
    Path((id, number)): Path<(String, u32)>,
) -> Answer<Response> {
    state
        .blocking(move |state| {
            let _turn = state.taking_turns();
            let run = state.sound_run(&id)?;
            let job = job(state, &run, number)?;
            curvature::go_on(&state.desk(), &state.catalog()?, &run, &job)?;
            accepted(state, &run, number)
        })
        .await
}
