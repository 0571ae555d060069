//! `GET /api/v1/models/{id}`

use crate::failure::Answer;
use crate::state::State;
use axum::Json;
use axum::extract::{Path, State as Shared};
use valleyscope_shared::catalog::ModelDetail;
use valleyscope_shared::problem::Problem;

/// One model: what the catalogue says of it, and its layers with their shapes, parameters and multiplications.
#[utoipa::path(get, path = "/api/v1/models/{id}", operation_id = "model", tag = "catalogue",
    params(("id" = String, Path, description = "The model's name, as the catalogue has it")),
    responses((status = 200, body = ModelDetail), (status = 404, body = Problem)))]
pub async fn model(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
) -> Answer<Json<ModelDetail>> {
    let detail = move |state: &State| {
        let catalog = state.catalog()?;
        let Some(model) = catalog.model(&id) else {
            return Err(Problem::not_found(format!("there is no model \"{id}\"")).into());
        };
        let layers = match model.problem {
            None => state.engine.layers(&id)?,
            Some(_) => Vec::new(),
        };
        Ok(Json(ModelDetail::new(model.clone(), layers)))
    };
    state.blocking(detail).await
}
