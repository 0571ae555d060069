//! What stands in a plot beside the data.

/// A horizontal line to compare with.
#[derive(Clone, Debug, PartialEq)]
pub struct Guide {
    /// Where.
    pub value: f64,
    /// What it is.
    pub label: String,
}

/// A vertical marker.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Where, in the units of the axis.
    pub x: f64,
    /// What it is.
    pub label: String,
    /// The slot of the run that it belongs to; none for the figure's only run.
    pub slot: Option<usize>,
}

/// A stretch of the horizontal axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Shade {
    /// From here.
    pub from: f64,
    /// To here.
    pub to: f64,
    /// What it is.
    pub label: String,
}

/// A point with a name.
#[derive(Clone, Debug, PartialEq)]
pub struct Mark {
    /// Where.
    pub x: f64,
    /// How high.
    pub y: f64,
    /// What it is.
    pub label: String,
    /// Filled, or only its outline.
    pub filled: bool,
}
