//! `GET /api/v1/runs/{id}/aligned`

use super::pick::{Pick, look};
use super::query::Query;
use crate::failure::Answer;
use crate::state::State;
use axum::Json;
use axum::extract::{Path, State as Shared};
use valleyscope_shared::problem::Problem;
use valleyscope_shared::valley::{Aligned, aligned as aligned_of};

/// A measure against the steps since each example's own first flip.
#[utoipa::path(get, path = "/api/v1/runs/{id}/aligned", tag = "results",
    params(("id" = String, Path, description = "The run's id"), Pick),
    responses((status = 200, body = Aligned), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn aligned(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
    Query(pick): Query<Pick>,
) -> Answer<Json<Aligned>> {
    state
        .blocking(move |state| {
            look(state, &id, &pick, |pass| {
                Ok(Json(aligned_of(
                    pass.readings,
                    pass.pass,
                    pick.quantity()?,
                    pick.population(),
                )))
            })
        })
        .await
}
