//! The measures: what is read of every example at every recorded point, all from the attack's own forward pass.
//!
//! Reductions over features and pixels run on the device in f64 and come back as one small table per point,
//! together with the logits; the head algebra then runs here in f64 ([`crate::head`]).
//! A measure is a line in the list of `valleyscope-shared` and a line in one of the readers below.

mod closed_form;
mod ends;
mod last_layer;
mod rectified;
mod rise;
mod tensor;

pub use last_layer::LastLayer;

pub(crate) use tensor::changed;

use crate::attack::Step;
use crate::error::Result;
use crate::head::Softmax;
use tch::{Kind, Tensor};
use tensor::Clean;
use valleyscope_shared::measure::Measure;

/// Reads the measures along the path of one batch.
#[derive(Debug)]
pub struct Reader<'a> {
    last: &'a LastLayer,
    labels: Vec<usize>,
    clean: Option<Clean>,
    /// The softmax of each example at the clean point.
    softmaxes: Vec<Option<Softmax>>,
}

/// The readings of one step, of the examples that it is about.
#[derive(Clone, Debug)]
pub struct Reading {
    /// `rows x measures`, measure after measure in the order of the list.
    pub values: Vec<f64>,
    /// `rows x classes` logits in f64.
    pub logits: Vec<f64>,
}

impl Reading {
    /// Puts in the readings of a measure that is not read from the step itself.
    pub fn set(&mut self, measure: Measure, values: &[f64]) {
        let from = measure.place() * values.len();
        if let Some(column) = self.values.get_mut(from..from + values.len()) {
            column.copy_from_slice(values);
        }
    }

    /// The same with a row for each of `count` examples: what is not about any of `rows` is not a number.
    pub fn spread(&self, rows: &[usize], count: usize) -> Vec<f64> {
        if rows.len() == count {
            return self.values.clone();
        }
        let mut values = vec![f64::NAN; count * Measure::COUNT];
        for measure in 0..Measure::COUNT {
            for (place, row) in rows.iter().enumerate() {
                values[measure * count + row] = self.values[measure * rows.len() + place];
            }
        }
        values
    }

    /// The readings of one measure, one per row.
    pub fn column(&self, measure: Measure) -> &[f64] {
        let rows = self.values.len() / Measure::COUNT;
        &self.values[measure.place() * rows..(measure.place() + 1) * rows]
    }
}

impl<'a> Reader<'a> {
    /// For the examples with these (true) labels.
    pub fn new(last: &'a LastLayer, labels: Vec<usize>) -> Self {
        Self {
            last,
            labels,
            clean: None,
            softmaxes: Vec::new(),
        }
    }

    /// The readings of the next step. The first must be the clean point, to which later ones are compared.
    pub fn read(&mut self, step: &Step) -> Result<Reading> {
        let _guard = tch::no_grad_guard();
        let clean = match &mut self.clean {
            Some(clean) => clean,
            none => none.insert(Clean::of(step)?),
        };
        let some = match step.rows.len() == self.labels.len() {
            true => None,
            false => Some(clean.select(&step.rows)?),
        };
        let by_tensor = tensor::read(step, some.as_ref().unwrap_or(clean))?;
        let logits = to_vec(&step.logits)?;
        let rows = step.rows.len();
        let mut values = vec![f64::NAN; rows * Measure::COUNT];
        for (measure, column) in tensor::COLUMNS.iter().zip(by_tensor.chunks(rows)) {
            values[measure.place() * rows..(measure.place() + 1) * rows].copy_from_slice(column);
        }
        let labels: Vec<usize> = step.rows.iter().map(|row| self.labels[*row]).collect();
        let softmaxes: Vec<_> = logits
            .chunks(self.last.classes())
            .map(closed_form::softmax)
            .collect();
        if self.softmaxes.is_empty() {
            self.softmaxes = softmaxes.clone();
        }
        let phi_sq = Measure::PhiSq.place() * rows;
        let phi_sq = values[phi_sq..phi_sq + rows].to_vec();
        let mut write = |row, measure: Measure, value| values[measure.place() * rows + row] = value;
        for (place, logits) in logits.chunks(self.last.classes()).enumerate() {
            let clean = self
                .softmaxes
                .get(step.rows[place])
                .and_then(Option::as_ref);
            if let (Some(clean), Some(_)) = (clean, &softmaxes[place]) {
                rise::read(clean, logits, labels[place], |measure, value| {
                    write(place, measure, value);
                });
            }
        }
        self.last
            .read(&step.features, &softmaxes, &labels, &phi_sq, write)?;
        Ok(Reading { values, logits })
    }
}

/// A tensor's values in f64, row after row.
pub(crate) fn to_vec(tensor: &Tensor) -> Result<Vec<f64>> {
    let flat = tensor
        .f_detach()?
        .f_to_device(tch::Device::Cpu)?
        .f_to_kind(Kind::Double)?
        .f_contiguous()?
        .f_view([-1])?;
    Ok(Vec::<f64>::try_from(&flat)?)
}
