//! Horizontal axes: steps with their `start`, whole numbers, classes.

use super::decades::Decades;
use super::table::Cell;
use crate::order;
use crate::readings::{Axis, EVERY_STEP_UP_TO, Stage};
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
    /// Numbers from here to there, also negative ones.
    Between {
        /// What they are.
        label: String,
        /// The least.
        from: f64,
        /// The greatest.
        to: f64,
    },
    /// Positive numbers by their logarithm.
    Decades(Decades),
    /// Places with a name each: the first at one half, the next one further.
    Named {
        /// What they are.
        label: String,
        /// Their names.
        names: Vec<String>,
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
    /// The parts of the attacks, as far as they are recorded, where all have the same; none of attacks with one part.
    pub stages: Vec<Stage>,
    /// Whether the attacks have different parts, so that none are told apart.
    pub mixed: bool,
}

/// A part of an axis as far as it is shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Piece<'a> {
    /// Which part.
    pub stage: &'a Stage,
    /// The first place shown of it; the clean point and the start stand before the first part.
    pub from: f64,
    /// The last one.
    pub to: f64,
    /// How many recorded points are between them, both included.
    pub points: usize,
    /// Whether some step between them is not recorded.
    pub thinned: bool,
}

impl Stops {
    /// The points of all these axes together.
    pub fn of<'a>(axes: impl IntoIterator<Item = &'a Axis>, range: Option<(u32, u32)>) -> Self {
        let mut points: Vec<PointName> = Vec::new();
        let mut parts: Vec<&[Stage]> = Vec::new();
        for axis in axes {
            parts.push(&axis.stages);
            points.extend(axis.steps.iter().map(|step| PointName::Step(*step)));
            if axis.random_start {
                points.push(PointName::Start);
            }
        }
        order::by(&mut points, |point| place_of(*point));
        points.dedup();
        let mixed = parts.windows(2).any(|pair| pair[0] != pair[1]);
        let stages = match parts.first() {
            Some(stages) if !mixed => stages,
            _ => &[][..],
        };
        let last = points.iter().map(|point| place_of(*point));
        let last = last.fold(0.0, f64::max) as u32;
        let reached = stages.iter().filter(|stage| stage.first <= last);
        let stages = reached.map(|stage| Stage {
            last: stage.last.min(last),
            ..stage.clone()
        });
        Self {
            stages: stages.collect(),
            points,
            range,
            mixed,
        }
    }

    /// The part that a place belongs to; the clean point and the start belong to none.
    pub fn stage_of(&self, x: f64) -> Option<&Stage> {
        let own = |stage: &&Stage| f64::from(stage.first) <= x && x <= f64::from(stage.last);
        self.stages.iter().find(own)
    }

    /// The first and the last step of a part, by its place, as a view of it alone names them; the first part has the clean point before it.
    /// A part of one step fills no axis.
    pub fn range_of(&self, place: usize) -> Option<(u32, u32)> {
        let stage = self.stages.get(place)?;
        let first = if place == 0 { 0 } else { stage.first };
        (first < stage.last).then_some((first, stage.last))
    }

    /// The parts that can be shown alone, each with its name and its range.
    pub fn parts(&self) -> Vec<(String, (u32, u32))> {
        let part =
            |(place, stage): (usize, &Stage)| Some((stage.name.clone(), self.range_of(place)?));
        self.stages.iter().enumerate().filter_map(part).collect()
    }

    /// The parts that are shown, from left to right.
    pub fn pieces(&self) -> Vec<Piece<'_>> {
        let (from, to) = self.shown();
        let piece = |(place, stage): (usize, &'_ Stage)| {
            let first = if place == 0 {
                0.0
            } else {
                f64::from(stage.first)
            };
            (first.max(from), f64::from(stage.last).min(to))
        };
        let pieces = self.stages.iter().enumerate().filter_map(|part| {
            let (from, to) = piece(part);
            if from > to {
                return None;
            }
            let inside = |point: &&PointName| (from..=to).contains(&place_of(**point));
            let points: Vec<&PointName> = self.points.iter().filter(inside).collect();
            let steps = points.iter().filter(|point| ***point != PointName::Start);
            let thinned = (steps.count() as f64) < to - from + 1.0;
            Some(Piece {
                stage: part.1,
                from,
                to,
                points: points.len(),
                thinned,
            })
        });
        pieces.collect()
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

    /// Whether steps are drawn by their logarithm, of parts those within the part: where not every step is recorded.
    pub fn log(&self) -> bool {
        if !self.stages.is_empty() {
            return self.pieces().iter().any(|piece| piece.thinned);
        }
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
    /// What the axis says of itself.
    pub fn label(&self) -> &str {
        match self {
            Self::Steps(stops) if !stops.stages.is_empty() => match stops.log() {
                true => "step within the part, log axis",
                false => "step within the part",
            },
            Self::Steps(stops) if stops.log() => "step, log axis",
            Self::Steps(_) => "step",
            Self::Decades(decades) => &decades.label,
            Self::Whole { label, .. }
            | Self::Numbers { label, .. }
            | Self::Between { label, .. }
            | Self::Named { label, .. }
            | Self::Classes { label, .. } => label,
        }
    }

    /// The names of the columns of a table that tell its places.
    pub fn columns(&self) -> Vec<String> {
        match self {
            Self::Steps(stops) if !stops.stages.is_empty() => ["step", "part", "step of the part"]
                .map(str::to_owned)
                .into(),
            Self::Decades(decades) => decades.columns(),
            _ => vec![self.label().to_owned()],
        }
    }

    /// What these columns say of a place.
    pub fn cells(&self, x: f64) -> Vec<Cell> {
        let text = |text: &str| Cell::Text(text.to_owned());
        match self {
            Self::Steps(stops) if !stops.stages.is_empty() => match stops.stage_of(x) {
                Some(stage) => {
                    let within = stage.within(x as u32).to_string();
                    [&format!("{x}"), &stage.name, &within]
                        .map(|cell| text(cell))
                        .into()
                }
                None => vec![text(&self.name(x)), text(""), text("")],
            },
            Self::Decades(decades) => decades.cells(x),
            _ => vec![text(&self.name(x))],
        }
    }

    /// The name of a place: `start`, the number, or the part with the number of the step within it.
    pub fn name(&self, x: f64) -> String {
        match self {
            Self::Steps(_) if x == 0.5 => "start".to_owned(),
            Self::Steps(stops) => match stops.stage_of(x) {
                Some(stage) => format!("{}, step {}", stage.name, stage.within(x as u32)),
                None => format!("{x}"),
            },
            Self::Numbers { .. } | Self::Between { .. } => crate::amount::significant(x, 4),
            Self::Decades(decades) => decades.name(x),
            Self::Named { names, .. } => names.get(x as usize).cloned().unwrap_or_default(),
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
            Self::Between { from, to, .. } => (*from, *to),
            Self::Decades(decades) => decades.shown(),
            Self::Named { names, .. } | Self::Classes { names, .. } => {
                (0.0, names.len().max(1) as f64)
            }
        }
    }
}
