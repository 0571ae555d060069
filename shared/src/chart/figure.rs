//! A figure as a description: everything that is drawn, before it is drawn.

use super::heat::Heat;
use super::mark::{Guide, Mark, Rule, Shade};
use super::note::Note;
use super::stops::XAxis;
use super::words::capitalised;
use crate::amount::significant;
use crate::route::Statistic;
use crate::series::{Range, Series};

/// A figure: one panel, or several above each other with the same horizontal axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The id of its kind.
    pub id: &'static str,
    /// What it shows.
    pub title: String,
    /// Of whom, how many, and what curves and bands are.
    pub subtitle: String,
    /// One sentence with its numbers, for those who cannot see it.
    pub caption: String,
    /// The panels from top to bottom.
    pub panels: Vec<Panel>,
    /// What could not be drawn, counted.
    pub notes: Vec<Note>,
    /// Whether runs are named at the ends of their curves.
    pub end_labels: bool,
    /// What is said in the middle while there is nothing to draw.
    pub empty: &'static str,
}

impl Figure {
    /// A figure of a kind that has nothing to show yet.
    pub fn blank(id: &'static str) -> Self {
        Self {
            id,
            title: String::new(),
            subtitle: String::new(),
            caption: String::new(),
            panels: Vec::new(),
            notes: Vec::new(),
            end_labels: false,
            empty: "",
        }
    }
}

/// One pair of axes and what is between them.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    /// The horizontal axis.
    pub x: XAxis,
    /// The vertical axis.
    pub y: YAxis,
    /// The data.
    pub content: Content,
    /// Horizontal lines to compare with.
    pub guides: Vec<Guide>,
    /// Vertical markers.
    pub rules: Vec<Rule>,
    /// Stretches of the horizontal axis that matter.
    pub shades: Vec<Shade>,
    /// Single points with a name.
    pub marks: Vec<Mark>,
    /// How many examples are behind each place, printed under the axis.
    pub under: Vec<(f64, String)>,
    /// The slot and the name of the run that it is about, where each has a panel of its own.
    pub of: Option<(usize, String)>,
    /// What is drawn strong over the curves: this statistic of so many points.
    pub smooth: Option<(Statistic, usize)>,
}

impl Panel {
    /// A panel of this and nothing else, for the rest to be filled in.
    pub(super) fn of(content: Content) -> Self {
        Self {
            x: XAxis::Classes {
                label: String::new(),
                names: Vec::new(),
            },
            y: YAxis {
                label: String::new(),
                range: Range {
                    log: false,
                    low: 0.0,
                    high: 1.0,
                },
                unit: Unit::Plain,
            },
            content,
            guides: Vec::new(),
            rules: Vec::new(),
            shades: Vec::new(),
            marks: Vec::new(),
            under: Vec::new(),
            of: None,
            smooth: None,
        }
    }
}

/// A vertical axis.
#[derive(Clone, Debug, PartialEq)]
pub struct YAxis {
    /// The quantity, with its unit.
    pub label: String,
    /// From where to where.
    pub range: Range,
    /// How values are written.
    pub unit: Unit,
}

/// How values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// As numbers.
    Plain,
    /// A share, in percent.
    Percent,
    /// A whole number.
    Count,
}

impl Unit {
    /// A value for a person to read.
    pub fn text(self, value: f64) -> String {
        match self {
            _ if value.is_nan() => "not a number".to_owned(),
            _ if value.is_infinite() => if value > 0.0 { "∞" } else { "−∞" }.to_owned(),
            Self::Percent => format!("{} %", significant((value * 1000.0).round() / 10.0, 4)),
            Self::Plain | Self::Count => significant(value, 4).replace('-', "−"),
        }
    }
}

/// The data of a panel.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// Curves.
    Curves(Vec<Series>),
    /// Bars, one group per run.
    Bars(Vec<Bars>),
    /// A table of colours.
    Cells(Cells),
    /// Values as colours over two axes.
    Heat(Box<Heat>),
}

/// The bars of one run.
#[derive(Clone, Debug, PartialEq)]
pub struct Bars {
    /// What it is called in legends and tables.
    pub name: String,
    /// The slot that gives its colour.
    pub slot: usize,
    /// `(x, height, how many)`, from left to right.
    pub bars: Vec<(f64, f64, usize)>,
}

/// A square of counts, by row and column.
#[derive(Clone, Debug, PartialEq)]
pub struct Cells {
    /// What the rows are.
    pub row_label: String,
    /// The names of the rows and of the columns.
    pub names: Vec<String>,
    /// Row after row.
    pub counts: Vec<Vec<usize>>,
}

impl Figure {
    /// Makes the caption of the title and these sentences.
    pub(super) fn say(&mut self, sentences: &[String]) {
        self.caption = if sentences.is_empty() {
            format!("{}. {}.", self.title, self.empty)
        } else {
            let sentences: Vec<String> = sentences.iter().map(|said| capitalised(said)).collect();
            format!("{}. {}", self.title, sentences.join(" "))
        };
    }

    /// Whether panels have horizontal axes of their own, each with its labels.
    pub fn own_axes(&self) -> bool {
        self.panels.windows(2).any(|pair| pair[0].x != pair[1].x)
    }

    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.panels.iter().all(|panel| match &panel.content {
            Content::Curves(curves) => curves
                .iter()
                .all(|curve| curve.points.iter().all(|point| point.y.is_none())),
            Content::Bars(groups) => groups.iter().all(|group| group.bars.is_empty()),
            Content::Cells(cells) => cells.names.is_empty(),
            Content::Heat(heat) => heat.values.iter().flatten().all(|value| value.is_nan()),
        })
    }
}
