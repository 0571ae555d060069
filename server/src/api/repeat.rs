//! `POST /api/v1/runs/{id}/repeat`

use super::create::accepted;
use crate::failure::Answer;
use crate::ids;
use crate::order::{Order, order};
use crate::state::State;
use axum::extract::{Path, State as Shared};
use axum::response::Response;
use valleyscope_shared::api::RunView;
use valleyscope_shared::problem::Problem;

/// Asks for the same run again.
#[utoipa::path(post, path = "/api/v1/runs/{id}/repeat", operation_id = "repeat_run", tag = "runs",
    params(("id" = String, Path, description = "The run's id")),
    responses(
        (status = 202, body = RunView, headers(("Location" = String, description = "The new run's address"))),
        (status = 404, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem), (status = 507, body = Problem)))]
pub async fn repeat(Shared(state): Shared<State>, Path(id): Path<String>) -> Answer<Response> {
    state
        .blocking(move |state| {
            let row = state.sound_run(&id)?;
            let id = order(
                state,
                Order {
                    id: ids::run_id().map_err(Problem::from)?,
                    spec: row.spec,
                    repeat_of: Some(row.id),
                    resumes: None,
                    key: None,
                },
            )?;
            accepted(state, &id)
        })
        .await
}
