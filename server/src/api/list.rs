//! `GET /api/v1/runs`

use super::query::Query;
use crate::failure::{Answer, Failure};
use crate::state::State;
use crate::store::Filter;
use axum::Json;
use axum::extract::State as Shared;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use valleyscope_shared::api::RunPage;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::run::Phase;

/// The most runs of one page.
const MOST: usize = 200;

/// Which runs.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// Where the page before ended.
    #[param(pattern = r"^[A-Za-z0-9_-]{10}[AEIMQUYcgkosw048]$")]
    cursor: Option<String>,
    /// How many, 1 to 200; 50 when left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
    /// Only runs in this phase.
    phase: Option<Phase>,
    /// Only runs of this model.
    model: Option<String>,
    /// Only runs of this attack.
    attack: Option<String>,
    /// Only runs of this batch.
    batch: Option<String>,
    /// Only runs with this in their id, title or spec.
    text: Option<String>,
}

/// Runs, newest first.
#[utoipa::path(get, path = "/api/v1/runs", operation_id = "list_runs", tag = "runs", params(Which),
    responses((status = 200, body = RunPage), (status = 422, body = Problem)))]
pub async fn list(
    Shared(state): Shared<State>,
    Query(which): Query<Which>,
) -> Answer<Json<RunPage>> {
    let limit = which.limit.unwrap_or(50);
    if !(1..=MOST).contains(&limit) {
        return Err(Failure::field(
            "limit",
            format!("{limit} is not from 1 to {MOST}"),
        ));
    }
    let before = which.cursor.as_deref().map(open).transpose()?;
    let filter = Filter {
        before,
        phase: which.phase,
        model: which.model,
        attack: which.attack,
        batch: which.batch,
        text: which.text.filter(|text| !text.is_empty()),
    };
    state
        .blocking(move |state| {
            // One more than asked for tells whether there is a next page.
            let (mut rows, matching) = state.store.runs(&filter, limit + 1)?;
            let more = rows.len() > limit;
            rows.truncate(limit);
            let next = rows.last().filter(|_| more).map(|row| seal(row.number));
            let runs = rows.into_iter().map(|row| state.view(row)).collect();
            Ok(Json(RunPage {
                runs,
                next,
                matching,
            }))
        })
        .await
}

/// A cursor is opaque, so that it may change its form.
fn seal(number: i64) -> String {
    URL_SAFE_NO_PAD.encode(number.to_be_bytes())
}

fn open(cursor: &str) -> Answer<i64> {
    let bytes = URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        .and_then(|bytes| bytes.try_into().ok());
    bytes.map(i64::from_be_bytes).ok_or_else(|| {
        Failure::field(
            "cursor",
            "this is not a cursor from an earlier page; leave it out for the first",
        )
    })
}
