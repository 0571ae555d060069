//! Which readings a question is about.

use crate::failure::{Answer, Failure};
use crate::shelf::Passes;
use crate::state::State;
use crate::store::RunRow;
use crate::subset::{Chosen, common};
use serde::Deserialize;
use valleyscope_shared::event::Outcome;
use valleyscope_shared::measure::Measure;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::readings::Readings;
use valleyscope_shared::route::MOST_COMPARED;
use valleyscope_shared::run::RunState;
use valleyscope_shared::subset::Subset;
use valleyscope_shared::valley::Population;

/// Measure, population and pass; the defaults are those of every figure.
#[derive(Clone, Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Pick {
    /// The measure's id; `kappa_tr` when left out.
    pub measure: Option<Measure>,
    /// `right` (right at the clean point) or `all`.
    pub population: Option<Population>,
    /// Which pass, by its place among the run's epsilons and seeds; the first with the largest epsilon when left out.
    pub pass: Option<usize>,
    /// Only examples that are as said, with commas: `label.CLASS`, `to.CLASS` (the class of the first flip), `flip.FROM..TO` (its step),
    /// `gap.FROM..TO` (peak minus flip).
    #[param(
        pattern = r"^(label\.[0-9]{1,9})?((^|,)to\.[0-9]{1,9})?((^|,)flip\.-?[0-9]{1,9}\.\.-?[0-9]{1,9})?((^|,)gap\.-?[0-9]{1,9}\.\.-?[0-9]{1,9})?$"
    )]
    pub only: Option<String>,
    /// Only images that these runs, with commas, have too, in the same population.
    pub with: Option<String>,
}

impl Pick {
    /// The measure asked for.
    pub fn measure(&self) -> Measure {
        self.measure.unwrap_or(Measure::KappaTr)
    }

    /// The measure asked for, of which there has to be a mean.
    ///
    /// # Errors
    /// Status 422 for a measure whose values are names.
    pub fn quantity(&self) -> Answer<Measure> {
        let measure = self.measure();
        match measure.is_category() {
            false => Ok(measure),
            true => Err(Failure::field(
                "measure",
                format!(
                    "{} is a class, and classes have no mean and no quartiles; the timeline of the run's summary has `predicted`, how many images are put into which class at each step",
                    measure.id()
                ),
            )),
        }
    }

    /// The population asked for.
    pub fn population(&self) -> Population {
        self.population.unwrap_or_default()
    }
}

/// One pass of one run.
pub struct Looked<'a> {
    /// The pass's place in the run.
    pub pass: usize,
    /// The pass's seed.
    pub seed: u64,
    /// Its readings.
    pub readings: &'a Readings,
}

/// Why there is nothing yet of an example that the run has; none where there is nothing to wait for.
///
/// Of a run that is asked for, nothing that it will have is "not found".
pub fn awaited(run: &RunState, row: usize) -> Option<Failure> {
    let Some(started) = &run.started else {
        return Some(not_started());
    };
    let detail = match &run.ended {
        _ if row >= started.examples => return None,
        Some(ended) if ended.outcome == Outcome::Finished => return None,
        Some(_) => format!("the run was stopped before example {row} came this far"),
        None => format!("example {row} has not come this far yet"),
    };
    Some(Failure(Problem::new(
        "not-computed",
        409,
        "It is not computed",
        detail,
    )))
}

fn not_started() -> Failure {
    Failure(Problem::new(
        "not-started",
        409,
        "Nothing is computed yet",
        "the run has not started, so it has no readings",
    ))
}

/// The subset that `only` and `with` name.
///
/// # Errors
/// Status 422 for what is no subset, 404 for a run that is not there.
pub fn chosen(
    state: &State,
    run: &RunRow,
    only: &str,
    with: &str,
    population: Population,
) -> Answer<Chosen> {
    let only = only.parse::<Subset>().map_err(|right| {
        Failure::field("only", format!("\"{only}\" is no subset; give {right}"))
    })?;
    let with = with.split(',').filter(|id| !id.is_empty());
    let with: Vec<String> = with.map(str::to_owned).collect();
    if with.len() > MOST_COMPARED {
        return Err(Failure::field(
            "with",
            format!("{} runs are more than {MOST_COMPARED}", with.len()),
        ));
    }
    let with = with.iter().map(|id| state.run(id));
    let with = with.collect::<Answer<Vec<RunRow>>>()?;
    let all: Vec<&RunRow> = std::iter::once(run).chain(&with).collect();
    let common = match with.is_empty() {
        true => None,
        false => Some(common(state, &all, population)?),
    };
    Ok(Chosen::new(only, common))
}

/// Looks at the examples asked for of one pass of a run, as far as it is computed.
///
/// # Errors
/// Status 404 for an unknown run, 409 before it has started, 422 for a pass or a subset that it does not have.
pub fn look<T>(
    state: &State,
    id: &str,
    pick: &Pick,
    look: impl FnOnce(&Looked<'_>) -> Answer<T>,
) -> Answer<T> {
    let [only, with] = [&pick.only, &pick.with].map(|text| text.as_deref().unwrap_or_default());
    let row = state.run(id)?;
    let chosen = chosen(state, &row, only, with, pick.population())?;
    look_at(state, &row, &state.run_state(&row)?, pick.pass, |pass| {
        let readings = &*chosen.narrow(pass.readings);
        look(&Looked { readings, ..*pass })
    })
}

/// Looks at one pass of a run, as far as it is computed.
///
/// # Errors
/// Status 409 before it has started, 422 for a pass that it does not have.
pub fn look_at<T>(
    state: &State,
    row: &RunRow,
    run: &RunState,
    pass: Option<usize>,
    look: impl FnOnce(&Looked<'_>) -> Answer<T>,
) -> Answer<T> {
    let Some(started) = &run.started else {
        return Err(not_started());
    };
    let pass = pass.unwrap_or_else(|| started.main_pass());
    let Some(seed) = started.seeds.get(pass).copied() else {
        return Err(Failure::field(
            "pass",
            format!(
                "{pass} is not a pass from 0 to {}",
                started.seeds.len().saturating_sub(1)
            ),
        ));
    };
    state.shelf.look(
        &state.store,
        row.number,
        run,
        |Passes { passes, .. }| match passes.get(pass) {
            Some(readings) => look(&Looked {
                pass,
                seed,
                readings,
            }),
            None => Err(Failure(Problem::internal("the run's readings are missing"))),
        },
    )?
}
