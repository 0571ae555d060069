//! `POST /api/v1/runs/{id}/resume`

use super::create::accepted;
use crate::failure::{Answer, Failure};
use crate::ids;
use crate::order::{Order, order};
use crate::state::State;
use crate::store::RunRow;
use axum::extract::{Path, State as Shared};
use axum::response::Response;
use valleyscope_shared::api::RunView;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::run::Phase;

/// Goes on with a run that was cancelled, interrupted or failed: a new run that takes over what was computed, and computes the rest.
///
/// What was computed counts in whole batches of images. In a batch of runs the new one takes the place of the stopped one.
#[utoipa::path(post, path = "/api/v1/runs/{id}/resume", operation_id = "resume_run", tag = "runs",
    params(("id" = String, Path, description = "The run's id")),
    responses(
        (status = 202, body = RunView, headers(("Location" = String, description = "The new run's address"))),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem), (status = 507, body = Problem)))]
pub async fn resume(Shared(state): Shared<State>, Path(id): Path<String>) -> Answer<Response> {
    state
        .blocking(move |state| {
            let _turn = state.taking_turns();
            let row = state.sound_run(&id)?;
            let now = state.view(row.clone()).phase;
            if !now.stopped() {
                return Err(not_stopped(&id, now));
            }
            accepted(state, &go_on(state, row)?)
        })
        .await
}

/// Orders the run that goes on with a stopped one; its id.
pub fn go_on(state: &State, row: RunRow) -> Answer<String> {
    let wanted = Order {
        id: ids::run_id().map_err(Problem::from)?,
        spec: row.spec.clone(),
        repeat_of: None,
        resumes: Some(row),
        key: None,
    };
    order(state, wanted)
}

fn not_stopped(id: &str, phase: Phase) -> Failure {
    let detail = match phase {
        Phase::Finished => format!("run {id} is complete; repeat it to compute it again"),
        _ => format!("run {id} has not ended; it needs no resuming"),
    };
    Failure(Problem::new(
        "not-stopped",
        409,
        "The run was not stopped",
        detail,
    ))
}
