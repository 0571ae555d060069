//! `GET /api/v1/runs/{id}/images/{row}/{point}/{picture}`

use super::document::Bytes;
use super::pick::awaited;
use super::query::Query;
use super::read::{tag, tagged};
use crate::failure::{Answer, Failure};
use crate::kept::{KeptPoint, read_point};
use crate::picture::{self, Picture};
use crate::state::State;
use crate::store::RunRow;
use axum::extract::{Path, State as Shared};
use axum::http::{HeaderMap, HeaderName, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use valleyscope_shared::field::Norm;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::run::RunState;
use valleyscope_shared::spec::RunSpec;

/// Which pass, and how much a difference is amplified.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct How {
    /// Which pass, by its place among the run's seeds.
    pass: Option<usize>,
    /// By how much a difference is multiplied, above 0 and up to 1,000,000; chosen when left out, and told in `x-scale`.
    #[param(exclusive_minimum = 0.0, maximum = 1_000_000.0)]
    scale: Option<f64>,
}

/// An image that is kept, or the clean one: `clean.png`, `adversarial.png` or `difference.png`.
///
/// In a difference mid-grey, 128, is no change.
#[utoipa::path(get, path = "/api/v1/runs/{id}/images/{row}/{point}/{picture}", tag = "results",
    params(("id" = String, Path, description = "The run's id"), ("row" = usize, Path, description = "The example's row in the run"),
        ("point" = usize, Path, description = "The recorded point; 0 is the clean image"),
        ("picture" = String, Path, description = "clean.png, adversarial.png or difference.png"), How),
    responses((status = 200, content_type = "image/png", body = Bytes, headers(("x-scale" = f64, description = "By how much a difference is multiplied"))),
        (status = 304), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn image(
    Shared(state): Shared<State>,
    Path((id, row, point, name)): Path<(String, usize, usize, String)>,
    Query(how): Query<How>,
    headers: HeaderMap,
) -> Answer<Response> {
    let picture: Picture = name.parse().map_err(|()| {
        Failure(Problem::not_found(
            "there are clean.png, adversarial.png and difference.png",
        ))
    })?;
    if let Some(scale) = how.scale
        && !(scale > 0.0 && scale <= 1e6)
    {
        return Err(Failure::field(
            "scale",
            format!("{scale} is not above 0 and at most 1,000,000"),
        ));
    }
    state
        .blocking(move |state| {
            let run = state.run(&id)?;
            let file = state.store.kept_path(&run.id);
            // Asked before the pictures, so that a run that ends between the two has them.
            let fold = state.run_state(&run)?;
            let pass = how.pass.unwrap_or_else(|| fold.main_pass());
            let read = |point| {
                let found = match read_point(&file, pass, row, point)? {
                    None if point == 0 => from_set(state, &run, &fold, pass, row)?,
                    found => found,
                };
                found.ok_or_else(|| {
                    let kept = (row as u64) < u64::from(run.spec.keep_examples);
                    if let Some(failure) = awaited(&fold, row).filter(|_| kept) {
                        return failure;
                    }
                    let detail = format!("the image of example {row} at point {point} is not kept; only the first {} examples of this run are; POST /api/v1/runs/{id}/examples/{row}/keep computes and keeps the others", run.spec.keep_examples);
                    Failure(Problem::new("not-kept", 404, "The image is not kept", detail))
                })
            };
            // Of a point that the run does not have there is no picture, not even the clean one.
            let there = read(point)?;
            let shown = if picture == Picture::Clean && point != 0 { read(0)? } else { there };
            let (png, scale) = match picture {
                Picture::Difference => {
                    let clean = read(0)?;
                    let scale = how.scale.or_else(|| scale_of(&run.spec)).unwrap_or_else(|| picture::full_scale(&clean, &shown));
                    (picture::difference(&clean, &shown, scale)?, Some(scale))
                }
                _ => (picture::image(&shown)?, None),
            };
            let mut answer = ([(header::CONTENT_TYPE, "image/png")], png).into_response();
            if let Some(value) = scale.and_then(|scale| scale.to_string().parse().ok()) {
                answer.headers_mut().insert(HeaderName::from_static("x-scale"), value);
            }
            let tag = tag(&format!("{id}.{row}.{point}.{name}.{}", scale.unwrap_or(1.0)), run.epoch);
            Ok(if run.phase.ended() { tagged(&headers, &tag, answer) } else { answer })
        })
        .await
}

/// The clean image of an example that is not kept, from the data set; nothing of an example or a pass that the run does not have.
fn from_set(
    state: &State,
    run: &RunRow,
    fold: &RunState,
    pass: usize,
    row: usize,
) -> Answer<Option<KeptPoint>> {
    let (model, set) = (&run.spec.model, &*run.spec.data.address());
    let examples = state.store.examples(run.number)?;
    let (Some(example), Some(started)) = (examples.get(row), &fold.started) else {
        return Ok(None);
    };
    if pass >= started.seeds.len() {
        return Ok(None);
    }
    let now = state.engine.current(model, set).data;
    let then = started.origin.as_ref().map(|origin| &origin.data);
    let detail = match now {
        None => {
            format!("the clean image is not kept, and the data set {set} is not there any more")
        }
        Some(now) if then.is_some_and(|then| *then != now) => {
            format!("the clean image is not kept, and the data set {set} has changed since")
        }
        Some(_) => {
            let image = state.engine.clean_image(set, example.index)?;
            return Ok(Some(KeptPoint {
                point: 0,
                shape: image.shape,
                // Exactly what is kept of an 8-bit image.
                pixels: image
                    .bytes
                    .iter()
                    .map(|byte| u16::from(*byte) * 257)
                    .collect(),
                logits: Vec::new(),
            }));
        }
    };
    Err(Failure(Problem::new(
        "not-kept",
        404,
        "The image is not kept",
        detail,
    )))
}

/// With a bound on every pixel, the bound is the natural full scale: it stays the same along the attack.
fn scale_of(spec: &RunSpec) -> Option<f64> {
    let epsilon = spec.attack.epsilon();
    (spec.attack.norm() == Norm::Linf && epsilon > 0.0).then(|| 1.0 / epsilon)
}
