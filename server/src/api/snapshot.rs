//! `GET /api/v1/runs/{id}/snapshot`

use super::read::{tagged, view_tag};
use crate::failure::Answer;
use crate::log::Cursor;
use crate::state::State;
use axum::Json;
use axum::extract::{Path, State as Shared};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use valleyscope_shared::api::Snapshot;
use valleyscope_shared::problem::Problem;

/// A run with the fold over its events so far, and the cursor from which to go on.
#[utoipa::path(get, path = "/api/v1/runs/{id}/snapshot", tag = "runs",
    params(("id" = String, Path, description = "The run's id")),
    responses((status = 200, body = Snapshot), (status = 304), (status = 404, body = Problem)))]
pub async fn snapshot(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer<Response> {
    state
        .blocking(move |state| {
            // The row is read after the log, so that a run that ends between the two is not seen as running without a log.
            let live = state.log.live(&id).map(|live| (live.epoch, live.state()));
            let row = state.run(&id)?;
            let (epoch, fold) = match live {
                Some(live) => live,
                None => (row.epoch, state.run_state(&row)?),
            };
            let cursor = Cursor {
                epoch: Some(epoch),
                seq: fold.seq,
            }
            .to_string();
            let run = state.view(row);
            let known = match fold.curvature.is_empty() {
                true => view_tag(&run, epoch),
                // What is asked for later makes it another one.
                false => view_tag(&run, epoch).replacen('"', &format!("\"{}.", fold.seq), 1),
            };
            let snapshot = Snapshot {
                run,
                cursor,
                state: fold,
            };
            let over = snapshot.state.is_over();
            let answer = Json(snapshot).into_response();
            Ok(if over {
                tagged(&headers, &known, answer)
            } else {
                answer
            })
        })
        .await
}
