//! `POST /api/v1/runs/{id}/examples/{row}/keep`

use super::query::Query;
use crate::failure::{Answer, Failure};
use crate::keep::{Asked, Standing, ask};
use crate::state::State;
use axum::Json;
use axum::extract::{Path, State as Shared};
use axum::http::StatusCode;
use serde::Deserialize;
use std::time::Duration;
use tokio::time::timeout;
use valleyscope_shared::api::Keeping;
use valleyscope_shared::problem::Problem;

/// So long an answer waits for the end before it tells how far it is.
const SHORT_WHILE: Duration = Duration::from_millis(500);

/// Which pass.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Of {
    /// Which pass, by its place among the run's epsilons and seeds; the first with the largest epsilon when left out.
    pass: Option<usize>,
}

/// Computes and keeps the iterates of an example that its run did not keep, so that its images and class probabilities can be had.
///
/// 200 says that they are kept, 202 that they are being computed: ask again until they are. Whoever asks meanwhile is told of the same computation,
/// which stops when nobody has asked for 15 seconds. The image is attacked alone, with the run's model, data, settings and random numbers;
/// it is kept only where its readings are those of the run.
#[utoipa::path(post, path = "/api/v1/runs/{id}/examples/{row}/keep", operation_id = "keep_example", tag = "results",
    params(("id" = String, Path, description = "The run's id"), ("row" = usize, Path, description = "The example's row in the run"), Of),
    responses((status = 200, body = Keeping), (status = 202, body = Keeping),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem), (status = 507, body = Problem)))]
pub async fn keep(
    Shared(state): Shared<State>,
    Path((id, row)): Path<(String, usize)>,
    Query(of): Query<Of>,
) -> Answer<(StatusCode, Json<Keeping>)> {
    let asked = state
        .blocking(move |state| ask(state, &id, row, of.pass))
        .await?;
    let mut standing = match asked {
        Asked::Kept(points) => return Ok(kept(points)),
        Asked::UnderWay(standing) => standing,
    };
    // Neither a pause that is over nor a task that is gone is a failure: what it told last counts.
    let _ = timeout(SHORT_WHILE, standing.wait_for(|now| now.ended.is_some())).await;
    let Standing {
        done,
        points,
        ended,
    } = standing.borrow().clone();
    match ended {
        Some(Ok(())) => Ok(kept(points)),
        Some(Err(problem)) => Err(Failure(problem)),
        None => {
            let keeping = Keeping {
                kept: false,
                done,
                points,
            };
            Ok((StatusCode::ACCEPTED, Json(keeping)))
        }
    }
}

fn kept(points: usize) -> (StatusCode, Json<Keeping>) {
    let keeping = Keeping {
        kept: true,
        done: points,
        points,
    };
    (StatusCode::OK, Json(keeping))
}
