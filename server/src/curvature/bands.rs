//! The distributions over a job's examples, stop by stop.

use std::collections::{BTreeSet, HashMap};
use valleyscope_shared::curvature::{CurvatureBlock, CurvatureValue, Mark, PlannedRow};
use valleyscope_shared::event::{Compact, Point};
use valleyscope_shared::readings::Axis;
use valleyscope_shared::statistic::Quartiles;
use valleyscope_shared::valley::{BandPoint, Interval};

/// What is computed of a job so far.
pub struct Bands<'a> {
    rows: &'a [PlannedRow],
    columns: usize,
    values: HashMap<(usize, usize), Vec<CurvatureValue>>,
    /// The stops of which something has changed since they were handed out.
    changed: BTreeSet<usize>,
}

impl<'a> Bands<'a> {
    /// These values of these examples.
    pub fn new(
        rows: &'a [PlannedRow],
        columns: usize,
        known: impl IntoIterator<Item = CurvatureBlock>,
    ) -> Self {
        let known = known.into_iter();
        let values = known.map(|block| ((block.row, block.point), block.values));
        Self {
            rows,
            columns,
            values: values.collect(),
            changed: BTreeSet::new(),
        }
    }

    /// Takes in what was computed of one example at one point.
    pub fn put(&mut self, block: CurvatureBlock) {
        let point = Some(block.point);
        let own = self.rows.iter().find(|planned| planned.row == block.row);
        let stops = own.map_or(&[][..], |planned| planned.stops.as_slice());
        let these = stops.iter().enumerate().filter(|(_, stop)| **stop == point);
        self.changed.extend(these.map(|(place, _)| place));
        self.values.insert((block.row, block.point), block.values);
    }

    /// The values of a column at a stop.
    fn at(&self, stop: usize, column: usize) -> impl Iterator<Item = &CurvatureValue> {
        let value = move |planned: &PlannedRow| {
            let point = (*planned.stops.get(stop)?)?;
            self.values.get(&(planned.row, point))?.get(column)
        };
        self.rows.iter().filter_map(value)
    }

    /// The distribution of a column at a stop, and the median of its values' standard errors.
    pub fn of(&self, stop: usize, column: usize) -> (BandPoint, Option<f64>) {
        let numbers = self.at(stop, column).map(|value| value.value.0);
        let band = BandPoint::of(numbers, Interval::Bootstrap);
        let errors = self.at(stop, column).filter_map(|value| value.error);
        let errors = Quartiles::of(errors.map(|error| error.0));
        (band, (errors.n > 0).then_some(errors.median.0))
    }

    /// Step of the peak less step of the first flip, of every example that has both; steps are those of the axis.
    pub fn peaks(&self, axis: &Axis, column: usize) -> Vec<f64> {
        let flip = Mark::ALL.iter().position(|mark| *mark == Mark::Flip);
        let gap = |planned: &PlannedRow| {
            let flip = axis.step_at((*planned.marks.get(flip?)?)?)?;
            let at = |point: &usize| {
                let value = self
                    .values
                    .get(&(planned.row, *point))?
                    .get(column)?
                    .value
                    .0;
                (!value.is_nan()).then_some((*point, value))
            };
            let known = planned.points();
            let known = known.iter().filter_map(at);
            let peak = known.max_by(|a, b| a.1.total_cmp(&b.1))?;
            Some(f64::from(axis.step_at(peak.0)?) - f64::from(flip))
        };
        self.rows.iter().filter_map(gap).collect()
    }

    /// The stops that have changed since the last time, as the log has them, when so many places are computed.
    pub fn news(&mut self, pass: usize, done: u64) -> Vec<Point> {
        let changed = std::mem::take(&mut self.changed);
        let point = |stop: usize| Point {
            pass,
            point: stop,
            done,
            bands: (0..self.columns)
                .map(|column| Compact(self.of(stop, column).0))
                .collect(),
        };
        changed.into_iter().map(point).collect()
    }
}
