//! What a stopped run had computed, for the run that goes on with it.

use super::Log;
use crate::kept::read_row;
use crate::shelf::Passes;
use crate::store::{Result, RunRow};
use std::path::Path;
use valleyscope_shared::event::Started;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::readings::Readings;
use valleyscope_shared::runner::{Earlier, Kept};

impl Log {
    /// Looks at what the stopped run `id` had computed; at nothing where it computed nothing, or was deleted.
    ///
    /// A run that was stopped while it went on with another may hold less than that other one: of those whose inputs are
    /// still the same, by `fits`, the one that holds most counts. Where none has them, that is for the engine to say.
    pub fn with_earlier<T>(
        &self,
        id: &str,
        fits: impl Fn(&Started) -> bool,
        look: impl FnOnce(Option<Earlier<'_>>) -> T,
    ) -> Result<T> {
        let Some((run, passes)) = self.most_of(id, fits)? else {
            return Ok(look(None));
        };
        let Some(started) = self.state_of(&run)?.started else {
            return Ok(look(None));
        };
        let path = self.store.kept_path(&run.id);
        let kept = |pass: usize, row: usize| -> std::result::Result<Vec<Kept>, Problem> {
            let points = read_row(&path, pass, row).map_err(Problem::from)?;
            let of = |point: crate::kept::KeptPoint| Kept {
                pass,
                point: point.point,
                first_row: row,
                rows: 1,
                shape: point.shape.to_vec(),
                images: (point.pixels.iter())
                    .map(|pixel| f32::from(*pixel) / f32::from(u16::MAX))
                    .collect(),
                logits: point.logits,
            };
            Ok(points.into_iter().map(of).collect())
        };
        Ok(look(Some(Earlier {
            id: run.id.clone(),
            started,
            passes,
            kept: &kept,
        })))
    }

    /// Of this run and those that it went on with, the one that completed most examples; one that fits before one that does not.
    fn most_of(
        &self,
        id: &str,
        fits: impl Fn(&Started) -> bool,
    ) -> Result<Option<(RunRow, Vec<Readings>)>> {
        let (mut best, mut most) = (None, (false, 0));
        let mut next = Some(id.to_owned());
        while let Some(id) = next {
            let Some(run) = self.store.run(&id)? else {
                break;
            };
            next = run.resumes.clone();
            let state = self.state_of(&run)?;
            let mut passes = Passes::read(&self.store, run.number, &state)?;
            self.leave_out_lost(&run, &mut passes);
            let ended = |pass: &Readings| {
                let rows = 0..pass.examples().len();
                rows.filter(|row| pass.ending(*row).is_some()).count()
            };
            let count: usize = passes.iter().map(ended).sum();
            let rank = (state.started.as_ref().is_some_and(&fits), count);
            if count > 0 && rank > most {
                (best, most) = (Some((run, passes)), rank);
            }
        }
        Ok(best)
    }

    /// Takes back the endings of examples whose kept iterates are not all there, so that they are computed again.
    ///
    /// An ending is committed after its iterates are on the disk; a file that was cut or damaged later is found here.
    fn leave_out_lost(&self, run: &RunRow, passes: &mut [Readings]) {
        let path = self.store.kept_path(&run.id);
        for (pass, readings) in passes.iter_mut().enumerate() {
            let kept = readings
                .examples()
                .len()
                .min(run.spec.keep_examples as usize);
            let lost: Vec<usize> = (0..kept)
                .filter(|row| readings.ending(*row).is_some())
                .filter(|row| !all_kept(&path, pass, *row, readings.reached(*row)))
                .collect();
            if !lost.is_empty() {
                tracing::warn!(
                    run = run.id,
                    pass,
                    rows = ?lost,
                    "iterates of {} examples of run {} are not there; these examples are computed again",
                    lost.len(),
                    run.id
                );
            }
            lost.into_iter().for_each(|row| readings.drop_ending(row));
        }
    }

    fn state_of(&self, run: &RunRow) -> Result<valleyscope_shared::run::RunState> {
        match self.store.final_state(run.number)? {
            Some(state) => Ok(state),
            None => self.store.fold(run.number),
        }
    }
}

/// Whether every point of a row can be read.
fn all_kept(path: &Path, pass: usize, row: usize, points: usize) -> bool {
    let there = read_row(path, pass, row);
    there.is_ok_and(|there| {
        let numbers = there.iter().map(|kept| kept.point);
        numbers.take(points).eq(0..points)
    })
}
