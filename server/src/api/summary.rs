//! `GET /api/v1/runs/{id}/summary`

use super::pick::{Pick, look};
use super::query::Query;
use crate::failure::Answer;
use crate::state::State;
use axum::Json;
use axum::extract::{Path, State as Shared};
use valleyscope_shared::event::Summary;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::valley::{PassSummary, timeline};

/// The valley statistics of one pass, for any sharpness measure and population, with accuracy by step.
#[utoipa::path(get, path = "/api/v1/runs/{id}/summary", tag = "results",
    params(("id" = String, Path, description = "The run's id"), Pick),
    responses((status = 200, body = Summary), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn summary(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
    Query(pick): Query<Pick>,
) -> Answer<Json<Summary>> {
    state
        .blocking(move |state| {
            look(state, &id, &pick, |pass| {
                let summary =
                    PassSummary::of(pass.readings, pass.seed, pick.measure(), pick.population());
                Ok(Json(Summary {
                    pass: pass.pass,
                    summary,
                    timeline: timeline(pass.readings),
                }))
            })
        })
        .await
}
