//! `GET /api/v1/runs/{id}/bands`

use super::pick::{Pick, look};
use super::query::Query;
use crate::failure::Answer;
use crate::state::State;
use axum::Json;
use axum::extract::{Path, State as Shared};
use valleyscope_shared::api::BandCurve;
use valleyscope_shared::problem::Problem;

/// The distribution of a measure at every recorded point: mean with its interval, median, quartiles, and how many.
#[utoipa::path(get, path = "/api/v1/runs/{id}/bands", tag = "results",
    params(("id" = String, Path, description = "The run's id"), Pick),
    responses((status = 200, body = BandCurve), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn bands(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
    Query(pick): Query<Pick>,
) -> Answer<Json<BandCurve>> {
    state
        .blocking(move |state| {
            look(state, &id, &pick, |pass| {
                let measure = pick.quantity()?;
                let population = pick.population();
                let curve = BandCurve::of(pass.readings, pass.pass, measure, population);
                Ok(Json(curve))
            })
        })
        .await
}
