//! `POST /api/v1/runs/{id}/cancel`

use crate::failure::Answer;
use crate::state::State;
use axum::Json;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use valleyscope_shared::api::RunView;
use valleyscope_shared::problem::Problem;

/// Asks a run to stop: at once when it waits, within one step when it computes. What was computed is kept.
///
/// Asking again, or asking a run that has ended, changes nothing.
#[utoipa::path(post, path = "/api/v1/runs/{id}/cancel", operation_id = "cancel_run", tag = "runs",
    params(("id" = String, Path, description = "The run's id")),
    responses((status = 202, body = RunView), (status = 404, body = Problem)))]
pub async fn cancel(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
) -> Answer<(StatusCode, Json<RunView>)> {
    state
        .blocking(move |state| {
            state.run(&id)?;
            if state.queue.cancel(&id) {
                tracing::info!(run = id, "run {id} is to be cancelled");
            }
            Ok((StatusCode::ACCEPTED, Json(state.view(state.run(&id)?))))
        })
        .await
}
