//! One pass over the selected examples with one seed.

use super::progress::Progress;
use super::select::Selection;
use crate::attack::{self, Batch, Place, Step};
use crate::check::{BatchMarks, Checker};
use crate::data::{self, Dataset};
use crate::error::{Error, Result};
use crate::head::Weights;
use crate::measure::{Reader, Reading};
use crate::model::Model;
use crate::noise::Noise;
use std::ops::Range;
use tch::{Kind, Tensor};
use valleyscope_shared::measure::Measure;
use valleyscope_shared::readings::{Axis, Block, Example, Readings};
use valleyscope_shared::runner::{Cancel, Kept, Output};
use valleyscope_shared::spec::RunSpec;

pub(super) struct Pass<'a> {
    model: &'a dyn Model,
    weights: &'a Weights,
    set: &'a dyn Dataset,
    selection: &'a Selection,
    spec: &'a RunSpec,
    place: usize,
    seed: u64,
    pub(super) readings: Readings,
}

impl<'a> Pass<'a> {
    #[expect(
        clippy::too_many_arguments,
        reason = "a pass is where everything about a run meets, once"
    )]
    pub(super) fn new(
        model: &'a dyn Model,
        weights: &'a Weights,
        set: &'a dyn Dataset,
        selection: &'a Selection,
        spec: &'a RunSpec,
        place: usize,
        seed: u64,
        axis: Axis,
        examples: Vec<Example>,
    ) -> Self {
        Self {
            model,
            weights,
            set,
            selection,
            spec,
            place,
            seed,
            readings: Readings::new(axis, examples),
        }
    }

    /// Attacks the rows `rows` together, reading every recorded point as it comes.
    pub(super) fn batch(
        &mut self,
        rows: Range<usize>,
        cancel: &Cancel,
        checker: &mut Checker,
        progress: &mut Progress,
        emit: &mut dyn FnMut(Output),
    ) -> Result<()> {
        let indices = &self.selection.indices[rows.clone()];
        let labels = &self.selection.labels[rows.clone()];
        let (x, truth) = data::batch(self.set, indices, self.model.device(), self.model.kind())?;
        let labels_to_use = match self.spec.attack.target() {
            Some(target) => truth.f_full_like(i64::from(target))?,
            None => truth,
        };
        let batch = Batch {
            x,
            labels: labels_to_use,
            indices: indices.iter().map(|index| *index as u64).collect(),
            last_gradient: true,
        };
        let objective = attack::objective(&self.spec.attack)?;
        let mut marks = BatchMarks::new(
            rows.len(),
            self.spec.precision,
            objective.loss,
            objective.gradient,
        );
        let mut reader = Reader::new(self.weights, labels.to_vec());
        let mut steps = attack::start(&self.spec.attack, self.model, batch, Noise::new(self.seed))?;
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
                self.note_flips(&step, rows.start, labels, emit)?;
                continue;
            }
            let reading = reader.read(&step)?;
            let moves = step.place != Place::Step(self.spec.attack.steps() as u32);
            marks.look(&reading, moves);
            self.keep(&step, &reading, recorded, &rows, emit)?;
            if let Place::Step(step) = step.place {
                self.note_flips_read(&reading, step, rows.start, labels, emit);
            }
            let block = Block {
                pass: self.place,
                point: recorded,
                first_row: rows.start,
                values: reading.values,
            };
            self.readings.put(&block);
            emit(Output::Block(block));
            progress.reached(&self.readings, self.place, recorded, rows.len(), emit);
            recorded += 1;
        }
        drop(steps);
        checker.add(&marks);
        progress.batch_done(&self.readings, self.place, self.seed, emit);
        Ok(())
    }

    /// Between recorded points only the predictions are looked at, so that the first flip is exact.
    fn note_flips(
        &mut self,
        step: &Step,
        first: usize,
        labels: &[usize],
        emit: &mut dyn FnMut(Output),
    ) -> Result<()> {
        let Place::Step(number) = step.place else {
            return Ok(());
        };
        let predictions = Vec::<i64>::try_from(
            &step
                .logits
                .f_argmax(1, false)?
                .f_to_device(tch::Device::Cpu)?,
        )?;
        for (row, (prediction, label)) in predictions.iter().zip(labels).enumerate() {
            if *prediction != *label as i64 {
                self.note_flip(first + row, number, emit);
            }
        }
        Ok(())
    }

    /// At recorded points a flip needs noting only where steps lie between recorded ones.
    fn note_flips_read(
        &mut self,
        reading: &Reading,
        step: u32,
        first: usize,
        labels: &[usize],
        emit: &mut dyn FnMut(Output),
    ) {
        if self.readings.axis().steps.len() == self.spec.attack.steps() + 1 {
            return;
        }
        for (row, (prediction, label)) in
            reading.column(Measure::Pred).iter().zip(labels).enumerate()
        {
            if *prediction != *label as f64 {
                self.note_flip(first + row, step, emit);
            }
        }
    }

    fn note_flip(&mut self, row: usize, step: u32, emit: &mut dyn FnMut(Output)) {
        if self.readings.noted_flip(row).is_none() {
            self.readings.put_flip(row, step);
            emit(Output::Flip {
                pass: self.place,
                row,
                step,
            });
        }
    }

    /// Hands out the iterates of the first examples, which are kept to be looked at.
    fn keep(
        &self,
        step: &Step,
        reading: &Reading,
        point: usize,
        rows: &Range<usize>,
        emit: &mut dyn FnMut(Output),
    ) -> Result<()> {
        let kept = (self.spec.keep_examples as usize)
            .min(rows.end)
            .saturating_sub(rows.start);
        if kept == 0 {
            return Ok(());
        }
        let images = step
            .x
            .f_narrow(0, 0, kept as i64)?
            .f_to_device(tch::Device::Cpu)?
            .f_to_kind(Kind::Float)?;
        let images = Vec::<f32>::try_from(&images.f_contiguous()?.f_view([-1])?)?;
        emit(Output::Kept(Kept {
            pass: self.place,
            point,
            first_row: rows.start,
            rows: kept,
            shape: shape_of(&step.x),
            images,
            logits: reading.logits[..kept * self.weights.classes()].to_vec(),
        }));
        Ok(())
    }
}

fn shape_of(x: &Tensor) -> Vec<usize> {
    x.size().iter().skip(1).map(|size| *size as usize).collect()
}
