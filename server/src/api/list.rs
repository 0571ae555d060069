//! `GET /api/v1/runs`

use super::mark::{open, seal};
use super::query::Query;
use crate::failure::{Answer, Failure};
use crate::state::State;
use crate::store::{Filter, Sorting};
use axum::Json;
use axum::extract::State as Shared;
use serde::Deserialize;
use valleyscope_shared::api::RunPage;
use valleyscope_shared::listing::{RunGroup, RunSort};
use valleyscope_shared::problem::Problem;
use valleyscope_shared::run::Phase;

/// The most runs of one page.
const MOST: usize = 200;

/// Which runs, in which order.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// Where the page before ended; of a list with the same order.
    #[param(pattern = r"^([A-Za-z0-9_-]{4}){2,}[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048]$")]
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
    /// Only runs with this in their id, title, spec, note, tags, or the title of their batch.
    text: Option<String>,
    /// What to sort by; when a run was asked for when left out. Runs without a value come last, and pinned ones always first.
    #[param(inline)]
    sort: Option<RunSort>,
    /// Whether the largest comes first; when `sort` is left out, the newest do unless this is false.
    desc: Option<bool>,
    /// What runs are put together by, group after group; the answer says how many each has.
    #[param(inline)]
    group: Option<RunGroup>,
    /// Whether runs are left out that another one goes on with.
    folded: Option<bool>,
}

/// Runs, newest first unless asked otherwise.
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
    let sorting = Sorting {
        by: which.sort.unwrap_or_default(),
        descending: which.desc.unwrap_or(which.sort.is_none()),
        group: which.group,
    };
    let cursor = which.cursor.as_deref();
    let after = cursor.map(|text| open(text, sorting.by)).transpose()?;
    let filter = Filter {
        phase: which.phase,
        model: which.model,
        attack: which.attack,
        batch: which.batch,
        text: which.text.filter(|text| !text.is_empty()),
        folded: which.folded.unwrap_or(false),
    };
    state
        .blocking(move |state| {
            // One more than asked for tells whether there is a next page.
            let found = (state.store).runs(&filter, sorting, after.as_ref(), limit + 1)?;
            let (mut rows, matching) = found;
            let more = rows.len() > limit;
            rows.truncate(limit);
            let next = rows.last().filter(|_| more).map(|(_, place)| seal(place));
            let runs = rows.into_iter().map(|(row, _)| state.view(row));
            let runs = runs.collect();
            let groups = sorting.group.map(|by| state.store.groups(&filter, by));
            Ok(Json(RunPage {
                runs,
                next,
                matching,
                groups: groups.transpose()?.unwrap_or_default(),
            }))
        })
        .await
}
