//! `GET /api/v1/runs/{id}/export.json`, `.csv` and `.npz`

use super::document::Bytes;
use super::query::Query;
use crate::export::{JobRecord, Record, ResultFile, streamed, write_csv, write_json, write_npz};
use crate::failure::Answer;
use crate::shelf::Passes;
use crate::state::State;
use axum::body::Body;
use axum::extract::{Path, State as Shared};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::io::{self, Write};
use valleyscope_shared::problem::Problem;

/// How much of a run.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Detail {
    /// Whether the readings of single examples are left out; `false` when left out itself.
    brief: Option<bool>,
}

/// A run's results as JSON, in the layout of the golden files.
#[utoipa::path(get, path = "/api/v1/runs/{id}/export.json", operation_id = "export_json", tag = "exports",
    params(("id" = String, Path, description = "The run's id"), Detail),
    responses((status = 200, body = ResultFile), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
pub async fn json(
    state: Shared<State>,
    id: Path<String>,
    Query(detail): Query<Detail>,
) -> Answer<Response> {
    let brief = detail.brief.unwrap_or(false);
    file(state, id, "json", "application/json", move |record, to| {
        write_json(record, to, brief)
    })
    .await
}

/// A run's readings as CSV, one line per example and point.
#[utoipa::path(get, path = "/api/v1/runs/{id}/export.csv", operation_id = "export_csv", tag = "exports",
    params(("id" = String, Path, description = "The run's id")),
    responses((status = 200, content_type = "text/csv", body = String), (status = 404, body = Problem), (status = 409, body = Problem), (status = 503, body = Problem)))]
pub async fn csv(state: Shared<State>, id: Path<String>) -> Answer<Response> {
    file(state, id, "csv", "text/csv; charset=utf-8", |record, to| {
        write_csv(record, to)
    })
    .await
}

/// A run's readings as arrays for NumPy.
#[utoipa::path(get, path = "/api/v1/runs/{id}/export.npz", operation_id = "export_npz", tag = "exports",
    params(("id" = String, Path, description = "The run's id")),
    responses((status = 200, content_type = "application/zip", body = Bytes), (status = 404, body = Problem), (status = 409, body = Problem), (status = 503, body = Problem)))]
pub async fn npz(state: Shared<State>, id: Path<String>) -> Answer<Response> {
    file(state, id, "npz", "application/zip", |record, to| {
        write_npz(record, to)
    })
    .await
}

async fn file(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
    ending: &str,
    kind: &'static str,
    write: impl FnOnce(&Record, &mut dyn Write) -> io::Result<()> + Send + 'static,
) -> Answer<Response> {
    let room = state.exports.clone().try_acquire_owned().map_err(|_| {
        Problem::new(
            "busy",
            503,
            "Too many files are being sent",
            "as many files as this server sends at a time are on their way; try again in a few seconds",
        )
    })?;
    let (id, record) = state
        .blocking(move |state| {
            let row = state.sound_run(&id)?;
            let run = state.run_state(&row)?;
            let passes = state
                .shelf
                .look(&state.store, row.number, &run, Passes::share)?;
            let jobs = JobRecord::all(&state.store, &row)?;
            let record = Record::new(row.spec, &run, passes).ok_or_else(|| {
                Problem::new(
                    "not-started",
                    409,
                    "Nothing is computed yet",
                    "the run has not started, so there is nothing to export",
                )
            })?;
            Ok((row.id, record.with(jobs)))
        })
        .await?;
    let body: Body = streamed(move |to| {
        let written = write(&record, to);
        drop((record, room));
        state.shelf.tidy();
        written
    });
    let name = format!("attachment; filename=\"valleyscope-{id}.{ending}\"");
    Ok((
        [
            (header::CONTENT_TYPE, kind.to_owned()),
            (header::CONTENT_DISPOSITION, name),
        ],
        body,
    )
        .into_response())
}
