//! What a curve is before it is drawn: points, bands, what an axis cannot show, and decimation.

mod decimate;
mod range;

pub use decimate::{decimate, decimate_band};
pub use range::{Class, Range};

/// A curve: one value per recorded point, and perhaps a band around it.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// What it is called in legends and tables.
    pub name: String,
    /// The slot that gives its colour, dash and marker.
    pub slot: usize,
    /// What role it plays.
    pub role: Role,
    /// The points, from left to right. One that has not been computed yet is there, without a value.
    pub points: Vec<Datum>,
    /// What its band means, if it has one.
    pub band: Option<Band>,
    /// Where it begins anew: neither a line nor a band leads to these places from those before.
    pub breaks: Vec<f64>,
    /// Whether its points alone were measured, with nothing known in between.
    pub measured: bool,
}

impl Series {
    /// Whether its end has its name where curves are named there.
    pub fn has_end_label(&self) -> bool {
        matches!(self.role, Role::Main | Role::Single)
    }

    /// The stretches of points that a line goes through.
    pub fn pieces(&self) -> impl Iterator<Item = &[Datum]> {
        self.points.chunk_by(|before, after| {
            let between = |place: &f64| before.x < *place && *place <= after.x;
            !self.breaks.iter().any(between)
        })
    }
}

/// What a curve's band means.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// In legends: `quartiles`.
    pub name: String,
    /// The lower edge in tables: `lower quartile`.
    pub low: String,
    /// The upper edge in tables.
    pub high: String,
    /// Whether it is drawn strongly, as the spread between passes is.
    pub strong: bool,
}

/// How a curve is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// A full line in the colour and dash of its slot.
    Main,
    /// A line in the colour of its slot with this dash instead, for a second curve of the same run.
    Dashed(usize),
    /// A line in the colour of its slot, with its marker, and with this dash instead: what a curve says of the same thing.
    Dash(usize),
    /// Its points alone, small.
    Points,
    /// Only its band.
    BandOnly,
    /// A share that is drawn as the area from `low` to `high`, stacked on the shares before it.
    Area,
    /// A thin line in the colour and dash of its slot, for one example among many.
    Single,
    /// A thin line that stands back, for a second curve of one run among several.
    Thin,
}

/// One point of a curve.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Datum {
    /// The place on the axis, in its units.
    pub x: f64,
    /// The value; none while it has not been computed.
    pub y: Option<f64>,
    /// The band's lower edge, NaN where there is none.
    pub low: f64,
    /// The band's upper edge, NaN where there is none.
    pub high: f64,
    /// How many readings it summarises.
    pub n: usize,
    /// How many readings were not finite, and are in nothing else.
    pub not_finite: usize,
}

impl Datum {
    /// A single reading.
    pub fn single(x: f64, y: Option<f64>) -> Self {
        Self {
            x,
            y,
            low: f64::NAN,
            high: f64::NAN,
            n: usize::from(y.is_some_and(f64::is_finite)),
            not_finite: usize::from(y.is_some_and(|y| !y.is_finite())),
        }
    }
}
