//! One batch without a trace: the attack alone, and what became of its images.

use super::ending::{At, Tracker};
use super::pass::{Begun, Left, Pass};
use super::progress::Progress;
use crate::attack::{self, Bare, Passes, Place};
use crate::check::BatchMarks;
use crate::error::{Error, Result};
use crate::measure::{Reader, Reading, to_vec};
use crate::noise::Noise;
use std::ops::Range;
use tch::Tensor;
use valleyscope_shared::measure::Measure;
use valleyscope_shared::runner::{Cancel, Output};

/// The latest point whose logits are known.
struct Seen {
    place: Place,
    rows: Vec<usize>,
    x: Tensor,
    logits: Vec<f64>,
}

/// What is read at an end of paths goes here.
struct Ends<'a> {
    reader: Reader<'a>,
    /// `[N, ...]`, the clean images.
    clean: Tensor,
    marks: BatchMarks,
    /// The readings at the last points of those that are done.
    last: Left,
}

impl Pass<'_> {
    /// Reads the two ends of each path alone.
    ///
    /// Predictions are those that the attack itself looks at, and where it does not those of the clean point and of the end of each run:
    /// these are looked at here, at one forward pass each, because without them there is no verdict.
    pub(super) fn verdict(
        &mut self,
        rows: &Range<usize>,
        begun: Begun,
        cancel: &Cancel,
        progress: &mut Progress,
        emit: &mut dyn FnMut(Output),
    ) -> Result<(Tracker, BatchMarks)> {
        let mut tracker = begun.tracker;
        let mut ends = Ends {
            reader: Reader::new(self.last, begun.labels.clone()),
            clean: begun.batch.x.shallow_clone(),
            marks: begun.marks,
            last: Left::default(),
        };
        let looks = self.where_runs_end();
        let noise = Noise::new(self.seed);
        let mut steps = attack::start(&self.attack, self.model, begun.batch, noise)?;
        let mut looked = Passes::default();
        let mut seen: Option<Seen> = None;
        let mut walked = 0;
        loop {
            if cancel.is_cancelled() {
                return Err(Error::Cancelled);
            }
            let Some(bare) = steps.bare()? else {
                break;
            };
            let must = match bare.place {
                Place::Clean => true,
                Place::Start => false,
                Place::Step(step) => looks.contains(&step),
            };
            let logits = self.logits(&bare, must, &mut looked)?;
            let passes = steps.passes();
            let spent = Passes {
                forward: passes.forward + looked.forward,
                ..passes
            };
            let at = At {
                place: bare.place,
                rows: &bare.rows,
                x: &bare.x,
            };
            match &logits {
                Some(logits) => tracker.look(at, logits, spent)?,
                None => tracker.spend(at.rows, spent),
            }
            if bare.place == Place::Start {
                continue;
            }
            if let Some(logits) = logits {
                self.note_flips(at, &logits, rows.start, &begun.labels, emit);
                let now = Seen {
                    place: bare.place,
                    rows: bare.rows,
                    x: bare.x,
                    logits,
                };
                if now.place == Place::Clean {
                    let all: Vec<usize> = (0..now.rows.len()).collect();
                    let mut reading = ends.read(&now, &all)?;
                    reading.set(Measure::Passes, &tracker.spent(&now.rows));
                    self.keep((&now).into(), &reading, 0, rows, emit)?;
                    self.put(0, rows.start, reading.spread(&now.rows, rows.len()), emit);
                }
                if let Some(before) = seen.take() {
                    let gone = |row: &usize| !now.rows.contains(row);
                    self.read_last(&before, gone, &tracker, &mut ends, rows, emit)?;
                }
                seen = Some(now);
            }
            walked += 1;
            progress.walked(&self.readings, self.place, rows.len(), emit);
        }
        if let Some(before) = seen {
            self.read_last(&before, |_| true, &tracker, &mut ends, rows, emit)?;
        }
        let mut values = vec![f64::NAN; rows.len() * Measure::COUNT];
        ends.last.put(&mut values, rows.len());
        self.put(1, rows.start, values, emit);
        progress.skipped(self.spec.walked().saturating_sub(walked) * rows.len());
        Ok((tracker, ends.marks))
    }

    /// The last steps of the attack's runs.
    fn where_runs_end(&self) -> Vec<u32> {
        let stages = self.attack.axis().stages;
        let last = u32::try_from(self.attack.steps()).unwrap_or(u32::MAX);
        let ends = stages.iter().map(|stage| stage.last);
        ends.chain([last]).collect()
    }

    /// The logits at a point in f64: as the attack saw them, or looked at here where they `must` be known.
    fn logits(&self, bare: &Bare, must: bool, looked: &mut Passes) -> Result<Option<Vec<f64>>> {
        let _guard = tch::no_grad_guard();
        match &bare.logits {
            Some(logits) => to_vec(logits).map(Some),
            None if must => {
                looked.forward += bare.rows.len() as u64;
                to_vec(&self.model.forward(&bare.x)?.logits).map(Some)
            }
            None => Ok(None),
        }
    }

    /// Reads a point of those of its rows that have gone no further; of the clean point they have no last one.
    fn read_last(
        &self,
        seen: &Seen,
        gone: impl Fn(&usize) -> bool,
        tracker: &Tracker,
        ends: &mut Ends<'_>,
        rows: &Range<usize>,
        emit: &mut dyn FnMut(Output),
    ) -> Result<()> {
        let places: Vec<usize> = (0..seen.rows.len())
            .filter(|place| gone(&seen.rows[*place]))
            .collect();
        if places.is_empty() || seen.place == Place::Clean {
            return Ok(());
        }
        let those: Vec<usize> = places.iter().map(|place| seen.rows[*place]).collect();
        let mut reading = ends.read(seen, &places)?;
        reading.set(Measure::Passes, &tracker.spent(&those));
        let index: Vec<i64> = places.iter().map(|place| *place as i64).collect();
        let index = Tensor::f_from_slice(&index)?.f_to_device(seen.x.device())?;
        let at = At {
            place: seen.place,
            rows: &those,
            x: &seen.x.f_index_select(0, &index)?,
        };
        self.keep(at, &reading, 1, rows, emit)?;
        ends.last.add(reading, &those);
        Ok(())
    }
}

impl Ends<'_> {
    /// The readings of those at these places of a point.
    fn read(&mut self, seen: &Seen, places: &[usize]) -> Result<Reading> {
        let reading =
            (self.reader).read_end(&seen.rows, places, &seen.x, &self.clean, &seen.logits)?;
        let those: Vec<usize> = places.iter().map(|place| seen.rows[*place]).collect();
        self.marks
            .look(|measure| reading.column(measure), &those, false);
        Ok(reading)
    }
}

impl<'a> From<&'a Seen> for At<'a> {
    fn from(seen: &'a Seen) -> Self {
        Self {
            place: seen.place,
            rows: &seen.rows,
            x: &seen.x,
        }
    }
}
