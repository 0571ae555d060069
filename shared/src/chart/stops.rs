//! Horizontal axes: steps with their `start`, whole numbers, classes.

use crate::order;
use crate::readings::{Axis, EVERY_STEP_UP_TO};
use crate::route::PointName;

/// A horizontal axis.
#[derive(Clone, Debug, PartialEq)]
pub enum XAxis {
    /// The points of an attack.
    Steps(Stops),
    /// Whole numbers.
    Whole {
        /// What they count.
        label: String,
        /// The least.
        from: i64,
        /// The greatest.
        to: i64,
        /// Half a unit is left at both ends, for bars.
        bars: bool,
    },
    /// Numbers from 0 on.
    Numbers {
        /// What they are.
        label: String,
        /// The greatest.
        to: f64,
    },
    /// Classes, one column each.
    Classes {
        /// What they are.
        label: String,
        /// Their names.
        names: Vec<String>,
    },
}

/// The recorded points of one attack, or of several that are compared.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stops {
    /// The points from left to right.
    pub points: Vec<PointName>,
    /// The steps that are shown, first and last; all when absent.
    pub range: Option<(u32, u32)>,
}

impl Stops {
    /// The points of all these axes together.
    pub fn of<'a>(axes: impl IntoIterator<Item = &'a Axis>, range: Option<(u32, u32)>) -> Self {
        let mut points: Vec<PointName> = Vec::new();
        for axis in axes {
            points.extend(axis.steps.iter().map(|step| PointName::Step(*step)));
            if axis.random_start {
                points.push(PointName::Start);
            }
        }
        order::by(&mut points, |point| place_of(*point));
        points.dedup();
        Self { points, range }
    }

    /// Whether `start` is among them.
    pub fn has_start(&self) -> bool {
        self.points.contains(&PointName::Start)
    }

    /// The first and the last step shown; they differ.
    pub fn shown(&self) -> (f64, f64) {
        let last = self
            .points
            .iter()
            .map(|point| place_of(*point))
            .fold(0.0, f64::max);
        let (from, to) = match self.range {
            Some((from, to)) => (f64::from(from), f64::from(to).min(last)),
            None => (0.0, last),
        };
        if from < to {
            (from, to)
        } else {
            (0.0, last.max(1.0))
        }
    }

    /// Whether steps are drawn by their logarithm: where not every step is recorded.
    pub fn log(&self) -> bool {
        let (_, to) = self.shown();
        self.range.is_none() && to > EVERY_STEP_UP_TO as f64
    }
}

/// The place of a point on its axis: the step number, and one half for `start`.
pub fn place_of(point: PointName) -> f64 {
    match point {
        PointName::Start => 0.5,
        PointName::Step(step) => f64::from(step),
    }
}

impl XAxis {
    /// What the axis says of itself, and the name of a table's first column.
    pub fn label(&self) -> &str {
        match self {
            Self::Steps(stops) if stops.log() => "step, log axis",
            Self::Steps(_) => "step",
            Self::Whole { label, .. }
            | Self::Numbers { label, .. }
            | Self::Classes { label, .. } => label,
        }
    }

    /// The name of a place: `start`, or the number.
    pub fn name(&self, x: f64) -> String {
        match self {
            Self::Steps(_) if x == 0.5 => "start".to_owned(),
            Self::Numbers { .. } => crate::amount::significant(x, 4),
            _ => format!("{x}"),
        }
    }

    /// The first and the last place shown.
    pub fn shown(&self) -> (f64, f64) {
        match self {
            Self::Steps(stops) => stops.shown(),
            Self::Whole {
                from,
                to,
                bars: true,
                ..
            } => (*from as f64 - 0.5, *to as f64 + 0.5),
            Self::Whole { from, to, .. } if from < to => (*from as f64, *to as f64),
            Self::Whole { from, .. } => (*from as f64 - 1.0, *from as f64 + 1.0),
            Self::Numbers { to, .. } => (0.0, if *to > 0.0 { *to } else { 1.0 }),
            Self::Classes { names, .. } => (0.0, names.len().max(1) as f64),
        }
    }
}
