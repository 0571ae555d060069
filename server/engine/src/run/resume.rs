//! Going on with a stopped run: whole batches that it completed are handed out again instead of computed again.

use super::pass::Pass;
use super::progress::Progress;
use crate::attack;
use crate::check::{BatchMarks, Checker, Guidance};
use crate::error::{Error, Result};
use std::ops::Range;
use valleyscope_shared::event::Started;
use valleyscope_shared::readings::Readings;
use valleyscope_shared::runner::{Cancel, Earlier, Output};

/// What is taken over from a stopped run.
pub(super) struct Taken<'a> {
    earlier: &'a Earlier<'a>,
    /// Why nothing can be taken over, where the two runs would not belong together.
    refused: Option<String>,
    /// Example-passes that are taken over, and how many there are.
    count: (usize, usize),
}

impl<'a> Taken<'a> {
    /// Compares a stopped run with the one that begins: both must be of the same inputs, by the same program on the same device.
    pub(super) fn of(
        earlier: &'a Earlier<'a>,
        started: &Started,
        tables: &[Readings],
        batches: &[Range<usize>],
    ) -> Self {
        let Started {
            made_by,
            device,
            origin,
            ..
        } = &earlier.started;
        let differs = || match (origin, &started.origin) {
            (Some(then), Some(now)) => then.difference(now),
            _ => None,
        };
        let same = |(one, other): (&Readings, &Readings)| {
            one.axis() == other.axis() && one.examples() == other.examples()
        };
        let other_points = |(one, other): (&Readings, &Readings)| one.axis() != other.axis();
        let refused = if *made_by != started.made_by {
            Some(format!("it was computed by {made_by}"))
        } else if *device != started.device {
            Some(format!("it was computed on {device}"))
        } else if origin.is_none() {
            Some("it does not say what it was computed from".to_owned())
        } else if let Some(what) = differs() {
            Some(format!("it is of {what}"))
        } else if earlier.passes.iter().zip(tables).any(other_points) {
            Some("it recorded other steps of the attack".to_owned())
        } else if earlier.passes.len() != tables.len()
            || !earlier.passes.iter().zip(tables).all(same)
        {
            Some("it was about other examples".to_owned())
        } else {
            None
        };
        let mut taken = Self {
            earlier,
            refused,
            count: (0, started.examples * tables.len()),
        };
        let complete = (0..tables.len())
            .flat_map(|pass| batches.iter().map(move |batch| (pass, batch)))
            .filter(|(pass, batch)| taken.has(*pass, batch).is_some());
        taken.count.0 = complete.map(|(_, batch)| batch.len()).sum();
        taken
    }

    /// What the run's notes say of it.
    pub(super) fn note(&self) -> String {
        let id = &self.earlier.id;
        match &self.refused {
            Some(why) => format!("Nothing could be taken over from the stopped run {id}: {why}."),
            None => format!(
                "{} of {} attacked examples were taken over from the stopped run {id}.",
                self.count.0, self.count.1
            ),
        }
    }

    /// The stopped run, if it completed this batch of this pass.
    pub(super) fn has(&self, pass: usize, batch: &Range<usize>) -> Option<&'a Earlier<'a>> {
        let readings = self.earlier.passes.get(pass)?;
        let complete = batch.clone().all(|row| readings.ending(row).is_some());
        (self.refused.is_none() && complete).then_some(self.earlier)
    }
}

impl Pass<'_> {
    /// Hands out what a stopped run had computed of these rows, as [`Pass::batch`] would.
    pub(super) fn take_over(
        &mut self,
        rows: Range<usize>,
        earlier: &Earlier<'_>,
        cancel: &Cancel,
        checker: &mut Checker,
        progress: &mut Progress,
        emit: &mut dyn FnMut(Output),
    ) -> Result<()> {
        let Some(readings) = earlier.passes.get(self.place) else {
            return Ok(());
        };
        let traits = attack::traits(&self.attack)?;
        let guidance = Guidance::of(&self.attack, self.spec.precision)?;
        let mut marks = BatchMarks::new(rows.len(), guidance);
        let points = readings.axis().points();
        let reached = rows.clone().map(|row| readings.reached(row)).max();
        let last = readings.axis().steps.last().copied();
        if let Some(clean) = readings.clean_of(rows.clone()) {
            self.put_clean(&rows, clean.values, emit);
        }
        // One absent point says that everyone has left.
        for point in 0..(reached.unwrap_or(0) + 1).min(points) {
            if cancel.is_cancelled() {
                return Err(Error::Cancelled);
            }
            let block = readings.block(self.place, point, rows.clone());
            let there: Vec<usize> = (0..rows.len()).filter(|row| block.has(*row)).collect();
            let column = |measure| {
                let column = block.column(measure);
                there.iter().map(|row| column[*row]).collect::<Vec<f64>>()
            };
            let moves = readings.axis().step_at(point) != last;
            marks.look(column, &there, moves);
            self.put(point, rows.start, block.values, emit);
        }
        progress.skipped(self.spec.walked() * rows.len());
        for (place, row) in rows.enumerate() {
            if let Some(step) = readings.noted_flip(row) {
                self.note_flip(row, step, emit);
            }
            if row < self.spec.keep_examples as usize {
                let kept = (earlier.kept)(self.place, row)
                    .map_err(|problem| Error::Earlier(problem.detail))?;
                kept.into_iter().for_each(|kept| emit(Output::Kept(kept)));
            }
            if let Some(ending) = readings.ending(row).cloned() {
                marks.look_at_end(place, &ending);
                checker.look_at_end(&ending, traits);
                self.readings.put_ending(row, ending.clone());
                emit(Output::Ending {
                    pass: self.place,
                    row,
                    ending,
                });
            }
        }
        checker.add(&marks);
        progress.batch_done(&self.readings, self.place, self.seed, emit);
        Ok(())
    }
}
