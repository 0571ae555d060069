//! `/api/v1/batches`: many runs with one id, one page and one cancel.

use super::create::{idempotency_key, json_text};
use super::delete::forget;
use super::estimate::seconds_left;
use super::resume::go_on;
use crate::auth::digest_bytes;
use crate::failure::{Answer, Failure};
use crate::order::order_batch;
use crate::state::State;
use crate::store::{BatchRow, RunRow};
use crate::{clock, ids};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use valleyscope_shared::api::RunView;
use valleyscope_shared::batch::{BatchList, BatchSpec, BatchView, RunFates};
use valleyscope_shared::problem::Problem;
use valleyscope_shared::run::Phase;

/// The most batches of the list.
const MOST: usize = 200;

/// Asks for many runs: every model under every attack. All are taken on, or none.
///
/// With an `Idempotency-Key`, the same request sent again within 24 hours gives the same batch, as long as its models and
/// its data set are what they were; else a new one.
#[utoipa::path(post, path = "/api/v1/batches", operation_id = "create_batch", tag = "batches", request_body = BatchSpec,
    params(("Idempotency-Key" = Option<String>, Header, min_length = 1, max_length = 200, pattern = "^[ -~]+$", description = "Any text of up to 200 characters that is new for every batch")),
    responses(
        (status = 202, body = BatchView, headers(("Location" = String, description = "The batch's address"))),
        (status = 415, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem), (status = 507, body = Problem)))]
pub async fn create(
    Shared(state): Shared<State>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Response> {
    let spec = BatchSpec::from_json(json_text(&headers, &body)?)?;
    let key = idempotency_key(&headers)?;
    let digest = digest_bytes(&body);
    state
        .blocking(move |state| {
            let _turn = state.taking_turns();
            if let Some(key) = &key
                && let Some((id, same)) = state.store.batch_of_key(key, &digest, clock::now_ms())?
            {
                if !same {
                    return Err(Failure(Problem::new(
                        "key-reused",
                        422,
                        "The idempotency key was used before",
                        "this Idempotency-Key came with another body within the last 24 hours; use a new key for a new batch",
                    )));
                }
                let runs = state.store.runs_of_batch(&id)?;
                let changed: Vec<String> = runs.iter().flat_map(|run| state.changed(run)).collect();
                match changed.first() {
                    None => return accepted(state, &id),
                    Some(what) => tracing::info!(
                        batch = id,
                        "batch {id} was asked for again with its key and is computed anew: {what}"
                    ),
                }
            }
            let id = ids::run_id().map_err(Problem::from)?;
            order_batch(state, &id, spec, key.as_deref().map(|key| (key, &digest)))?;
            accepted(state, &id)
        })
        .await
}

fn accepted(state: &State, id: &str) -> Answer<Response> {
    let location = [(header::LOCATION, format!("/api/v1/batches/{id}"))];
    Ok((StatusCode::ACCEPTED, location, Json(view(state, id)?)).into_response())
}

fn row(state: &State, id: &str) -> Answer<BatchRow> {
    state.store.batch(id)?.ok_or_else(|| no_batch(id))
}

/// A batch whose description cannot be read can still be stopped and deleted.
fn exists(state: &State, id: &str) -> Answer<()> {
    match state.store.has_batch(id)? {
        true => Ok(()),
        false => Err(no_batch(id)),
    }
}

fn no_batch(id: &str) -> Failure {
    let detail = format!("there is no batch \"{id}\"; it may have been deleted");
    Failure(Problem::new(
        "no-batch",
        404,
        "There is no such batch",
        detail,
    ))
}

/// A batch with its runs as they are now, and what they say together.
pub fn view(state: &State, id: &str) -> Answer<BatchView> {
    let BatchRow {
        id,
        title,
        spec,
        created_ms,
    } = row(state, id)?;
    let rows = state.store.runs_of_batch(&id)?;
    let runs: Vec<RunView> = rows.iter().map(|row| state.view(row.clone())).collect();
    let fates: Vec<_> = (rows.iter().zip(&runs))
        .map(|(row, run)| fates(state, row, run))
        .collect();
    let left = seconds_left(state, &runs)?;
    let runs = (runs, fates.as_slice());
    Ok(BatchView::new(id, title, created_ms, spec, runs, left))
}

/// What became of the images of a run, once it has finished; nothing of one that cannot be read, which the row that lacks it says.
fn fates(state: &State, row: &RunRow, run: &RunView) -> Option<Arc<RunFates>> {
    let finished = run.phase == Phase::Finished && run.problem.is_none();
    let read = finished.then(|| state.fates.of(state, row))?;
    read.inspect_err(
        |error| tracing::error!(run = row.id, %error, "run {} cannot be read: {error}", row.id),
    )
    .ok()
}

/// The latest batches, newest first.
#[utoipa::path(get, path = "/api/v1/batches", operation_id = "list_batches", tag = "batches", responses((status = 200, body = BatchList)))]
pub async fn list(Shared(state): Shared<State>) -> Answer<Json<BatchList>> {
    state
        .blocking(|state| {
            Ok(Json(BatchList {
                batches: state.store.batches(MOST)?,
            }))
        })
        .await
}

/// A batch with its runs as they are now.
#[utoipa::path(get, path = "/api/v1/batches/{id}", operation_id = "read_batch", tag = "batches",
    params(("id" = String, Path, description = "The batch's id")),
    responses((status = 200, body = BatchView), (status = 404, body = Problem)))]
pub async fn read(Shared(state): Shared<State>, Path(id): Path<String>) -> Answer<Json<BatchView>> {
    state
        .blocking(move |state| Ok(Json(view(state, &id)?)))
        .await
}

/// Asks every run of a batch to stop that has not ended. Asking again changes nothing.
#[utoipa::path(post, path = "/api/v1/batches/{id}/cancel", operation_id = "cancel_batch", tag = "batches",
    params(("id" = String, Path, description = "The batch's id")),
    responses((status = 202, body = BatchView), (status = 404, body = Problem)))]
pub async fn cancel(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
) -> Answer<(StatusCode, Json<BatchView>)> {
    state
        .blocking(move |state| {
            exists(state, &id)?;
            // From the last on, so that none begins because the one before it has just stopped.
            for run in state.store.runs_of_batch(&id)?.iter().rev() {
                state.queue.cancel(&run.id);
            }
            tracing::info!(batch = id, "batch {id} is to be cancelled");
            Ok((StatusCode::ACCEPTED, Json(view(state, &id)?)))
        })
        .await
}

/// Goes on with every run of a batch that was cancelled, interrupted or failed. The new runs take the places of the stopped ones.
#[utoipa::path(post, path = "/api/v1/batches/{id}/resume", operation_id = "resume_batch", tag = "batches",
    params(("id" = String, Path, description = "The batch's id")),
    responses((status = 202, body = BatchView), (status = 404, body = Problem), (status = 409, body = Problem), (status = 429, body = Problem), (status = 507, body = Problem)))]
pub async fn resume(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
) -> Answer<(StatusCode, Json<BatchView>)> {
    state
        .blocking(move |state| {
            let _turn = state.taking_turns();
            exists(state, &id)?;
            let mut runs = state.store.runs_of_batch(&id)?;
            runs.retain(|run| run.problem.is_none());
            runs.retain(|run| state.view(run.clone()).phase.stopped());
            if runs.is_empty() {
                let detail = "every run of the batch is complete or has not ended";
                let title = "No run was stopped";
                return Err(Problem::new("not-stopped", 409, title, detail).into());
            }
            state.queue.has_room_for(runs.len())?;
            for run in runs {
                go_on(state, run)?;
            }
            Ok((StatusCode::ACCEPTED, Json(view(state, &id)?)))
        })
        .await
}

/// Forgets a batch with all its runs.
#[utoipa::path(delete, path = "/api/v1/batches/{id}", operation_id = "delete_batch", tag = "batches",
    params(("id" = String, Path, description = "The batch's id")),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn delete(Shared(state): Shared<State>, Path(id): Path<String>) -> Answer<StatusCode> {
    state
        .blocking(move |state| {
            exists(state, &id)?;
            let runs = state.store.runs_of_batch(&id)?;
            if let Some(run) = runs.iter().find(|run| state.log.live(&run.id).is_some()) {
                let detail = format!(
                    "run {} has not ended; cancel the batch, then delete it",
                    run.id
                );
                return Err(
                    Problem::new("not-ended", 409, "The batch has not ended", detail).into(),
                );
            }
            for run in &runs {
                forget(state, run)?;
            }
            state.store.delete_batch(&id)?;
            Ok(StatusCode::NO_CONTENT)
        })
        .await
}
