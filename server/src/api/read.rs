//! `GET /api/v1/runs/{id}`

use crate::auth::digest_bytes;
use crate::failure::Answer;
use crate::state::State;
use axum::Json;
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use valleyscope_shared::api::RunView;
use valleyscope_shared::problem::Problem;

/// A run. Once it has ended, what was computed never changes, and it has an `ETag`.
#[utoipa::path(get, path = "/api/v1/runs/{id}", operation_id = "read_run", tag = "runs",
    params(("id" = String, Path, description = "The run's id")),
    responses((status = 200, body = RunView), (status = 304), (status = 404, body = Problem)))]
pub async fn read(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer<Response> {
    state
        .blocking(move |state| {
            let row = state.run(&id)?;
            let epoch = row.epoch;
            let view = state.view(row);
            let tag = view_tag(&view, epoch);
            Ok(if view.phase.ended() {
                tagged(&headers, &tag, Json(view).into_response())
            } else {
                Json(view).into_response()
            })
        })
        .await
}

/// The tag of something about a run that has ended.
pub fn tag(id: &str, epoch: u64) -> String {
    format!("\"{id}.{epoch}\"")
}

/// The tag of a run's view: what was computed never changes, but what has become of its inputs and what people say of it may.
pub fn view_tag(view: &RunView, epoch: u64) -> String {
    let id = &view.id;
    let may_change = format!(
        "{:?}",
        (
            &view.changed,
            &view.title,
            &view.note,
            &view.tags,
            view.pinned
        )
    );
    let digest = digest_bytes(may_change.as_bytes());
    let short: String = digest[..4]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    tag(&format!("{id}.{short}"), epoch)
}

/// The answer with its tag; 304 for one who has it already.
pub fn tagged(request: &HeaderMap, tag: &str, mut answer: Response) -> Response {
    let known = request
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok());
    if known.is_some_and(|known| {
        known
            .split(',')
            .any(|one| one.trim().trim_start_matches("W/") == tag)
    }) {
        answer = StatusCode::NOT_MODIFIED.into_response();
    }
    if let Ok(value) = tag.parse() {
        answer.headers_mut().insert(header::ETAG, value);
        answer.headers_mut().insert(
            header::CACHE_CONTROL,
            axum::http::HeaderValue::from_static("private, no-cache"),
        );
    }
    answer
}
