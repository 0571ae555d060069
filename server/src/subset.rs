//! Some of a run's examples: those that a selection names, and those that other runs have too.

use crate::failure::{Answer, Failure};
use crate::shelf::Passes;
use crate::state::State;
use crate::store::RunRow;
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;
use valleyscope_shared::measure::Measure;
use valleyscope_shared::readings::Readings;
use valleyscope_shared::subset::Subset;
use valleyscope_shared::valley::{Population, path};

/// A subset that can be taken of any pass of its run.
#[derive(Default)]
pub struct Chosen {
    only: Subset,
    /// The images, by their index in the data set, that all of some runs have; none where there are no other runs.
    common: Option<Arc<HashSet<u64>>>,
}

/// The images, by their index in the data set, that all these runs have in this population.
/// Nobody among them is left out: what accuracies are over must be the same images too, and those are over all that are there.
///
/// # Errors
/// Status 422 for a run on another data set than the first.
pub fn common(
    state: &State,
    runs: &[&RunRow],
    population: Population,
) -> Answer<Arc<HashSet<u64>>> {
    let mut common: Option<HashSet<u64>> = None;
    for run in runs {
        let (here, there) = (runs[0].spec.data.address(), run.spec.data.address());
        if here != there {
            let words = format!(
                "run {} is on {there}, this one on {here}: they have no image in common",
                run.id
            );
            return Err(Failure::field("with", words));
        }
        let images = images(state, run, population)?;
        common = match common {
            Some(known) => Some(known.intersection(&images).copied().collect()),
            None => Some(images),
        };
    }
    Ok(Arc::new(common.unwrap_or_default()))
}

impl Chosen {
    /// The examples that `only` names and that are among these images.
    pub fn new(only: Subset, common: Option<Arc<HashSet<u64>>>) -> Self {
        Self { only, common }
    }

    /// Whether it is everything.
    pub fn is_all(&self) -> bool {
        self.only.is_all() && self.common.is_none()
    }

    /// Whether the example of this row is among them.
    pub fn holds(&self, readings: &Readings, row: usize) -> bool {
        let path = || path(readings, Measure::KappaTr, row);
        let common = |images: &Arc<HashSet<u64>>| {
            let example = readings.examples().get(row);
            example.is_some_and(|example| images.contains(&example.index))
        };
        self.common.as_ref().is_none_or(common)
            && (self.only.is_all() || path().is_some_and(|path| self.only.holds(&path)))
    }

    /// The readings of these examples alone.
    pub fn narrow<'a>(&self, readings: &'a Readings) -> Cow<'a, Readings> {
        if self.is_all() {
            return Cow::Borrowed(readings);
        }
        let rows = 0..readings.examples().len();
        let rows: Vec<usize> = rows.filter(|row| self.holds(readings, *row)).collect();
        Cow::Owned(readings.narrowed(&rows))
    }
}

/// The images of a run that belong to a population, by their index in the data set.
fn images(state: &State, run: &RunRow, population: Population) -> Answer<HashSet<u64>> {
    let known = state.run_state(run)?;
    let main = known.main_pass();
    let of = |Passes { passes, .. }: &Passes| {
        let Some(readings) = passes.get(main) else {
            return HashSet::new();
        };
        let rows = readings.examples().iter().enumerate();
        let rows = rows.filter(|(row, _)| population.holds(readings, *row));
        rows.map(|(_, example)| example.index).collect()
    };
    Ok(state.shelf.look(&state.store, run.number, &known, of)?)
}
