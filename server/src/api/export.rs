//! `GET /api/v1/runs/{id}/export.json`, `.csv` and `.npz`

use crate::export::{Record, streamed, write_csv, write_json, write_npz};
use crate::failure::Answer;
use crate::shelf::Passes;
use crate::state::State;
use axum::body::Body;
use axum::extract::{Path, State as Shared};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use std::io::{self, Write};
use valleyscope_shared::problem::Problem;

/// A run's results as JSON, in the layout of the golden files.
#[utoipa::path(get, path = "/api/v1/runs/{id}/export.json", tag = "exports",
    params(("id" = String, Path, description = "The run's id")),
    responses((status = 200, content_type = "application/json", body = Vec<u8>), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn json(state: Shared<State>, id: Path<String>) -> Answer<Response> {
    file(state, id, "json", "application/json", |record, to| {
        write_json(record, to)
    })
    .await
}

/// A run's readings as CSV, one line per example and point.
#[utoipa::path(get, path = "/api/v1/runs/{id}/export.csv", tag = "exports",
    params(("id" = String, Path, description = "The run's id")),
    responses((status = 200, content_type = "text/csv", body = String), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn csv(state: Shared<State>, id: Path<String>) -> Answer<Response> {
    file(state, id, "csv", "text/csv; charset=utf-8", |record, to| {
        write_csv(record, to)
    })
    .await
}

/// A run's readings as arrays for NumPy.
#[utoipa::path(get, path = "/api/v1/runs/{id}/export.npz", tag = "exports",
    params(("id" = String, Path, description = "The run's id")),
    responses((status = 200, content_type = "application/zip", body = Vec<u8>), (status = 404, body = Problem), (status = 409, body = Problem)))]
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
    write: fn(&Record, &mut dyn Write) -> io::Result<()>,
) -> Answer<Response> {
    let (id, record) = state
        .blocking(move |state| {
            let row = state.sound_run(&id)?;
            let run = state.run_state(&row)?;
            let passes = Passes::read(&state.store, row.number, &run)?;
            let record = Record::new(row.spec, &run, passes).ok_or_else(|| {
                Problem::new(
                    "not-started",
                    409,
                    "Nothing is computed yet",
                    "the run has not started, so there is nothing to export",
                )
            })?;
            Ok((row.id, record))
        })
        .await?;
    let body: Body = streamed(move |to| write(&record, to));
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
