//! Where a job's measures are computed: which examples, at which of their recorded points.

use super::{CurvatureMeasure, CurvatureSpec, Named, Points};
use crate::measure::Measure;
use crate::readings::{Axis, Example, Readings};
use crate::spec::RunSpec;
use crate::valley::path;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A place on an example's path that has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// The image as it is.
    Clean,
    /// The first recorded point at or after the first flip.
    Flip,
    /// The largest relative sharpness of the last layer.
    Peak,
    /// The last recorded point.
    End,
}

impl Mark {
    /// Every mark, in the order in which they come on most paths.
    pub const ALL: [Self; 4] = [Self::Clean, Self::Flip, Self::Peak, Self::End];

    /// The name in JSON and files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Flip => "flip",
            Self::Peak => "peak",
            Self::End => "end",
        }
    }

    /// The recorded point where it lies on the path of a row, if that has it.
    pub fn point(self, readings: &Readings, row: usize) -> Option<usize> {
        let path = path(readings, Measure::KappaTr, row)?;
        let reached = readings.reached(row);
        let points = readings.axis().part(path.stage.as_ref());
        let mut points = points.filter(|(point, _)| *point < reached);
        match self {
            Self::Clean => Some(0),
            Self::Flip => {
                let flip = path.first_flip?;
                points.find(|(_, step)| *step >= flip.max(1)).map(|at| at.0)
            }
            Self::Peak => {
                let peak = path.peak_step?;
                points.find(|(_, step)| *step == peak).map(|at| at.0)
            }
            Self::End => points.last().map(|at| at.0),
        }
    }
}

/// Where something is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// Every measure of one example at one recorded point.
    Example {
        /// Which row of the run.
        row: usize,
        /// Which recorded point.
        point: usize,
    },
    /// The density of one layer, by its place in the job's list, at one mark.
    Density {
        /// Which mark.
        mark: Mark,
        /// Which layer.
        layer: usize,
    },
}

/// One example of a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedRow {
    /// Which row of the run, and of the run that is done again.
    pub row: usize,
    /// The example.
    pub example: Example,
    /// For each stop of the job the recorded point of this example, where its path has it.
    pub stops: Vec<Option<usize>>,
    /// For each of [`Mark::ALL`] its recorded point, where the path has it; for densities.
    pub marks: Vec<Option<usize>>,
}

/// What is to be computed where.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The run that attacks these images once more, in batches as they were; noise is keyed by seed and image, so it is the run's own path.
    pub again: RunSpec,
    /// The pass of that run that is looked at; those before it only draw what it draws from.
    pub pass: usize,
    /// The seed of the pass.
    pub seed: u64,
    /// The examples that something is computed of; their rows are those of `again`.
    pub rows: Vec<PlannedRow>,
}

impl PlannedRow {
    /// The plan of one row of the pass with these readings.
    pub fn of(ask: &CurvatureSpec, readings: &Readings, row: usize) -> Option<Self> {
        let example = *readings.examples().get(row)?;
        let marks = Mark::ALL.map(|mark| mark.point(readings, row)).to_vec();
        let stops = match &ask.points {
            Points::Named(Named::Marks) => marks.clone(),
            other => {
                let reached = |point: usize| (point < readings.reached(row)).then_some(point);
                let points = recorded(other, readings.axis());
                points.into_iter().map(reached).collect()
            }
        };
        Some(Self {
            row,
            example,
            stops,
            marks,
        })
    }

    /// The recorded points of this example at which something is read for itself, in order.
    pub fn points(&self) -> BTreeSet<usize> {
        self.stops.iter().flatten().copied().collect()
    }
}

/// The recorded points that are asked for, where they are the same of all examples.
fn recorded(points: &Points, axis: &Axis) -> Vec<usize> {
    match points {
        Points::Named(_) => (0..axis.points()).collect(),
        Points::Steps(steps) => {
            let place = |step: &u32| axis.steps.iter().position(|known| known == step);
            let places = steps.iter().filter_map(place);
            places.map(|place| axis.point_of(place)).collect()
        }
    }
}

impl Plan {
    /// The names of a job's stops: the marks, or the recorded points.
    pub fn stops(ask: &CurvatureSpec, axis: &Axis) -> Vec<String> {
        match &ask.points {
            Points::Named(Named::Marks) => Mark::ALL.map(|mark| mark.id().to_owned()).to_vec(),
            other => {
                let points = recorded(other, axis).into_iter();
                points.map(|point| axis.label(point)).collect()
            }
        }
    }

    /// Every place of a job.
    pub fn places(rows: &[PlannedRow], ask: &CurvatureSpec) -> Vec<Place> {
        let of_row = |row: &PlannedRow| {
            let row_number = row.row;
            let at = move |point| Place::Example {
                row: row_number,
                point,
            };
            row.points().into_iter().map(at).collect::<Vec<_>>()
        };
        let mut places: Vec<Place> = match ask.columns().is_empty() {
            true => Vec::new(),
            false => rows.iter().flat_map(of_row).collect(),
        };
        if ask.measures.contains(&CurvatureMeasure::Density) {
            for (place, mark) in Mark::ALL.into_iter().enumerate() {
                let has = |row: &PlannedRow| row.marks.get(place).is_some_and(Option::is_some);
                if rows.iter().any(has) {
                    let layers = 0..ask.layers.list().len();
                    places.extend(layers.map(|layer| Place::Density { mark, layer }));
                }
            }
        }
        places
    }

    /// The examples of a density at a mark, each with its recorded point.
    pub fn at(&self, mark: Mark) -> Vec<(usize, usize)> {
        let place = Mark::ALL.iter().position(|known| *known == mark);
        let point = |row: &PlannedRow| Some((row.row, (*row.marks.get(place?)?)?));
        self.rows.iter().filter_map(point).collect()
    }
}
