//! `PATCH /api/v1/runs/{id}`

use super::create::json_text;
use crate::failure::{Answer, Failure};
use crate::state::State;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::http::HeaderMap;
use valleyscope_shared::api::RunView;
use valleyscope_shared::listing::RunChange;
use valleyscope_shared::problem::Problem;

/// Changes what people say of a run: its title, a note, its tags, and whether it is pinned.
///
/// What is left out stays as it is, and null takes back what was said. What was computed never changes.
#[utoipa::path(patch, path = "/api/v1/runs/{id}", operation_id = "change_run", tag = "runs", request_body = RunChange,
    params(("id" = String, Path, description = "The run's id")),
    responses((status = 200, body = RunView), (status = 404, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)))]
pub async fn change(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Json<RunView>> {
    let change = RunChange::from_json(json_text(&headers, &body)?)?;
    state
        .blocking(move |state| {
            if !state.store.change_run(&id, &change)? {
                return Err(Failure::no_run(&id));
            }
            Ok(Json(state.view(state.run(&id)?)))
        })
        .await
}
