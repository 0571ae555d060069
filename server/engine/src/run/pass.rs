//! One pass over the selected examples with one seed and one epsilon.

use super::ending::{At, Tracker};
use super::progress::Progress;
use super::select::Selection;
use crate::attack::{self, Batch, Departure, Kind, Place, Traits, Way};
use crate::check::{BatchMarks, Checker, Guidance};
use crate::data::{self, Dataset};
use crate::error::{Error, Result};
use crate::measure::{LastLayer, Reader, Reading, to_vec};
use crate::model::Model;
use crate::noise::Noise;
use crate::prediction;
use std::ops::Range;
use tch::Tensor;
use valleyscope_shared::measure::Measure;
use valleyscope_shared::readings::{Block, CleanLogits, Readings};
use valleyscope_shared::runner::{Cancel, Kept, Output};
use valleyscope_shared::spec::{AttackSpec, RunSpec, Trace};

pub(super) struct Pass<'a> {
    pub(super) model: &'a dyn Model,
    pub(super) last: &'a LastLayer,
    pub(super) set: &'a dyn Dataset,
    pub(super) selection: &'a Selection,
    pub(super) spec: &'a RunSpec,
    /// The attack with the pass's own epsilon.
    pub(super) attack: AttackSpec,
    pub(super) place: usize,
    pub(super) seed: u64,
    pub(super) readings: Readings,
}

/// What stands at the beginning of a batch.
pub(super) struct Begun {
    pub batch: Batch,
    /// Looks at how its examples end.
    pub tracker: Tracker,
    /// What of it makes the result doubtful.
    pub marks: BatchMarks,
    /// Their true labels.
    pub labels: Vec<usize>,
    pub traits: Traits,
}

impl Pass<'_> {
    /// The images of the rows `rows`, to be attacked together.
    fn begin(&self, rows: &Range<usize>) -> Result<Begun> {
        let indices = &self.selection.indices[rows.clone()];
        let labels = &self.selection.labels[rows.clone()];
        let (x, truth) = data::batch(self.set, indices, self.model.device(), self.model.kind())?;
        let examples = self.readings.examples()[rows.clone()].to_vec();
        let targets: Option<Vec<i64>> = (examples.iter())
            .map(|example| example.target.map(i64::from))
            .collect();
        let labels_to_use = match targets {
            Some(targets) => Tensor::f_from_slice(&targets)?.f_to_device(truth.device())?,
            None => truth.shallow_clone(),
        };
        let traits = attack::traits(&self.attack)?;
        let towards = match traits.kind {
            Kind::Path(Way::Towards) => Some(self.towards(indices)?),
            _ => None,
        };
        let smallest = self.attack.minimum_norm().then(|| self.attack.norm());
        let tracker = Tracker::new(&examples, &x, smallest, self.readings.bound());
        let batch = Batch {
            x,
            labels: labels_to_use,
            truth,
            indices: indices.iter().map(|index| *index as u64).collect(),
            towards,
            last_gradient: self.spec.trace.is_on(),
        };
        let guidance = Guidance::of(&self.attack, self.spec.precision)?;
        Ok(Begun {
            batch,
            tracker,
            marks: BatchMarks::new(rows.len(), guidance),
            labels: labels.to_vec(),
            traits,
        })
    }

    /// Attacks the rows `rows` together, with or without a trace.
    pub(super) fn batch(
        &mut self,
        rows: Range<usize>,
        cancel: &Cancel,
        checker: &mut Checker,
        progress: &mut Progress,
        emit: &mut dyn FnMut(Output),
    ) -> Result<()> {
        let begun = self.begin(&rows)?;
        let traits = begun.traits;
        let (tracker, mut marks) = match self.spec.trace {
            Trace::On => self.traced(&rows, begun, cancel, progress, emit)?,
            Trace::Off => self.verdict(&rows, begun, cancel, progress, emit)?,
        };
        for (row, ending) in rows.clone().zip(tracker.finish(self.model)?) {
            marks.look_at_end(row - rows.start, &ending);
            checker.look_at_end(&ending, traits);
            self.readings.put_ending(row, ending.clone());
            emit(Output::Ending {
                pass: self.place,
                row,
                ending,
            });
        }
        checker.add(&marks);
        progress.batch_done(&self.readings, self.place, self.seed, emit);
        Ok(())
    }

    /// Reads every recorded point as it comes.
    fn traced(
        &mut self,
        rows: &Range<usize>,
        begun: Begun,
        cancel: &Cancel,
        progress: &mut Progress,
        emit: &mut dyn FnMut(Output),
    ) -> Result<(Tracker, BatchMarks)> {
        let (mut tracker, mut marks) = (begun.tracker, begun.marks);
        let labels = begun.labels.as_slice();
        let mut reader = Reader::new(self.last, labels.to_vec());
        let noise = Noise::new(self.seed);
        let mut steps = attack::start(&self.attack, self.model, begun.batch, noise)?;
        let leaves = begun.traits.departure == Departure::AtSuccess;
        let mut left = Left::default();
        let mut recorded = 0;
        loop {
            if cancel.is_cancelled() {
                return Err(Error::Cancelled);
            }
            let Some(step) = steps.step()? else {
                break;
            };
            let wanted = match step.place {
                Place::Start => true,
                Place::Clean => self.readings.axis().step_at(recorded) == Some(0),
                Place::Step(step) => self.readings.axis().step_at(recorded) == Some(step),
            };
            if !wanted {
                let logits = to_vec(&step.logits)?;
                tracker.look((&step).into(), &logits, steps.passes())?;
                self.note_flips((&step).into(), &logits, rows.start, labels, emit);
                let gone = tracker.newly(&step);
                if leaves && !gone.is_empty() {
                    let leaving = step.select(&gone)?;
                    let mut reading = reader.read(&leaving)?;
                    reading.set(Measure::Passes, &tracker.spent(&leaving.rows));
                    marks.look(|measure| reading.column(measure), &leaving.rows, true);
                    self.keep((&leaving).into(), &reading, recorded, rows, emit)?;
                    left.add(reading, &leaving.rows);
                }
                continue;
            }
            let mut reading = reader.read(&step)?;
            if step.place == Place::Clean {
                self.put_clean(rows, reading.logits.clone(), emit);
            }
            tracker.look((&step).into(), &reading.logits, steps.passes())?;
            reading.set(Measure::Passes, &tracker.spent(&step.rows));
            let moves = step.place != Place::Step(self.spec.attack.steps() as u32);
            marks.look(|measure| reading.column(measure), &step.rows, moves);
            self.keep((&step).into(), &reading, recorded, rows, emit)?;
            if let Place::Step(number) = step.place {
                self.note_flips_read(&reading, &step.rows, number, rows.start, labels, emit);
            }
            let mut values = reading.spread(&step.rows, rows.len());
            left.put(&mut values, rows.len());
            self.put(recorded, rows.start, values, emit);
            progress.reached(&self.readings, self.place, recorded, rows.len(), emit);
            recorded += 1;
        }
        // Where every example has left, the points that are missing are done too; one absent point says so.
        let missing = self.readings.axis().points().saturating_sub(recorded);
        for point in recorded..recorded + missing.min(2) {
            let mut values = vec![f64::NAN; rows.len() * Measure::COUNT];
            left.put(&mut values, rows.len());
            self.put(point, rows.start, values, emit);
        }
        progress.skipped(missing * rows.len());
        Ok((tracker, marks))
    }

    /// The image that each of these is led to.
    fn towards(&self, indices: &[usize]) -> Result<Tensor> {
        let to = self.spec.attack.leads_to().map(|to| to as usize);
        let ends = indices.iter().map(|index| match to {
            Some(to) => Ok(to),
            None => data::next_of_another_class(self.set, *index),
        });
        let ends: Vec<usize> = ends.collect::<Result<_>>()?;
        Ok(data::batch(self.set, &ends, self.model.device(), self.model.kind())?.0)
    }

    /// Hands out the logits at the clean point, which the first pass has for all.
    pub(super) fn put_clean(
        &mut self,
        rows: &Range<usize>,
        values: Vec<f64>,
        emit: &mut dyn FnMut(Output),
    ) {
        if self.place == 0 && values.len() == rows.len() * self.last.classes() {
            emit(Output::Clean(CleanLogits {
                first_row: rows.start,
                rows: rows.len(),
                values,
            }));
        }
    }

    pub(super) fn put(
        &mut self,
        point: usize,
        first_row: usize,
        values: Vec<f64>,
        emit: &mut dyn FnMut(Output),
    ) {
        let block = Block {
            pass: self.place,
            point,
            first_row,
            values,
        };
        self.readings.put(&block);
        emit(Output::Block(block));
    }

    /// Between recorded points only the predictions are looked at, so that the first flip is exact.
    pub(super) fn note_flips(
        &mut self,
        step: At<'_>,
        logits: &[f64],
        first: usize,
        labels: &[usize],
        emit: &mut dyn FnMut(Output),
    ) {
        let Place::Step(number) = step.place else {
            return;
        };
        let classes = self.last.classes();
        for (logits, row) in logits.chunks(classes).zip(step.rows) {
            if prediction::of(logits).is_some_and(|class| class != labels[*row]) {
                self.note_flip(first + row, number, emit);
            }
        }
    }

    /// At recorded points a flip needs noting only where steps lie between recorded ones.
    fn note_flips_read(
        &mut self,
        reading: &Reading,
        rows: &[usize],
        step: u32,
        first: usize,
        labels: &[usize],
        emit: &mut dyn FnMut(Output),
    ) {
        if self.readings.axis().steps.len() == self.spec.attack.steps() + 1 {
            return;
        }
        for (row, prediction) in rows.iter().zip(reading.column(Measure::Pred)) {
            if !prediction.is_nan() && *prediction != labels[*row] as f64 {
                self.note_flip(first + row, step, emit);
            }
        }
    }

    /// Notes the first flip of a row.
    pub(super) fn note_flip(&mut self, row: usize, step: u32, emit: &mut dyn FnMut(Output)) {
        if self.readings.noted_flip(row).is_some() {
            return;
        }
        self.readings.put_flip(row, step);
        emit(Output::Flip {
            pass: self.place,
            row,
            step,
        });
    }

    /// Hands out the iterates of the first examples, which are kept to be looked at.
    pub(super) fn keep(
        &self,
        step: At<'_>,
        reading: &Reading,
        point: usize,
        rows: &Range<usize>,
        emit: &mut dyn FnMut(Output),
    ) -> Result<()> {
        let kept = (self.spec.keep_examples as usize).saturating_sub(rows.start);
        let kept = step.rows.iter().take_while(|row| **row < kept).count();
        if kept == 0 {
            return Ok(());
        }
        let images = step
            .x
            .f_narrow(0, 0, kept as i64)?
            .f_to_device(tch::Device::Cpu)?
            .f_to_kind(tch::Kind::Float)?;
        let images = Vec::<f32>::try_from(&images.f_contiguous()?.f_view([-1])?)?;
        let (pixels, classes) = (images.len() / kept, self.last.classes());
        // Rows that follow one another in one piece; where none has left there is one.
        let mut from = 0;
        for piece in step.rows[..kept].chunk_by(|a, b| a + 1 == *b) {
            let to = from + piece.len();
            emit(Output::Kept(Kept {
                pass: self.place,
                point,
                first_row: rows.start + piece[0],
                rows: piece.len(),
                shape: shape_of(step.x),
                images: images[from * pixels..to * pixels].to_vec(),
                logits: reading.logits[from * classes..to * classes].to_vec(),
            }));
            from = to;
        }
        Ok(())
    }
}

/// The last readings of examples that left between two recorded points; they are shown at the second.
#[derive(Default)]
pub(super) struct Left(Vec<(usize, Vec<f64>)>);

impl Left {
    pub(super) fn add(&mut self, reading: Reading, rows: &[usize]) {
        for (i, row) in rows.iter().enumerate() {
            let own = (0..Measure::COUNT).map(|measure| reading.values[measure * rows.len() + i]);
            self.0.push((*row, own.collect()));
        }
    }

    /// Puts them into the readings of a batch of `count` examples.
    pub(super) fn put(&mut self, values: &mut [f64], count: usize) {
        for (row, own) in self.0.drain(..) {
            for (measure, value) in own.into_iter().enumerate() {
                values[measure * count + row] = value;
            }
        }
    }
}

fn shape_of(x: &Tensor) -> Vec<usize> {
    x.size().iter().skip(1).map(|size| *size as usize).collect()
}
