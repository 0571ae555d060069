//! `GET /api/v1/runs/{id}/subset`

use super::pick::{Pick, look};
use super::query::Query;
use crate::failure::Answer;
use crate::state::State;
use axum::Json;
use axum::extract::{Path, State as Shared};
use valleyscope_shared::problem::Problem;
use valleyscope_shared::run::Pass;

/// One pass as the run's snapshot has it, over some of its examples: the distributions at every point, and the statistics.
#[utoipa::path(get, path = "/api/v1/runs/{id}/subset", tag = "results",
    params(("id" = String, Path, description = "The run's id"), Pick),
    responses((status = 200, body = Pass), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn subset(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
    Query(pick): Query<Pick>,
) -> Answer<Json<Pass>> {
    state
        .blocking(move |state| {
            look(state, &id, &pick, |pass| {
                Ok(Json(Pass::of(
                    pass.readings,
                    pass.pass,
                    pass.seed,
                    pick.population(),
                )))
            })
        })
        .await
}
