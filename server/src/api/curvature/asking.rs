//! What can be asked for, what it would take, and asking.

use super::accepted;
use crate::api::create::json_text;
use crate::api::estimate::pace_of;
use crate::curvature;
use crate::failure::Answer;
use crate::state::State;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::http::HeaderMap;
use axum::response::Response;
use valleyscope_shared::curvature::{
    CurvatureCatalog, CurvatureEstimate, CurvatureLayers, CurvatureSpec, CurvatureView,
};
use valleyscope_shared::problem::Problem;

/// Which measures can be asked for on demand, and the fields of what asks.
#[utoipa::path(get, path = "/api/v1/curvature", operation_id = "curvature_fields", tag = "curvature",
    responses((status = 200, body = CurvatureCatalog)))]
pub async fn fields() -> Json<CurvatureCatalog> {
    Json(CurvatureCatalog::default())
}

/// The layers of a model whose curvature can be asked for.
#[utoipa::path(get, path = "/api/v1/models/{id}/layers", operation_id = "curvature_layers", tag = "curvature",
    params(("id" = String, Path, description = "The model's name, as the catalogue has it")),
    responses((status = 200, body = CurvatureLayers), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn layers(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
) -> Answer<Json<CurvatureLayers>> {
    state
        .blocking(move |state| {
            if state.catalog()?.model(&id).is_none() {
                return Err(Problem::not_found(format!("there is no model \"{id}\"")).into());
            }
            let layers = state.engine.curvature_layers(&id)?;
            Ok(Json(CurvatureLayers { layers }))
        })
        .await
}

/// How long measures on demand of a run would take and what they would need.
#[utoipa::path(post, path = "/api/v1/runs/{id}/curvature/estimate", operation_id = "estimate_curvature", tag = "curvature", request_body = CurvatureSpec,
    params(("id" = String, Path, description = "The run's id")),
    responses((status = 200, body = CurvatureEstimate), (status = 404, body = Problem), (status = 409, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)))]
pub async fn estimate(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Json<CurvatureEstimate>> {
    let text = json_text(&headers, &body).map(str::to_owned);
    state
        .blocking(move |state| {
            let run = state.sound_run(&id)?;
            let wanted = CurvatureSpec::from_json(&text?)?;
            let known = state.run_state(&run)?;
            let sized = curvature::estimate(&state.desk(), &run, &known, &wanted)?;
            let pace = pace_of(state, &run.spec.model)?;
            let (passes, memory) = (sized.needs.passes, sized.needs.memory);
            Ok(Json(CurvatureEstimate {
                examples: u64::from(sized.spec.examples),
                places: sized.places,
                passes,
                seconds: pace.map(|each| each * passes as f64),
                memory,
                fits: memory <= sized.spec.memory,
            }))
        })
        .await
}

/// Asks for measures on demand of a run that computes or has ended; they wait in one line with runs, behind the run itself.
#[utoipa::path(post, path = "/api/v1/runs/{id}/curvature", operation_id = "ask_curvature", tag = "curvature", request_body = CurvatureSpec,
    params(("id" = String, Path, description = "The run's id")),
    responses(
        (status = 202, body = CurvatureView, headers(("Location" = String, description = "The job's address"))),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem), (status = 507, body = Problem)))]
pub async fn ask(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Response> {
    let text = json_text(&headers, &body).map(str::to_owned);
    state
        .blocking(move |state| {
            let _turn = state.taking_turns();
            let run = state.sound_run(&id)?;
            let wanted = CurvatureSpec::from_json(&text?)?;
            let job = curvature::ask(&state.desk(), &state.catalog()?, &run, &wanted)?;
            accepted(state, &run, job)
        })
        .await
}
