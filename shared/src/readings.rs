//! The readings of one pass over the data: every measure, at every recorded point, of every example.

mod axis;
mod clean;
mod narrowed;
mod stage;
mod standing;

use crate::ending::Ending;
use crate::field::Norm;
use crate::measure::{self, Measure};
pub use axis::{Axis, EVERY_STEP_UP_TO, MOST_STAGES, STAGED_POINTS};
pub use clean::CleanLogits;
use serde::{Deserialize, Serialize};
pub use stage::Stage;
pub use standing::Standing;
use std::ops::Range;

/// One example of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Example {
    /// Its index in the data set.
    pub index: u64,
    /// Its label.
    pub label: u32,
    /// The class that a targeted attack leads it to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<u32>,
}

impl Example {
    /// Of an untargeted attack.
    pub fn new(index: u64, label: u32) -> Self {
        Self {
            index,
            label,
            target: None,
        }
    }
}

/// The readings of consecutive examples at one point, measure after measure in the order of [`measure::ALL`].
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Which pass, by its place among the run's seeds.
    pub pass: usize,
    /// The recorded point.
    pub point: usize,
    /// The row of the first example.
    pub first_row: usize,
    /// `rows x measures` values: all rows of the first measure, then all of the second.
    pub values: Vec<f64>,
}

impl Block {
    /// The number of examples.
    pub fn rows(&self) -> usize {
        self.values.len() / Measure::COUNT
    }

    /// The readings of one measure, one per row.
    pub fn column(&self, measure: Measure) -> &[f64] {
        let rows = self.rows();
        self.values
            .get(measure.place() * rows..(measure.place() + 1) * rows)
            .unwrap_or(&[])
    }

    /// Whether anything was read of this row. Of one that left nothing is;
    /// of one whose logits are not finite there is no prediction, but its perturbation and its passes are known.
    pub fn has(&self, row: usize) -> bool {
        let rows = self.rows();
        let mut own =
            (0..Measure::COUNT).filter_map(|measure| self.values.get(measure * rows + row));
        row < rows && own.any(|value| !value.is_nan())
    }
}

/// All readings of one pass. What has not been computed yet, or never was, is absent.
#[derive(Clone, Debug)]
pub struct Readings {
    axis: Axis,
    examples: Vec<Example>,
    /// Per measure `points x examples` values.
    values: Vec<Vec<f64>>,
    /// Per example how many points are recorded.
    reached: Vec<u32>,
    /// Per example whether nothing more will come.
    ended: Vec<bool>,
    /// Per example the exact first flip where steps between recorded ones were looked at too.
    flips: Vec<Option<u32>>,
    /// Per example how it ended, once it has.
    endings: Vec<Option<Ending>>,
    /// Per example its logits at the clean point; none where they are not known. The first pass has them for all.
    clean: Vec<Vec<f64>>,
    /// The ball within which a wrong prediction counts as a success, where the attack itself does not keep to it.
    bound: Option<Bound>,
    /// The norm that the attack makes small, if it does.
    smallest: Option<Norm>,
}

/// A ball in which successes of an attack count that looks for the smallest perturbation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Bound {
    /// How lengths are measured.
    pub norm: Norm,
    /// The radius.
    pub epsilon: f64,
}

impl Bound {
    /// Whether a perturbation of this length is inside.
    ///
    /// An image that was clipped to the ball in f32 is rounded there to half a unit in the last place of 1, 3e-8, and so is the clean one:
    /// the largest of their differences may be 6e-8 too long, and over thousands of pixels the other norms a little more.
    pub fn holds(&self, length: f64) -> bool {
        let rounding = match self.norm {
            Norm::Linf => 1e-7,
            Norm::L2 | Norm::L1 => 1e-6,
        };
        length <= self.epsilon * (1.0 + 1e-6) + rounding
    }

    /// The measure that has the length.
    pub fn measure(&self) -> Measure {
        self.norm.measure()
    }
}

impl Readings {
    /// An empty table for these examples.
    pub fn new(axis: Axis, examples: Vec<Example>) -> Self {
        let size = axis.points() * examples.len();
        let (reached, flips) = (vec![0; examples.len()], vec![None; examples.len()]);
        let ended = vec![false; examples.len()];
        let (endings, clean) = (vec![None; examples.len()], vec![Vec::new(); examples.len()]);
        Self {
            values: vec![vec![f64::NAN; size]; measure::ALL.len()],
            axis,
            examples,
            reached,
            ended,
            flips,
            endings,
            clean,
            bound: None,
            smallest: None,
        }
    }

    /// The same table of an attack whose successes count within `bound` only, and that makes the norm `smallest` small.
    pub fn of(mut self, bound: Option<Bound>, smallest: Option<Norm>) -> Self {
        self.bound = bound;
        self.smallest = smallest;
        self
    }

    /// The norm that the attack makes small, if it does.
    pub fn smallest(&self) -> Option<Norm> {
        self.smallest
    }

    /// The recorded points.
    pub fn axis(&self) -> &Axis {
        &self.axis
    }

    /// The examples, by row.
    pub fn examples(&self) -> &[Example] {
        &self.examples
    }

    /// Writes a block into the table; rows and points beyond it are ignored.
    ///
    /// A row of which nothing was read has left: it is absent from this point on.
    pub fn put(&mut self, block: &Block) {
        let (rows, all) = (block.rows(), self.examples.len());
        if block.point >= self.axis.points() || block.first_row + rows > all {
            return;
        }
        let from = block.point * all + block.first_row;
        for measure in measure::ALL {
            self.values[measure.place()][from..from + rows].copy_from_slice(block.column(*measure));
        }
        let last = block.point + 1 == self.axis.points();
        for place in 0..rows {
            let (row, there) = (block.first_row + place, block.has(place));
            if there {
                self.reached[row] = self.reached[row].max(block.point as u32 + 1);
            }
            self.ended[row] |= last || !there;
        }
    }

    /// Whether nothing more will come for this row: all points are recorded, or it left.
    pub fn ended(&self, row: usize) -> bool {
        self.ended.get(row).copied().unwrap_or(false)
    }

    /// Notes that example `row` was first seen wrong at step `step`, where that step may lie between recorded ones.
    pub fn put_flip(&mut self, row: usize, step: u32) {
        if let Some(flip) = self.flips.get_mut(row) {
            *flip = Some(flip.map_or(step, |known| known.min(step)));
        }
    }

    /// The ball within which successes count, where the attack itself does not keep to it.
    pub fn bound(&self) -> Option<Bound> {
        self.bound
    }

    /// Notes how a row ended.
    pub fn put_ending(&mut self, row: usize, ending: Ending) {
        if let Some(slot) = self.endings.get_mut(row) {
            *slot = Some(ending);
        }
    }

    /// Takes back how a row ended: it is to be computed again.
    pub fn drop_ending(&mut self, row: usize) {
        if let Some(slot) = self.endings.get_mut(row) {
            *slot = None;
        }
    }

    /// How a row ended, once it has.
    pub fn ending(&self, row: usize) -> Option<&Ending> {
        self.endings.get(row)?.as_ref()
    }

    /// The noted first flip of a row, see [`Readings::put_flip`].
    pub fn noted_flip(&self, row: usize) -> Option<u32> {
        self.flips.get(row).copied().flatten()
    }

    /// One reading, if it is recorded.
    pub fn get(&self, measure: Measure, point: usize, row: usize) -> Option<f64> {
        (point < self.reached(row))
            .then(|| self.values[measure.place()][point * self.examples.len() + row])
    }

    /// How many points of a row are recorded.
    pub fn reached(&self, row: usize) -> usize {
        self.reached.get(row).map_or(0, |reached| *reached as usize)
    }

    /// The readings of a measure at a point of the rows that `wanted` names and that have reached it.
    pub fn column<'a>(
        &'a self,
        measure: Measure,
        point: usize,
        wanted: impl Fn(usize) -> bool + 'a,
    ) -> impl Iterator<Item = f64> + 'a {
        (0..self.examples.len())
            .filter(move |row| wanted(*row))
            .filter_map(move |row| self.get(measure, point, row))
    }

    /// One point of consecutive rows of the table of pass `pass`; what is absent is not a number.
    pub fn block(&self, pass: usize, point: usize, rows: Range<usize>) -> Block {
        let column = |measure: &Measure| {
            let measure = *measure;
            rows.clone()
                .map(move |row| self.get(measure, point, row).unwrap_or(f64::NAN))
        };
        Block {
            pass,
            point,
            first_row: rows.start,
            values: measure::ALL.iter().flat_map(column).collect(),
        }
    }

    /// A row's curve of a measure over all its recorded points, `start` included.
    pub fn curve(&self, measure: Measure, row: usize) -> Vec<f64> {
        (0..self.reached(row))
            .filter_map(|point| self.get(measure, point, row))
            .collect()
    }
}
