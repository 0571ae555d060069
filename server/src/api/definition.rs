//! `GET /api/v1/definitions` and one of them: what the words on the figures mean.

use crate::definition;
use crate::failure::{Answer, Failure};
use axum::Json;
use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use valleyscope_shared::problem::Problem;

/// One page of definitions.
#[derive(Serialize, utoipa::ToSchema)]
pub struct Definition {
    /// The name in addresses.
    id: &'static str,
    /// Its first heading.
    title: &'static str,
}

/// The pages of definitions.
#[utoipa::path(get, path = "/api/v1/definitions", tag = "catalogue", responses((status = 200, body = Vec<Definition>)))]
pub async fn definitions() -> Json<Vec<Definition>> {
    Json(
        definition::ALL
            .iter()
            .map(|(id, text)| Definition {
                id,
                title: definition::title(text),
            })
            .collect(),
    )
}

/// One page of definitions, as Markdown.
#[utoipa::path(get, path = "/api/v1/definitions/{id}", tag = "catalogue",
    params(("id" = String, Path, description = "A page's name, from the list")),
    responses((status = 200, body = String, content_type = "text/markdown"), (status = 404, body = Problem)))]
pub async fn definition(Path(id): Path<String>) -> Answer<Response> {
    let (_, text) = definition::ALL
        .iter()
        .find(|(known, _)| *known == id)
        .ok_or_else(|| {
            let known: Vec<_> = definition::ALL.iter().map(|(id, _)| *id).collect();
            Failure(Problem::not_found(format!(
                "there is no such page; there are {}",
                known.join(", ")
            )))
        })?;
    Ok((
        [(header::CONTENT_TYPE, "text/markdown; charset=utf-8")],
        *text,
    )
        .into_response())
}
