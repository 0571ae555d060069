//! Where things were drawn, in CSS pixels, so that a cursor can be laid over them.

use crate::route::PointName;
use crate::series::Range;

/// Where the panels of a figure are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// The panels from top to bottom.
    pub panels: Vec<PanelLayout>,
}

/// Where one panel is, in CSS pixels from the figure's upper left corner.
#[derive(Clone, Debug, PartialEq)]
pub struct PanelLayout {
    /// The left edge of the plot.
    pub left: f64,
    /// Its upper edge.
    pub top: f64,
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// The places where the cursor can stand, from left to right.
    pub stops: Vec<Stop>,
    /// The range of the value axis.
    pub range: Range,
    /// The height of the strip above the plot that has the names of parts, 0 where there is none.
    pub strip: f64,
    /// The parts of the attack that are shown, from left to right; none where they are not told apart.
    pub parts: Vec<PartLayout>,
}

/// Where one part of an attack is.
#[derive(Clone, Debug, PartialEq)]
pub struct PartLayout {
    /// Its name.
    pub name: String,
    /// What it and its neighbours of the same kind are called together.
    pub group: Option<String>,
    /// The left edge of its band.
    pub left: f64,
    /// The right edge.
    pub right: f64,
    /// What a view of this part alone shows: its first and its last step. A single step fills no axis.
    pub range: Option<(u32, u32)>,
}

/// A place where the cursor can stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Stop {
    /// In CSS pixels from the figure's left edge.
    pub px: f64,
    /// In the units of the axis, as [`super::Figure::readings`] takes it.
    pub x: f64,
    /// The recorded point, on an axis of steps.
    pub point: Option<PointName>,
    /// What the axis calls it.
    pub label: String,
}

impl PanelLayout {
    /// Whether a pixel is inside the plot.
    pub fn contains(&self, x: f64, y: f64) -> bool {
        (self.left..=self.left + self.width).contains(&x)
            && (self.top..=self.top + self.height).contains(&y)
    }

    /// The part whose name stands in the strip at a pixel.
    pub fn part_at(&self, x: f64, y: f64) -> Option<&PartLayout> {
        let in_strip = self.top - self.strip <= y && y < self.top;
        let mut parts = self.parts.iter();
        parts.find(|part| in_strip && part.left <= x && x < part.right)
    }

    /// The stop nearest to a pixel.
    pub fn nearest(&self, x: f64) -> Option<&Stop> {
        self.stops
            .iter()
            .min_by(|a, b| (a.px - x).abs().total_cmp(&(b.px - x).abs()))
    }

    /// The stop of a recorded point.
    pub fn stop(&self, point: PointName) -> Option<&Stop> {
        self.stops.iter().find(|stop| stop.point == Some(point))
    }

    /// The pixel of a value; values beyond the axis lie at its ends.
    pub fn y_of(&self, value: f64) -> f64 {
        self.top + (1.0 - self.range.part(value)) * self.height
    }

    /// The value of a pixel.
    pub fn value_at(&self, y: f64) -> f64 {
        self.range.value(1.0 - (y - self.top) / self.height)
    }
}
