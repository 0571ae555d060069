//! `GET /api/v1/batches/{id}/table.csv`, `.md` and `.tex`

use super::batches::view;
use crate::failure::{Answer, Failure};
use crate::state::State;
use crate::table::Format;
use axum::extract::{Path, State as Shared};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use valleyscope_shared::problem::Problem;

/// The table of a batch as CSV: a row for each epsilon of each run, then the worst case over all attacks; plain numbers, shares between 0 and 1.
#[utoipa::path(get, path = "/api/v1/batches/{id}/table.csv", operation_id = "batch_table_csv", tag = "exports",
    params(("id" = String, Path, description = "The batch's id")),
    responses((status = 200, content_type = "text/csv", body = String), (status = 404, body = Problem)))]
pub async fn csv(state: Shared<State>, id: Path<String>) -> Answer<Response> {
    file(state, id, Format::Csv).await
}

/// The table of a batch as Markdown, with of what it is and which attack broke how many images first.
#[utoipa::path(get, path = "/api/v1/batches/{id}/table.md", operation_id = "batch_table_md", tag = "exports",
    params(("id" = String, Path, description = "The batch's id")),
    responses((status = 200, content_type = "text/markdown", body = String), (status = 404, body = Problem)))]
pub async fn markdown(state: Shared<State>, id: Path<String>) -> Answer<Response> {
    file(state, id, Format::Md).await
}

/// The table of a batch as LaTeX, for a document that uses booktabs.
#[utoipa::path(get, path = "/api/v1/batches/{id}/table.tex", operation_id = "batch_table_tex", tag = "exports",
    params(("id" = String, Path, description = "The batch's id")),
    responses((status = 200, content_type = "application/x-tex", body = String), (status = 404, body = Problem)))]
pub async fn latex(state: Shared<State>, id: Path<String>) -> Answer<Response> {
    file(state, id, Format::Tex).await
}

async fn file(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
    format: Format,
) -> Answer<Response> {
    state
        .blocking(move |state| {
            let batch = view(state, &id)?;
            let text = format.write(&batch).map_err(|error| {
                Failure(Problem::internal(format!(
                    "the table cannot be written: {error}"
                )))
            })?;
            let (id, ending) = (&batch.id, format.ending());
            let name = format!("attachment; filename=\"valleyscope-{id}-table.{ending}\"");
            let head = [
                (header::CONTENT_TYPE, format.kind().to_owned()),
                (header::CONTENT_DISPOSITION, name),
            ];
            Ok((head, text).into_response())
        })
        .await
}
