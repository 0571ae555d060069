//! Images with their labels.

use super::Scope;
use crate::error::{Error, Result};
use tch::{Kind, Reduction, Tensor};

/// Images `[N, C, H, W]` with pixels in [0, 1], on the network's device, and the true label of each.
#[derive(Debug)]
pub struct Examples {
    x: Tensor,
    labels: Tensor,
    classes: Vec<usize>,
}

impl Examples {
    /// As a step of an attack has them: its `x` and the labels of its rows.
    ///
    /// # Errors
    /// [`Error::Shape`] where there are not as many labels as images.
    pub fn new(x: &Tensor, labels: &[usize]) -> Result<Self> {
        let images = x.size().first().copied().unwrap_or(0);
        if images as usize != labels.len() || labels.is_empty() {
            return Err(Error::Shape {
                what: "the images",
                got: x.size(),
                expected: format!("{} images, one a label and at least one,", labels.len()),
            });
        }
        let classes: Vec<i64> = labels.iter().map(|label| *label as i64).collect();
        Ok(Self {
            x: x.f_detach()?,
            labels: Tensor::f_from_slice(&classes)?.f_to_device(x.device())?,
            classes: labels.to_vec(),
        })
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.classes.len()
    }

    /// The pixels.
    pub fn x(&self) -> &Tensor {
        &self.x
    }

    /// The labels.
    pub fn labels(&self) -> &[usize] {
        &self.classes
    }

    /// Those at these places.
    pub(super) fn select(&self, rows: &[usize]) -> Result<Self> {
        let places: Vec<i64> = rows.iter().map(|row| *row as i64).collect();
        let places = Tensor::f_from_slice(&places)?.f_to_device(self.x.device())?;
        Ok(Self {
            x: self.x.f_index_select(0, &places)?,
            labels: self.labels.f_index_select(0, &places)?,
            classes: rows.iter().map(|row| self.classes[*row]).collect(),
        })
    }

    /// The same with other pixels.
    pub(super) fn with_pixels(&self, x: Tensor) -> Self {
        Self {
            x,
            labels: self.labels.shallow_clone(),
            classes: self.classes.clone(),
        }
    }

    /// −log p_y of each example, `[N]`, in the logits' own precision.
    pub(super) fn losses(&self, logits: &Tensor) -> Result<Tensor> {
        Ok(logits.f_cross_entropy_loss(
            &self.labels,
            None::<&Tensor>,
            Reduction::None,
            -100,
            0.0,
        )?)
    }

    /// Blocks of at most so many, with the places of their examples.
    pub(super) fn blocks(&self, rows: usize) -> impl Iterator<Item = Vec<usize>> + use<> {
        let count = self.count();
        let rows = rows.max(1);
        (0..count)
            .step_by(rows)
            .map(move |first| (first..count.min(first + rows)).collect())
    }
}

impl Scope<'_> {
    /// Refuses labels that are no classes of the network, and logits that are not finite.
    pub(super) fn check(&self, examples: &Examples, logits: &Tensor) -> Result<()> {
        let classes = logits.size()[1] as usize;
        if let Some((index, label)) = examples
            .classes
            .iter()
            .enumerate()
            .find(|(_, label)| **label >= classes)
        {
            return Err(Error::Label {
                set: "the batch".to_owned(),
                index,
                label: *label,
                classes,
            });
        }
        let finite = logits.f_isfinite()?.f_all()?.f_int64_value(&[])?;
        match finite {
            0 => Err(Error::NotFinite {
                what: "a logit",
                place: None,
            }),
            _ => Ok(()),
        }
    }
}

/// Σ over all but the first dimension, in f64 on the CPU.
pub(super) fn row_sums(of: &Tensor) -> Result<Vec<f64>> {
    let rows = of.f_flatten(1, -1)?;
    crate::measure::to_vec(&rows.f_sum_dim_intlist([1i64].as_slice(), false, Kind::Double)?)
}
