//! Some of a run's examples: those that a selection names, and those that other runs have too.

use crate::failure::{Answer, Failure};
use crate::shelf::Passes;
use crate::state::State;
use crate::store::RunRow;
use std::borrow::Cow;
use std::collections::HashSet;
use valleyscope_shared::event::Started;
use valleyscope_shared::measure::Measure;
use valleyscope_shared::readings::Readings;
use valleyscope_shared::subset::Subset;
use valleyscope_shared::valley::{Population, path};

/// A subset that can be taken of any pass of its run.
#[derive(Default)]
pub struct Chosen {
    only: Subset,
    /// The images, by their index in the data set, that all other runs have; none where there is no other run.
    common: Option<HashSet<u64>>,
}

impl Chosen {
    /// The examples of `run` that `only` names and that every run of `with` has too, in this population.
    ///
    /// # Errors
    /// Status 404 for a run that is not there, 422 for one on another data set.
    pub fn of(
        state: &State,
        run: &RunRow,
        only: Subset,
        with: &[String],
        population: Population,
    ) -> Answer<Self> {
        let mut common: Option<HashSet<u64>> = None;
        for id in with {
            let other = state.run(id)?;
            let (here, there) = (&run.spec.data.set, &other.spec.data.set);
            if here != there {
                return Err(Failure::field(
                    "with",
                    format!(
                        "run {id} is on {there}, this one on {here}: they have no image in common"
                    ),
                ));
            }
            let images = images(state, &other, population)?;
            common = match common {
                Some(known) => Some(known.intersection(&images).copied().collect()),
                None => Some(images),
            };
        }
        Ok(Self { only, common })
    }

    /// Whether it is everything.
    pub fn is_all(&self) -> bool {
        self.only.is_all() && self.common.is_none()
    }

    /// Whether the example of this row is among them.
    pub fn holds(&self, readings: &Readings, row: usize) -> bool {
        let path = || path(readings, Measure::KappaTr, row);
        let common = |images: &HashSet<u64>| {
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
    let main = known.started.as_ref().map_or(0, Started::main_pass);
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
