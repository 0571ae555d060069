//! What is known at an end of a path without a trace: what follows from logits and images alone, and no sharpness.

use super::{Reader, Reading, closed_form, tensor, to_vec};
use crate::ball::per_example;
use crate::error::Result;
use tch::{Kind, Tensor};
use valleyscope_shared::measure::Measure;

impl Reader<'_> {
    /// The readings of those at `places` of a point of the examples `rows`, with its images `x` `[rows, ...]` and logits in f64,
    /// against the `clean` images of all examples of the batch.
    ///
    /// The features are not known, so whatever they enter is not a number.
    ///
    /// # Errors
    ///
    /// What LibTorch refuses.
    pub(crate) fn read_end(
        &self,
        rows: &[usize],
        places: &[usize],
        x: &Tensor,
        clean: &Tensor,
        logits: &[f64],
    ) -> Result<Reading> {
        let _guard = tch::no_grad_guard();
        let index = |places: Vec<i64>| Tensor::f_from_slice(&places)?.f_to_device(x.device());
        let at = index(places.iter().map(|place| *place as i64).collect())?;
        let of = index(places.iter().map(|place| rows[*place] as i64).collect())?;
        let double = |some: &Tensor, index: &Tensor| -> Result<Tensor> {
            Ok(per_example(&some.f_index_select(0, index)?)?.f_to_kind(Kind::Double)?)
        };
        let change = double(x, &at)?.f_sub(&double(clean, &of)?)?;
        let classes = self.last.classes();
        let mut reading = Reading {
            values: vec![f64::NAN; places.len() * Measure::COUNT],
            logits: Vec::with_capacity(places.len() * classes),
        };
        for (measure, sizes) in tensor::SIZES.iter().zip(tensor::sizes(&change)?) {
            reading.set(*measure, &to_vec(&sizes)?);
        }
        for (place, point) in places.iter().enumerate() {
            let own = &logits[point * classes..(point + 1) * classes];
            let label = self.labels[rows[*point]];
            let softmax = closed_form::softmax(own);
            let write = |measure: Measure, value| {
                reading.values[measure.place() * places.len() + place] = value;
            };
            self.last.read_one(softmax.as_ref(), label, f64::NAN, write);
            reading.logits.extend_from_slice(own);
        }
        Ok(reading)
    }
}
