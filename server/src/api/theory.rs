//! `GET /api/v1/runs/{id}/theory` and `theory.csv`

use super::query::Query;
use crate::export::streamed;
use crate::failure::{Answer, Failure};
use crate::shelf::Passes;
use crate::state::State;
use crate::store::RunRow;
use crate::theory::{Inputs, Standing, ask, theory as theory_of, write_csv};
use axum::Json;
use axum::extract::{Path, State as Shared};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use std::sync::Arc;
use valleyscope_engine::head::Weights;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::readings::Readings;
use valleyscope_shared::route::ViewState;
use valleyscope_shared::theory::{Sensitivity, Theory};
use valleyscope_shared::valley::Population;

/// Over which examples.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Whom {
    /// Which pass, by its place among the run's epsilons and seeds; the first with the largest epsilon when left out.
    pass: Option<usize>,
    /// `right` (right at the clean point) or `all`.
    population: Option<Population>,
    /// One example alone, by its row.
    row: Option<usize>,
}

impl Whom {
    /// Those of a view.
    pub fn of(view: &ViewState) -> Self {
        Self {
            pass: view.pass,
            population: Some(view.population),
            row: view.example,
        }
    }
}

/// What flatness, slope and Lipschitz constants guarantee beside what happened to the loss.
///
/// Everything comes from stored readings. The certified constant is computed once for each model, aside: `computing` says how far it is.
#[utoipa::path(get, path = "/api/v1/runs/{id}/theory", tag = "results",
    params(("id" = String, Path, description = "The run's id"), Whom),
    responses((status = 200, body = Theory), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn theory(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
    Query(whom): Query<Whom>,
) -> Answer<Json<Theory>> {
    state
        .blocking(move |state| {
            let row = state.sound_run(&id)?;
            Ok(Json(of_run(state, &row, &whom)?))
        })
        .await
}

/// The same by example and point.
#[utoipa::path(get, path = "/api/v1/runs/{id}/theory.csv", operation_id = "theory_csv", tag = "exports",
    params(("id" = String, Path, description = "The run's id"), Whom),
    responses((status = 200, content_type = "text/csv", body = String), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn csv(
    Shared(state): Shared<State>,
    Path(id): Path<String>,
    Query(whom): Query<Whom>,
) -> Answer<Response> {
    let (id, material) = state
        .blocking(move |state| {
            let row = state.sound_run(&id)?;
            Ok((row.id.clone(), Material::of(state, &row, &whom)?))
        })
        .await?;
    let name = format!("attachment; filename=\"valleyscope-{id}-theory.csv\"");
    let body = streamed(move |to| write_csv(&material.inputs(), to));
    Ok((
        [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (header::CONTENT_DISPOSITION, name),
        ],
        body,
    )
        .into_response())
}

/// The theory beside a run.
///
/// # Errors
/// Status 409 where there is nothing yet, 422 for a pass or a row that it does not have.
pub fn of_run(state: &State, row: &RunRow, whom: &Whom) -> Answer<Theory> {
    let material = Material::of(state, row, whom)?;
    Ok(Theory {
        missing_constant: material.missing_constant.clone(),
        computing: material.computing,
        ..theory_of(&material.inputs())
    })
}

/// What the theory of a run is made of.
struct Material {
    passes: Arc<Vec<Readings>>,
    pass: usize,
    population: Population,
    row: Option<usize>,
    weights: Option<Arc<Weights>>,
    missing: Option<String>,
    sensitivity: Option<Sensitivity>,
    missing_constant: Option<String>,
    computing: Option<(usize, usize)>,
}

impl Material {
    fn inputs(&self) -> Inputs<'_> {
        Inputs {
            passes: &self.passes,
            pass: self.pass,
            population: self.population,
            row: self.row,
            weights: self.weights.as_deref(),
            missing: self.missing.clone(),
            sensitivity: self.sensitivity.clone(),
        }
    }

    fn of(state: &State, row: &RunRow, whom: &Whom) -> Answer<Self> {
        let run = state.run_state(row)?;
        let Some(started) = &run.started else {
            let detail = "the run has not started, so it has no readings";
            let title = "Nothing is computed yet";
            return Err(Failure(Problem::new("not-started", 409, title, detail)));
        };
        if started.axis.ends_only {
            let detail = "the run has no trace, so there is no path to set bounds beside; run it with \"trace\": \"on\"";
            return Err(Failure(Problem::new(
                "no-trace",
                409,
                "The run has no trace",
                detail,
            )));
        }
        let pass = whom.pass.unwrap_or_else(|| started.main_pass());
        let last = started.seeds.len().saturating_sub(1);
        if pass > last {
            return Err(Failure::field(
                "pass",
                format!("{pass} is not a pass from 0 to {last}"),
            ));
        }
        if let Some(row) = whom.row.filter(|row| *row >= started.examples) {
            let last = started.examples.saturating_sub(1);
            return Err(Failure::field(
                "row",
                format!("{row} is not an example from 0 to {last}"),
            ));
        }
        let passes = state
            .shelf
            .look(&state.store, row.number, &run, Passes::share)?;
        let mut material = Self {
            passes,
            pass,
            population: whom.population.unwrap_or_default(),
            row: whom.row,
            weights: None,
            missing: None,
            sensitivity: None,
            missing_constant: None,
            computing: None,
        };
        let origin = started.origin.as_ref();
        let then = origin.map(|origin| (origin.weights.clone(), origin.card.clone()));
        material.ask_model(state, row, then)?;
        Ok(material)
    }

    /// What the model that the run was computed with adds, where it is still there as it was.
    fn ask_model(
        &mut self,
        state: &State,
        row: &RunRow,
        then: Option<(String, String)>,
    ) -> Answer<()> {
        let model = &row.spec.model;
        let now = state.engine.current(model, &row.spec.data.address()).model;
        let Some(digests) = now.clone().filter(|_| now == then) else {
            let why = match now {
                Some(_) => "its weights or its description are others by now",
                None => "it is not there any more",
            };
            self.missing = Some(format!(
                "bounds need the last layer of \"{model}\", and {why}"
            ));
            return Ok(());
        };
        self.weights = state.engine.last_layer(model)?;
        if self.weights.is_none() {
            self.missing = Some(format!(
                "the bounds are of a linear last layer, and \"{model}\" has another"
            ));
        }
        match ask(state, model, &digests)? {
            Standing::Computing(done, all) => self.computing = Some((done, all)),
            Standing::Failed(problem) => self.missing_constant = Some(problem.detail),
            Standing::Known(known) => {
                if let (None, Some(operator)) = (known.features, &known.unbounded) {
                    self.missing_constant = Some(format!(
                        "no certified constant: {operator} has none that holds for all images; ratios along the path are estimates"
                    ));
                }
                self.sensitivity = Some(known);
            }
        }
        Ok(())
    }
}
