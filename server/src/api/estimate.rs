//! `POST /api/v1/runs/estimate`

use super::create::json_text;
use crate::failure::Answer;
use crate::order::check;
use crate::state::State;
use axum::Json;
use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::http::HeaderMap;
use valleyscope_shared::api::Estimate;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::readings::Axis;
use valleyscope_shared::spec::RunSpec;

/// From how many of the latest runs a time is estimated.
const TIMED_RUNS: usize = 5;

/// How long a run would take and what it would need.
#[utoipa::path(post, path = "/api/v1/runs/estimate", tag = "runs", request_body = RunSpec,
    responses((status = 200, body = Estimate), (status = 422, body = Problem)))]
pub async fn ask(
    Shared(state): Shared<State>,
    headers: HeaderMap,
    body: Bytes,
) -> Answer<Json<Estimate>> {
    let spec = RunSpec::from_json(json_text(&headers, &body)?)?;
    state
        .blocking(move |state| {
            check(&spec, &state.catalog()?)?;
            Ok(Json(estimate(state, &spec)?))
        })
        .await
}

/// The estimate for a run that can be done.
pub fn estimate(state: &State, spec: &RunSpec) -> Answer<Estimate> {
    let catalog = state.catalog()?;
    let set = catalog.data_set(&spec.data.set);
    let first = spec.data.first.unwrap_or(0);
    let left = set.map_or(u64::MAX, |set| set.count.saturating_sub(first));
    let examples = if spec.data.indices.is_some() {
        spec.data.most()
    } else {
        spec.data.most().min(left)
    };
    let passes_over_data = spec.phases().len() as u64;
    let points = Axis::new(spec.attack.steps(), spec.attack.random_start()).points() as u64;
    let (values, classes) = catalog.model(&spec.model).map_or((0, 0), |model| {
        (
            model.input_shape.iter().product::<usize>() as u64,
            model.classes.len() as u64,
        )
    });
    let kept = u64::from(spec.keep_examples).min(examples);
    let per_point = spec.attack.passes_per_point_among(classes);
    let passes = examples * points * passes_over_data * per_point;
    Ok(Estimate {
        examples,
        points,
        passes,
        seconds: seconds_per_pass(state, &spec.model, classes)?.map(|each| each * passes as f64),
        memory: state.engine.memory(spec).unwrap_or(0),
        // 16 bits a pixel and 64 a logit, before compression.
        kept_bytes: kept * points * passes_over_data * (2 * values + 8 * classes),
    })
}

/// Seconds per forward and backward pass of one image, over the latest finished runs of the model on this machine.
fn seconds_per_pass(state: &State, model: &str, classes: u64) -> Answer<Option<f64>> {
    let (mut seconds, mut passes) = (0.0, 0);
    for (took, points, spec) in state.store.timings(model, TIMED_RUNS)? {
        // A run of an attack that this program no longer knows tells nothing.
        if let Ok(spec) = RunSpec::from_json(&spec) {
            seconds += took;
            passes += points * spec.attack.passes_per_point_among(classes);
        }
    }
    Ok((passes > 0).then(|| seconds / passes as f64))
}
