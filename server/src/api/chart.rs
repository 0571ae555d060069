//! `GET /api/v1/runs/{id}/charts/{file}`: the figures of the page as files, drawn by the same code.

use super::document::Bytes;
use super::query::Query;
use crate::chart::{Form, draw};
use crate::failure::{Answer, Failure};
use crate::state::State;
use axum::extract::{Path, State as Shared};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use valleyscope_shared::chart::{self, Options};
use valleyscope_shared::palette::Theme;
use valleyscope_shared::problem::Problem;

/// What is shown, and how.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct How {
    /// The query string of the page that shows the figure.
    view: Option<String>,
    /// `light` or `dark`; light when left out.
    #[param(pattern = "^(light|dark)$")]
    theme: Option<String>,
    /// The width in CSS pixels.
    #[param(minimum = 240, maximum = 4000)]
    width: Option<u32>,
    /// The height in CSS pixels; more where many panels need it.
    #[param(minimum = 160, maximum = 3000)]
    height: Option<u32>,
    /// Pixels per CSS pixel of a PNG, 1 to 3.
    #[param(minimum = 1.0, maximum = 3.0)]
    scale: Option<f64>,
    /// Whether the background is left out.
    transparent: Option<bool>,
}

/// A figure: `sharpness.svg`, `.png`, or its table as `.csv`.
#[utoipa::path(get, path = "/api/v1/runs/{id}/charts/{file}", tag = "exports",
    params(("id" = String, Path, description = "The run's id"), ("file" = String, Path, description = "A figure's id with .svg, .png or .csv"), How),
    responses((status = 200, description = "The figure", content((String = "image/svg+xml"), (Bytes = "image/png"), (String = "text/csv"))), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn chart(
    Shared(state): Shared<State>,
    Path((id, file)): Path<(String, String)>,
    Query(how): Query<How>,
) -> Answer<Response> {
    let unknown = || {
        let ids: Vec<_> = chart::all().iter().map(|chart| chart.id()).collect();
        Failure(Problem::not_found(format!(
            "there is no such figure; there are {}, each with .svg, .png or .csv",
            ids.join(", ")
        )))
    };
    let (name, ending) = file.split_once('.').ok_or_else(unknown)?;
    let form: Form = ending.parse().map_err(|()| unknown())?;
    let kind = chart::find(name).ok_or_else(unknown)?;
    let options = options(&how)?;
    let view = how.view.unwrap_or_default();
    state
        .blocking(move |state| {
            let row = state.sound_run(&id)?;
            let bytes = draw(state, row.clone(), kind, &view, &options, form)?;
            let file = format!(
                "inline; filename=\"{}-{}.{}\"",
                kind.id(),
                row.id,
                form.ending()
            );
            Ok((
                [
                    (header::CONTENT_TYPE, form.content_type().to_owned()),
                    (header::CONTENT_DISPOSITION, file),
                ],
                bytes,
            )
                .into_response())
        })
        .await
}

fn options(how: &How) -> Answer<Options> {
    let usual = Options::default();
    let theme = match how.theme.as_deref() {
        None | Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        Some(other) => {
            return Err(Failure::field(
                "theme",
                format!("\"{other}\" is neither light nor dark"),
            ));
        }
    };
    let options = Options {
        width: how.width.unwrap_or(usual.width),
        height: how.height.unwrap_or(usual.height),
        scale: how.scale.unwrap_or(usual.scale),
        theme,
        transparent: how.transparent.unwrap_or(false),
        ..usual
    };
    options
        .checked()
        .map_err(|wrong| Failure::field(wrong.field, wrong.message))
}
