//! `/api/v1/runs/{id}/curvature`: measures on demand of a run, and what can be asked for.

mod act;
mod asking;
mod read;

pub use act::*;
pub use asking::*;
pub use read::*;

use crate::curvature::view;
use crate::failure::{Answer, Failure};
use crate::state::State;
use crate::store::{JobRow, RunRow};
use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use valleyscope_shared::problem::Problem;
use valleyscope_shared::route;

/// A job of a run.
fn job(state: &State, run: &RunRow, job: u32) -> Answer<JobRow> {
    let known = state.store.job(run.number, job)?;
    let none = || Problem::not_found(format!("the run has no measures on demand {job}"));
    known.ok_or_else(|| Failure(none()))
}

/// 202, where the job is, and what it is.
fn accepted(state: &State, run: &RunRow, number: u32) -> Answer<Response> {
    let view = view(
        &state.store,
        Some(&state.queue),
        run,
        job(state, run, number)?,
        true,
    )?;
    let place = route::curvature_job(&run.id, &number.to_string());
    Ok((
        StatusCode::ACCEPTED,
        [(header::LOCATION, place)],
        Json(view),
    )
        .into_response())
}
