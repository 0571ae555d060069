//! `/api/v1/models/{id}`

use super::query::Query;

use crate::failure::{Answer, Failure};
use crate::state::State;
use axum::Json;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use valleyscope_engine::error::Error;
use valleyscope_engine::model::library;
use valleyscope_shared::catalog::ModelDetail;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::route;

/// One model: what the catalogue says of it, and its layers with their shapes, parameters and multiplications.
///
/// A name that a model had before leads to it.
#[utoipa::path(get, path = "/api/v1/models/{id}", operation_id = "model", tag = "catalogue",
    params(("id" = String, Path, description = "The model's name, as the catalogue has it")),
    responses(
        (status = 200, body = ModelDetail),
        (status = 308, description = "The model has another name by now", headers(("Location" = String, description = "Where it is"))),
        (status = 404, body = Problem)))]
pub async fn model(Shared(state): Shared<State>, Path(id): Path<String>) -> Answer<Response> {
    let answer = move |state: &State| {
        if state.catalog()?.model(&id).is_none()
            && let Some(now) = state.engine.renamed(&id)
        {
            return Ok(Redirect::permanent(&route::model(&now)).into_response());
        }
        Ok(Json(detail(state, &id)?).into_response())
    };
    state.blocking(answer).await
}

/// A model as a resource.
pub fn detail(state: &State, id: &str) -> Answer<ModelDetail> {
    let catalog = state.catalog()?;
    let Some(model) = catalog.model(id) else {
        return Err(Problem::not_found(format!("there is no model \"{id}\"")).into());
    };
    // Of one that cannot be used nothing more may be known.
    let (about, layers) = match model.problem {
        None => (state.engine.about(id)?, state.engine.layers(id)?),
        Some(_) => (state.engine.about(id).unwrap_or_default(), Vec::new()),
    };
    Ok(ModelDetail::new(model.clone(), about, layers))
}

/// Whether runs that were made with it matter.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Surely {
    /// Also where runs were made with it: they stay, and say that the model is gone.
    #[serde(default)]
    force: bool,
}

/// Removes a model. One with which runs were made is removed with `force` only; the runs stay.
#[utoipa::path(delete, path = "/api/v1/models/{id}", operation_id = "delete_model", tag = "catalogue",
    params(("id" = String, Path, description = "The model's name, as the catalogue has it"), Surely),
    responses((status = 204), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn delete(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
    Query(surely): Query<Surely>,
) -> Answer<StatusCode> {
    let gone = move |state: &State| {
        let Some(folder) = state.engine.models() else {
            return Err(Failure(Problem::internal("this server keeps no models")));
        };
        let names = state.engine.about(&id).unwrap_or_default().formerly;
        let mut runs = state.store.runs_of_model(&id)?;
        for former in names {
            runs += state.store.runs_of_model(&former)?;
        }
        let said = match runs {
            1 => "1 run was".to_owned(),
            many => format!("{many} runs were"),
        };
        if runs > 0 && !surely.force {
            return Err(Failure(Problem::new(
                "in-use",
                409,
                "Runs were made with this model",
                format!(
                    "{said} made with \"{id}\"; they stay when it is removed, but cannot be resumed; force=true removes it"
                ),
            )));
        }
        library::remove(&folder, &id).map_err(|error| {
            let words = error.to_string();
            Failure(match error {
                Error::Unknown { .. } => Problem::not_found(words),
                Error::Embedded { .. } => {
                    Problem::new("embedded", 409, "It comes with the program", words)
                }
                _ => Problem::internal(words),
            })
        })?;
        tracing::info!(model = id, "model {id} was removed");
        Ok(StatusCode::NO_CONTENT)
    };
    state.blocking(gone).await
}
