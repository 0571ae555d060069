//! Looking at measures on demand.

use super::job;
use crate::curvature;
use crate::export::streamed;
use crate::failure::Answer;
use crate::state::State;
use axum::Json;
use axum::extract::{Path, State as Shared};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use valleyscope_shared::curvature::{CurvatureList, CurvatureValues, CurvatureView};
use valleyscope_shared::problem::Problem;

/// The measures on demand of a run, in the order in which they were asked for, without what was computed.
#[utoipa::path(get, path = "/api/v1/runs/{id}/curvature", operation_id = "list_curvature", tag = "curvature",
    params(("id" = String, Path, description = "The run's id")),
    responses((status = 200, body = CurvatureList), (status = 404, body = Problem)))]
pub async fn list(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
) -> Answer<Json<CurvatureList>> {
    state
        .blocking(move |state| {
            let run = state.run(&id)?;
            let jobs = state.store.jobs(run.number)?.into_iter();
            let view = |job| curvature::view(&state.store, Some(&state.queue), &run, job, false);
            let jobs = jobs.map(view).collect::<Result<_, _>>()?;
            Ok(Json(CurvatureList { jobs }))
        })
        .await
}

/// Measures on demand of a run: where they are, their distributions over the examples so far, and their densities.
#[utoipa::path(get, path = "/api/v1/runs/{id}/curvature/{job}", operation_id = "read_curvature", tag = "curvature",
    params(("id" = String, Path, description = "The run's id"), ("job" = u32, Path, minimum = 1, description = "The number of the job, from 1")),
    responses((status = 200, body = CurvatureView), (status = 404, body = Problem)))]
pub async fn read(
    Shared(state): Shared<State>,
    Path((id, number)): Path<(String, u32)>,
) -> Answer<Json<CurvatureView>> {
    state
        .blocking(move |state| {
            let run = state.run(&id)?;
            let job = job(state, &run, number)?;
            let queue = Some(state.queue.as_ref());
            Ok(Json(curvature::view(&state.store, queue, &run, job, true)?))
        })
        .await
}

/// Every value of measures on demand, with standard errors and residuals.
#[utoipa::path(get, path = "/api/v1/runs/{id}/curvature/{job}/values", operation_id = "curvature_values", tag = "curvature",
    params(("id" = String, Path, description = "The run's id"), ("job" = u32, Path, minimum = 1, description = "The number of the job, from 1")),
    responses((status = 200, body = CurvatureValues), (status = 404, body = Problem)))]
pub async fn values(
    Shared(state): Shared<State>,
    Path((id, number)): Path<(String, u32)>,
) -> Answer<Json<CurvatureValues>> {
    state
        .blocking(move |state| {
            let run = state.run(&id)?;
            let job = job(state, &run, number)?;
            Ok(Json(curvature::values(&state.store, &run, &job)?))
        })
        .await
}

/// The same as CSV, one line per example, point, layer and measure.
#[utoipa::path(get, path = "/api/v1/runs/{id}/curvature/{job}/values.csv", operation_id = "curvature_values_csv", tag = "curvature",
    params(("id" = String, Path, description = "The run's id"), ("job" = u32, Path, minimum = 1, description = "The number of the job, from 1")),
    responses((status = 200, content_type = "text/csv", body = String), (status = 404, body = Problem)))]
pub async fn values_as_csv(
    Shared(state): Shared<State>,
    Path((id, number)): Path<(String, u32)>,
) -> Answer<Response> {
    let (run, job, values) = state
        .blocking(move |state| {
            let run = state.run(&id)?;
            let job = job(state, &run, number)?;
            let values = curvature::values(&state.store, &run, &job)?;
            Ok((run, job, values))
        })
        .await?;
    let name = format!(
        "attachment; filename=\"valleyscope-{}-curvature-{number}.csv\"",
        run.id
    );
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
    ];
    let body = streamed(move |to| curvature::write_values(&run, number, &job.spec, &values, to));
    Ok((headers, body).into_response())
}
