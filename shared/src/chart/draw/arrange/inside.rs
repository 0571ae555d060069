//! The legend inside the plot, in the corner where it covers the least.

use super::super::frame::guide_names;
use super::{Arrangement, LABEL, Level, above, map};
use crate::chart::figure::{Content, Figure, Panel};
use crate::chart::layout::PanelLayout;
use crate::chart::legend;
use crate::chart::options::{Legend, Options};
use crate::chart::text::width;
use crate::chart::tick::TICK_SIZE;

/// The distance from the edges of the plot.
const AWAY: f64 = 8.0;
/// The most of the plot's width and height that a legend takes.
const MOST: f64 = 0.65;
/// Between two points a curve is looked at in as many places.
const BETWEEN: usize = 12;

/// A box: left, top, width and height.
type Area = (f64, f64, f64, f64);

/// Everything as without a legend, and the legend in a corner; above where it fits into none.
pub fn arranged(figure: &Figure, options: &Options, level: Level) -> Arrangement {
    let with = |legend| Options {
        legend,
        ..options.clone()
    };
    let outside = above(figure, &with(Legend::Outside), level, false);
    let without = above(figure, &with(Legend::Off), level, false);
    let Some((panel, layout)) = figure.panels.first().zip(without.panels.first()) else {
        return outside;
    };
    let widest = legend::widest(&outside.legend);
    let wide = widest.min(MOST * layout.width);
    let high = legend::placed(&outside.legend, wide).1 as f64 * legend::ROW;
    let is_cells = matches!(panel.content, Content::Cells(_) | Content::Heat(_));
    if outside.legend.is_empty() || is_cells || high > MOST * layout.height {
        return outside;
    }
    let (left, top) = (layout.left + AWAY, layout.top + 4.0);
    let right = layout.left + layout.width - AWAY - wide;
    let bottom = layout.top + layout.height - 4.0 - high;
    let ink = ink(panel, layout);
    let covered = |(x, y): &(f64, f64)| {
        let area = (*x, *y, wide, high);
        ink.iter().filter(|point| inside(area, **point)).count()
    };
    let corners = [(right, top), (left, top), (right, bottom), (left, bottom)];
    let words = words(panel, layout);
    let free = |(x, y): &(f64, f64)| !words.iter().any(|word| touch((*x, *y, wide, high), *word));
    let Some(best) = corners.into_iter().filter(free).min_by_key(covered) else {
        return outside;
    };
    Arrangement {
        legend: outside.legend,
        legend_at: best,
        legend_width: wide,
        legend_inside: Some(high),
        ..without
    }
}

fn inside((left, top, wide, high): Area, (x, y): (f64, f64)) -> bool {
    (left..=left + wide).contains(&x) && (top..=top + high).contains(&y)
}

fn touch(one: Area, other: Area) -> bool {
    let overlap =
        |from: f64, long: f64, start: f64, wide: f64| from < start + wide && start < from + long;
    overlap(one.0, one.2, other.0, other.2) && overlap(one.1, one.3, other.1, other.3)
}

/// Where words stand in the plot already: names of lines and of points, and the counts above bars.
fn words(panel: &Panel, layout: &PanelLayout) -> Vec<Area> {
    let map = map(&panel.x, layout);
    let names = guide_names(panel, layout).into_iter();
    let names = names.filter_map(|(guide, place)| {
        let (right, middle) = place?;
        let wide = width(&guide.label, TICK_SIZE, false);
        Some((right - wide, middle - 7.0, wide, 14.0))
    });
    let marks = panel.marks.iter().map(|mark| {
        let (x, y) = (map.px(mark.x), layout.y_of(mark.y));
        let wide = 1.07 * width(&mark.label, LABEL, false) + 12.0;
        (x - wide, y - 42.0, 2.0 * wide, 84.0)
    });
    let bars = match &panel.content {
        Content::Bars(groups) => groups.as_slice(),
        _ => &[],
    };
    let counts = bars
        .iter()
        .flat_map(|group| &group.bars)
        .map(|(x, height, _)| (map.px(*x) - 18.0, layout.y_of(*height) - 16.0, 36.0, 16.0));
    names.chain(marks).chain(counts).collect()
}

/// Places on the curves and their bands, and in the bars.
fn ink(panel: &Panel, layout: &PanelLayout) -> Vec<(f64, f64)> {
    let map = map(&panel.x, layout);
    let mut ink = Vec::new();
    match &panel.content {
        Content::Curves(curves) => {
            for piece in curves.iter().flat_map(|curve| curve.pieces()) {
                let lines: [Vec<(f64, f64)>; 3] = [
                    piece.iter().filter_map(|at| Some((at.x, at.y?))).collect(),
                    piece.iter().map(|at| (at.x, at.low)).collect(),
                    piece.iter().map(|at| (at.x, at.high)).collect(),
                ];
                for line in lines {
                    let points = line.into_iter().filter(|(_, y)| y.is_finite());
                    let points = points.map(|(x, y)| (map.px(x), layout.y_of(y)));
                    between(&points.collect::<Vec<_>>(), &mut ink);
                }
            }
        }
        Content::Bars(groups) => {
            for (x, height, _) in groups.iter().flat_map(|group| &group.bars) {
                let (x, top) = (map.px(*x), layout.y_of(*height));
                let foot = layout.top + layout.height;
                between(&[(x, top), (x, foot)], &mut ink);
            }
        }
        Content::Cells(_) | Content::Heat(_) => {}
    }
    ink
}

/// Places along a line.
fn between(points: &[(f64, f64)], ink: &mut Vec<(f64, f64)>) {
    ink.extend(points.last());
    for pair in points.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        ink.extend((0..BETWEEN).map(|place| {
            let part = place as f64 / BETWEEN as f64;
            (
                from.0 + part * (to.0 - from.0),
                from.1 + part * (to.1 - from.1),
            )
        }));
    }
}
