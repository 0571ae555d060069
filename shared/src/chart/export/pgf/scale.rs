//! Where places of a horizontal axis are in the coordinates of pgfplots.

use crate::chart::draw::{part_names, part_places};
use crate::chart::export::paper::Sheet;
use crate::chart::figure::Panel;
use crate::chart::stops::XAxis;
use crate::chart::tick::{x_ticks, y_ticks};
use crate::chart::xmap::{Band, XMap};

/// A horizontal axis in coordinates: places as they are where they lie evenly, else one for each.
pub struct Scale {
    map: XMap,
    /// The first and the last coordinate.
    pub ends: (f64, f64),
    /// The room in pixels for labels.
    pixels: (f64, f64),
}

impl Scale {
    pub fn of(panel: &Panel, sheet: &Sheet) -> Self {
        let shown = panel.x.shown();
        let ends = match &panel.x {
            XAxis::Steps(stops) => {
                let inside = |x: f64| shown.0 <= x && x <= shown.1;
                let places = stops
                    .points
                    .iter()
                    .map(|point| crate::chart::stops::place_of(*point));
                let places = places.filter(|x| inside(*x)).count();
                let even = stops.stages.is_empty() && !stops.log() && !stops.has_start();
                match even {
                    true => shown,
                    false => (0.0, places.saturating_sub(1).max(1) as f64),
                }
            }
            _ => shown,
        };
        let options = &sheet.options;
        Self {
            map: XMap::new(&panel.x, ends.0, ends.1),
            ends,
            pixels: (
                f64::from(options.width) - 70.0,
                f64::from(options.height) - 60.0,
            ),
        }
    }

    /// The coordinate of a place.
    pub fn at(&self, x: f64) -> f64 {
        self.map.px(x)
    }

    /// The parts of an attack, in coordinates.
    pub fn bands(&self) -> &[Band] {
        self.map.bands()
    }

    /// The axis as on a page of this width.
    fn page(&self, panel: &Panel) -> (XMap, f64) {
        let wide = self.pixels.0.max(40.0);
        (XMap::new(&panel.x, 0.0, wide), wide)
    }

    /// The ticks of the horizontal axis, thinned as on a page.
    pub fn x_ticks(&self, panel: &Panel) -> Vec<(f64, String)> {
        let ticks = x_ticks(&panel.x, &self.page(panel).0).into_iter();
        ticks.map(|(x, label)| (self.at(x), label)).collect()
    }

    /// The names of an attack's parts that have room, each with the coordinate of its middle.
    pub fn part_names(&self, panel: &Panel) -> Vec<(String, f64)> {
        let (page, wide) = self.page(panel);
        let names = part_names(&part_places(&panel.x, &page, 0.0, wide)).into_iter();
        let coordinate = |px: f64| self.ends.0 + px / wide * (self.ends.1 - self.ends.0);
        names.map(|(name, px)| (name, coordinate(px))).collect()
    }

    /// The ticks of the vertical axis.
    pub fn y_ticks(&self, panel: &Panel) -> Vec<(f64, String)> {
        y_ticks(&panel.y.range, panel.y.unit, self.pixels.1.max(60.0))
    }
}
