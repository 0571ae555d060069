//! `/api/v1/data/{id}`

use super::document::Bytes;
use super::query::Query;
use crate::failure::{Answer, Failure};
use crate::picture;
use crate::state::State;
use axum::Json;
use axum::extract::{Path, State as Shared};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use valleyscope_shared::data::{DataChecks, DataDetail};
use valleyscope_shared::problem::Problem;

/// So many pictures are shown of a set.
const SAMPLES: usize = 60;

/// One data set: what the catalogue says of it, and which of its pictures to show.
#[utoipa::path(get, path = "/api/v1/data/{id}", operation_id = "data_set", tag = "catalogue",
    params(("id" = String, Path, description = "The data set's name, as the catalogue has it")),
    responses((status = 200, body = DataDetail), (status = 404, body = Problem)))]
pub async fn data_set(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
) -> Answer<Json<DataDetail>> {
    let detail = move |state: &State| {
        let catalog = state.catalog()?;
        let set = catalog.data_set(&id).ok_or_else(|| unknown(&id))?.clone();
        let samples = match set.problem {
            None => state.engine.samples(&id, SAMPLES)?,
            Some(_) => Vec::new(),
        };
        Ok(Json(DataDetail { set, samples }))
    };
    state.blocking(detail).await
}

/// With which other set it is compared.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct With {
    /// The name of a data set whose pictures should not be in this one too, as the training set's in the test set.
    with: Option<String>,
}

/// Looks at every picture once: how many each class has, values, pictures of one colour, pictures that are there twice or in another
/// set too. Of a set that takes longer than some seconds it looks at the first pictures, and says at how many.
#[utoipa::path(get, path = "/api/v1/data/{id}/checks", operation_id = "data_checks", tag = "catalogue",
    params(("id" = String, Path, description = "The data set's name, as the catalogue has it"), With),
    responses((status = 200, body = DataChecks), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn checks(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
    Query(with): Query<With>,
) -> Answer<Json<DataChecks>> {
    let checks = move |state: &State| {
        let catalog = state.catalog()?;
        catalog.data_set(&id).ok_or_else(|| unknown(&id))?;
        if let Some(other) = &with.with
            && catalog.data_set(other).is_none()
        {
            let said = format!("there is no data set \"{other}\"");
            return Err(Failure::field("with", said));
        }
        Ok(Json(state.engine.checks(&id, with.with.as_deref())?))
    };
    state.blocking(checks).await
}

/// One picture of a data set.
#[utoipa::path(get, path = "/api/v1/data/{id}/images/{index}", operation_id = "data_image", tag = "catalogue",
    params(("id" = String, Path, description = "The data set's name, as the catalogue has it"),
        ("index" = u64, Path, description = "The picture's index, from 0")),
    responses((status = 200, content_type = "image/png", body = Bytes), (status = 404, body = Problem)))]
pub async fn image(
    Shared(state): Shared<State>,
    Path((id, index)): Path<(String, u64)>,
) -> Answer<Response> {
    let image = move |state: &State| {
        let catalog = state.catalog()?;
        let set = catalog.data_set(&id).ok_or_else(|| unknown(&id))?;
        if index >= set.count {
            let said = format!("{id} holds {} images; the first is 0", set.count);
            return Err(Failure(Problem::not_found(said)));
        }
        let image = state.engine.clean_image(&id, index)?;
        let png = picture::png(&image.bytes, image.shape)?;
        // Whoever replaces the files of a set sees its pictures change after a while.
        let headers = [
            (header::CONTENT_TYPE, "image/png"),
            (header::CACHE_CONTROL, "private, max-age=60"),
        ];
        Ok((headers, png).into_response())
    };
    state.blocking(image).await
}

fn unknown(id: &str) -> Failure {
    Failure(Problem::not_found(format!("there is no data set \"{id}\"")))
}
