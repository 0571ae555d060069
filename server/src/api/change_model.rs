//! `PATCH /api/v1/models/{id}`

use super::create::json_text;
use super::model::detail;
use crate::failure::{Answer, Failure};
use crate::state::State;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State as Shared};
use axum::http::HeaderMap;
use std::path::Path as Folder;
use valleyscope_engine::error::Error;
use valleyscope_engine::model::library;
use valleyscope_shared::adding::ModelChange;
use valleyscope_shared::catalog::ModelDetail;
use valleyscope_shared::problem::Problem;

/// Changes a model's name, or the terms under which its weights may be used.
///
/// What is left out stays as it is. Runs keep the name that the model had, under which it is still found until another has it;
/// while runs with it wait or compute, it cannot be renamed.
#[utoipa::path(patch, path = "/api/v1/models/{id}", operation_id = "change_model", tag = "catalogue", request_body = ModelChange,
    params(("id" = String, Path, description = "The model's name, as the catalogue has it")),
    responses((status = 200, body = ModelDetail), (status = 404, body = Problem), (status = 409, body = Problem), (status = 415, body = Problem), (status = 422, body = Problem)))]
pub async fn change(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Json<ModelDetail>> {
    let change = ModelChange::from_json(json_text(&headers, &body)?)?;
    let changed = move |state: &State| {
        if state.catalog()?.model(&id).is_none() {
            return Err(Problem::not_found(format!("there is no model \"{id}\"")).into());
        }
        let Some(folder) = state.engine.models() else {
            return Err(Failure(Problem::internal("this server keeps no models")));
        };
        // First what may be refused.
        let name = match &change.name {
            Some(name) => renamed(state, &folder, &id, name)?,
            None => id.clone(),
        };
        if let Some(licence) = &change.licence {
            library::set_licence(&folder, &name, licence.as_deref()).map_err(refused)?;
        }
        Ok(Json(detail(state, &name)?))
    };
    state.blocking(changed).await
}

/// Gives a model another name, unless runs are on their way with it.
fn renamed(state: &State, folder: &Folder, id: &str, name: &str) -> Answer<String> {
    if name != id {
        let mut rows = state.store.unfinished()?;
        rows.retain(|row| row.spec.model == id);
        if let Some(first) = rows.first() {
            let said = match rows.len() {
                1 => format!("run {} waits or computes", first.id),
                many => format!("{many} runs wait or compute"),
            };
            return Err(Failure(Problem::new(
                "in-use",
                409,
                "Runs are on their way with this model",
                format!("{said} with \"{id}\"; it can be renamed when they have ended"),
            )));
        }
    }
    library::rename(folder, id, name).map_err(refused)?;
    tracing::info!(model = name, "model {id} is called {name} now");
    Ok(name.to_owned())
}

fn refused(error: Error) -> Failure {
    let words = error.to_string();
    match error {
        Error::Name { .. } | Error::Exists { .. } => Failure::field("name", words),
        Error::Unknown { .. } => Failure(Problem::not_found(words)),
        Error::Embedded { .. } => Failure(Problem::new(
            "embedded",
            409,
            "It comes with the program",
            words,
        )),
        _ => Failure(Problem::internal(words)),
    }
}
