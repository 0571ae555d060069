//! `GET /api/v1/runs/{id}/examples`

use super::pick::{chosen, look_at};
use super::query::Query;
use crate::failure::{Answer, Failure};
use crate::kept::kept_of;
use crate::state::State;
use axum::Json;
use axum::extract::{Path, State as Shared};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use valleyscope_shared::api::ExamplePage;
use valleyscope_shared::measure::Measure;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::valley::{self, Population, paths};

/// The most examples of one page.
const MOST: usize = 500;

/// Which examples, in which order.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// The sharpness that peaks and ratios are read from; `kappa_tr` when left out.
    measure: Option<Measure>,
    /// `right` or `all`; all when left out.
    population: Option<Population>,
    /// Which pass, by its place among the run's seeds.
    pass: Option<usize>,
    /// What to sort by; the row when left out. Examples without a value come last.
    #[param(inline)]
    sort: Option<Sort>,
    /// Whether the largest comes first.
    desc: Option<bool>,
    /// Where the page before ended.
    #[param(pattern = r"^AAAAA[A-P][A-Za-z0-9_-]{4}[AEIMQUYcgkosw048]$")]
    cursor: Option<String>,
    /// Only examples that are as said, with commas: `label.CLASS`, `to.CLASS` (the class of the first flip), `flip.FROM..TO` (its step),
    /// `gap.FROM..TO` (peak minus flip).
    #[param(
        pattern = r"^(label\.[0-9]{1,9})?((^|,)to\.[0-9]{1,9})?((^|,)flip\.-?[0-9]{1,9}\.\.-?[0-9]{1,9})?((^|,)gap\.-?[0-9]{1,9}\.\.-?[0-9]{1,9})?$"
    )]
    only: Option<String>,
    /// How many, 1 to 500; 100 when left out.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<usize>,
}

/// The columns of the table.
#[derive(Clone, Copy, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    #[default]
    Row,
    Index,
    Label,
    FirstFlip,
    PeakStep,
    PeakMinusFlip,
    Clean,
    Peak,
    End,
    PeakOverClean,
    EndOverPeak,
    FlipsBack,
}

/// The examples that have begun, each with its flip, its peak and its end.
#[utoipa::path(get, path = "/api/v1/runs/{id}/examples", tag = "results",
    params(("id" = String, Path, description = "The run's id"), Which),
    responses((status = 200, body = ExamplePage), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn examples(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
    Query(which): Query<Which>,
) -> Answer<Json<ExamplePage>> {
    let limit = which.limit.unwrap_or(100);
    if !(1..=MOST).contains(&limit) {
        return Err(Failure::field(
            "limit",
            format!("{limit} is not from 1 to {MOST}"),
        ));
    }
    let from = which.cursor.as_deref().map(open).transpose()?.unwrap_or(0);
    let population = which.population.unwrap_or(Population::All);
    state
        .blocking(move |state| {
            let only = which.only.as_deref().unwrap_or_default();
            let row = state.run(&id)?;
            let chosen = chosen(state, &row, only, "", population)?;
            let file = state.store.kept_path(&row.id);
            look_at(state, &row, &state.run_state(&row)?, which.pass, |pass| {
                let mut rows = paths(pass.readings, which.measure.unwrap_or(Measure::KappaTr));
                let begun = rows.len();
                rows.retain(|path| population == Population::All || path.right);
                rows.retain(|path| chosen.holds(pass.readings, path.row));
                let found = rows.len();
                sort(
                    &mut rows,
                    which.sort.unwrap_or_default(),
                    which.desc.unwrap_or(false),
                );
                let more = rows.len() > from + limit;
                let examples: Vec<valley::Path> = rows.into_iter().skip(from).take(limit).collect();
                let these: Vec<usize> = examples.iter().map(|path| path.row).collect();
                Ok(Json(ExamplePage {
                    examples,
                    next: more.then(|| seal(from + limit)),
                    begun,
                    found,
                    kept: kept_of(&file, pass.pass, &these)?,
                }))
            })
        })
        .await
}

/// Sorts stably, so that equal examples stay in the order of their rows; those without a value come last either way.
fn sort(paths: &mut [valley::Path], by: Sort, desc: bool) {
    let key = |path: &valley::Path| {
        let value = match by {
            Sort::Row => Some(path.row as f64),
            Sort::Index => Some(path.index as f64),
            Sort::Label => Some(f64::from(path.label)),
            Sort::FirstFlip => path.first_flip.map(f64::from),
            Sort::PeakStep => path.peak_step.map(f64::from),
            Sort::PeakMinusFlip => path.peak_minus_flip().map(|difference| difference as f64),
            Sort::Clean => Some(path.clean.0),
            Sort::Peak => Some(path.peak.0),
            Sort::End => Some(path.end.0),
            Sort::PeakOverClean => Some(path.peak_over_clean()),
            Sort::EndOverPeak => Some(path.end_over_peak()),
            Sort::FlipsBack => Some(f64::from(path.flips_back)),
        };
        value.filter(|value| !value.is_nan())
    };
    paths.sort_by(|a, b| match (key(a), key(b)) {
        (Some(a), Some(b)) if desc => b.total_cmp(&a),
        (Some(a), Some(b)) => a.total_cmp(&b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
}

fn seal(place: usize) -> String {
    URL_SAFE_NO_PAD.encode((place as u64).to_be_bytes())
}

fn open(cursor: &str) -> Answer<usize> {
    let bytes = URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .map(u64::from_be_bytes);
    // No run has 2^32 examples, and a larger number could overflow what follows.
    bytes
        .filter(|place| *place <= u64::from(u32::MAX))
        .map(|place| place as usize)
        .ok_or_else(|| {
            Failure::field(
                "cursor",
                "this is not a cursor from an earlier page; leave it out for the first",
            )
        })
}
