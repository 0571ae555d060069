//! `GET /api/v1/catalog`

use crate::failure::Answer;
use crate::state::State;
use axum::Json;
use axum::extract::State as Shared;
use valleyscope_shared::catalog::Catalog;

/// What there is to choose from: models, data sets, attacks with limits and defaults, measures, presets, devices.
#[utoipa::path(get, path = "/api/v1/catalog", tag = "catalogue", responses((status = 200, body = Catalog)))]
pub async fn catalog(Shared(state): Shared<State>) -> Answer<Json<Catalog>> {
    state.blocking(|state| Ok(Json(state.catalog()?))).await
}
