//! `GET /api/v1/runs/{id}/examples/{row}/plane` and `plane.npz`

use super::document::Bytes;
use super::example::detail;
use super::query::Query;
use crate::export::{Array, write_arrays};
use crate::failure::{Answer, Failure};
use crate::state::State;
use axum::Json;
use axum::extract::{Path, State as Shared};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use valleyscope_shared::chart::landscape;
use valleyscope_shared::landscape::Plane;
use valleyscope_shared::measure::Measure;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::route::PlaneView;

/// Which plane.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// Which recorded point, from 0; the clean one when left out.
    point: Option<usize>,
    /// The second direction, `eigenvector` or `random`, how far the plane goes as a part of the weights' length, and how many places each
    /// side has; `eigenvector,1,51` when left out.
    #[param(
        pattern = r"^(eigenvector|random),[0-9]{1,3}(\.[0-9]{1,6})?,[0-9]{1,3}$",
        example = "eigenvector,1,51"
    )]
    plane: Option<String>,
    /// Which pass, by its place among the run's epsilons and seeds; the first with the largest epsilon when left out.
    pass: Option<usize>,
}

/// The loss and the margin of one example over a plane of the last layer's weights, at one point of its path.
///
/// The first axis goes where the loss rises most. Everything follows from the example's logits and the length of its features.
#[utoipa::path(get, path = "/api/v1/runs/{id}/examples/{row}/plane", tag = "results",
    params(("id" = String, Path, description = "The run's id"), ("row" = usize, Path, description = "The example's row in the run"), Which),
    responses((status = 200, body = Plane), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn plane(
    Shared(state): Shared<State>,
    Path((id, row)): Path<(String, usize)>,
    Query(which): Query<Which>,
) -> Answer<Json<Plane>> {
    let plane = state
        .blocking(move |state| of(state, &id, row, &which))
        .await?;
    Ok(Json(plane))
}

/// The same as arrays for NumPy: `places`, `loss` and `margin`.
#[utoipa::path(get, path = "/api/v1/runs/{id}/examples/{row}/plane.npz", operation_id = "plane_npz", tag = "exports",
    params(("id" = String, Path, description = "The run's id"), ("row" = usize, Path, description = "The example's row in the run"), Which),
    responses((status = 200, content_type = "application/zip", body = Bytes), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn npz(
    Shared(state): Shared<State>,
    Path((id, row)): Path<(String, usize)>,
    Query(which): Query<Which>,
) -> Answer<Response> {
    let name = format!("attachment; filename=\"valleyscope-{id}-{row}-plane.npz\"");
    let plane = state
        .blocking(move |state| of(state, &id, row, &which))
        .await?;
    let count = plane.places.len();
    let grid = |name, values: Vec<Vec<f64>>| Array {
        name,
        shape: vec![count, count],
        values: values.concat(),
    };
    let arrays = [
        Array {
            name: "places",
            shape: vec![count],
            values: plane.places,
        },
        grid("loss", plane.loss),
        grid("margin", plane.margin),
    ];
    let mut file = Vec::new();
    write_arrays(&arrays, &mut file).map_err(|error| Problem::internal(error.to_string()))?;
    Ok((
        [
            (header::CONTENT_TYPE, "application/zip".to_owned()),
            (header::CONTENT_DISPOSITION, name),
        ],
        file,
    )
        .into_response())
}

fn of(state: &State, id: &str, row: usize, which: &Which) -> Answer<Plane> {
    let view = match &which.plane {
        None => PlaneView::default(),
        Some(text) => PlaneView::from_id(text).ok_or_else(|| {
            Failure::field(
                "plane",
                format!("\"{text}\" is no plane; eigenvector or random, a radius from 0.001 to 100 and a count from 3 to 101 with commas are right, such as eigenvector,1,51"),
            )
        })?,
    };
    let example = detail(state, id, which.pass, Measure::KappaTr, row)?;
    if !example.kept {
        return Err(Failure(not_kept(id, row)));
    }
    let point = which.point.unwrap_or(0);
    let last = example.probabilities.len().saturating_sub(1);
    if point > last {
        return Err(Failure::field(
            "point",
            format!("{point} is not a point from 0 to {last}"),
        ));
    }
    landscape::plane(&example, view, point).ok_or_else(|| {
        Failure(Problem::new(
            "no-plane",
            409,
            "There is no such plane",
            "the loss has no slope in the last layer's weights there, or that layer is none that is linear",
        ))
    })
}

/// An example whose logits the run did not keep.
pub fn not_kept(id: &str, row: usize) -> Problem {
    Problem::new(
        "not-kept",
        409,
        "The image's way was not kept",
        format!(
            "the run did not keep the logits of example {row}; POST /api/v1/runs/{id}/examples/{row}/keep computes them again"
        ),
    )
}
