//! `GET /api/v1/definitions` and one of them: what the words on the figures mean.

use crate::definition::{self, Page};
use crate::failure::{Answer, Failure};
use crate::state::State;
use axum::Json;
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use valleyscope_shared::definition::Entry;
use valleyscope_shared::problem::Problem;

/// The pages of definitions, one for each measure among them, with the words by which they are found.
#[utoipa::path(get, path = "/api/v1/definitions", tag = "catalogue", responses((status = 200, body = Vec<Entry>)))]
pub async fn definitions() -> Json<Vec<&'static Entry>> {
    Json(definition::pages().iter().map(|page| &page.entry).collect())
}

/// One page of definitions.
///
/// As Markdown with formulas in LaTeX, or with `Accept: text/html` as a piece of HTML with formulas in MathML.
#[utoipa::path(get, path = "/api/v1/definitions/{id}", tag = "catalogue",
    params(("id" = String, Path, description = "A page's name, from the list")),
    responses(
        (status = 200, description = "The page", content((String = "text/markdown"), (String = "text/html"))),
        (status = 404, body = Problem)))]
pub async fn definition(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer<Response> {
    let Page { markdown, html, .. } = definition::find(&id).ok_or_else(|| {
        let known: Vec<&str> = definition::pages()
            .iter()
            .map(|page| &*page.entry.id)
            .collect();
        Failure(Problem::not_found(format!(
            "there is no such page; there are {}",
            known.join(", ")
        )))
    })?;
    let wants_html = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/html"));
    let (kind, text) = match wants_html {
        true => (
            "text/html; charset=utf-8",
            state.auth.prefix().in_html(html),
        ),
        false => ("text/markdown; charset=utf-8", markdown.clone()),
    };
    let headers = [(header::CONTENT_TYPE, kind), (header::VARY, "accept")];
    Ok((headers, text).into_response())
}
