//! What lies between the axes: curves with their bands, bars, cells, and what they are compared with.

use super::scale::Scale;
use super::{braced, colour, number};
use crate::chart::export::paper::Sheet;
use crate::chart::figure::{Bars, Cells, Content, Panel};
use crate::chart::legend::{AREA, band_opacity};
use crate::chart::options::Legend;
use crate::latex::escaped;
use crate::palette::{Marker, dash, marker};
use crate::series::{Class, Role, Series};

/// What lies behind the data: shaded stretches, parts of an attack, lines to compare with.
pub fn around(panel: &Panel, scale: &Scale) -> Vec<String> {
    let mut lines = Vec::new();
    if matches!(panel.content, Content::Cells(_)) {
        return lines;
    }
    let range = panel.y.range;
    let (bottom, top) = (number(range.low), number(range.high));
    let (from, to) = scale.ends;
    for shade in &panel.shades {
        let [left, right] = [shade.from, shade.to].map(|x| number(scale.at(x).clamp(from, to)));
        lines.push(format!(
            "\\fill[gray, opacity=0.16] (axis cs:{left},{bottom}) rectangle (axis cs:{right},{top}); % {}",
            shade.label
        ));
    }
    for band in scale.bands().iter().skip(1) {
        let x = number(band.left);
        lines.push(format!(
            "\\draw[gray!60] (axis cs:{x},{bottom}) -- (axis cs:{x},{top});"
        ));
    }
    for (name, middle) in scale.part_names(panel) {
        lines.push(format!(
            "\\node[anchor=south, gray, font=\\tiny] at (axis cs:{},{top}) {};",
            number(middle),
            braced(&name)
        ));
    }
    for rule in &panel.rules {
        let x = number(scale.at(rule.x));
        lines.push(format!(
            "\\draw[dashed, gray] (axis cs:{x},{bottom}) -- (axis cs:{x},{top}) node[pos=1, anchor=south] {};",
            braced(&rule.label)
        ));
    }
    for guide in &panel.guides {
        let y = number(guide.value);
        let [left, right] = [from, to].map(number);
        lines.push(format!(
            "\\draw[dotted, gray] (axis cs:{left},{y}) -- (axis cs:{right},{y}) node[pos=1, anchor=south east] {};",
            braced(&guide.label)
        ));
    }
    for mark in &panel.marks {
        lines.push(format!(
            "\\node[circle, draw, inner sep=2pt, label={{right:{}}}] at (axis cs:{},{}) {{}};",
            escaped(&mark.label),
            number(scale.at(mark.x)),
            number(mark.y)
        ));
    }
    lines
}

/// The data.
pub fn content(panel: &Panel, scale: &Scale, sheet: &Sheet) -> Vec<String> {
    match &panel.content {
        Content::Curves(curves) => {
            let direct = sheet.options.legend == Legend::Direct;
            let bands = curves.iter().flat_map(|curve| band(curve, scale));
            let lines = curves
                .iter()
                .flat_map(|each| curve(each, panel, scale, direct));
            bands.chain(lines).collect()
        }
        Content::Bars(groups) => bars(groups, scale),
        Content::Cells(of) => cells(of),
    }
}

fn table(rows: impl Iterator<Item = String>) -> impl Iterator<Item = String> {
    let begin = std::iter::once("  table {".to_owned());
    let rows = rows.map(|row| format!("    {row}"));
    begin.chain(rows)
}

/// A curve's band as an outline that is filled, piece by piece.
fn band(curve: &Series, scale: &Scale) -> Vec<String> {
    let opacity = match (&curve.band, curve.role) {
        (_, Role::Area) => AREA,
        (Some(band), _) if !curve.measured => band_opacity(band.strong),
        _ => return Vec::new(),
    };
    let mut lines = Vec::new();
    for piece in curve.pieces() {
        let known = |low: f64, high: f64| low.is_finite() && high.is_finite();
        let inside = piece.iter().filter(|point| {
            let x = scale.at(point.x);
            point.y.is_some()
                && known(point.low, point.high)
                && scale.ends.0 <= x
                && x <= scale.ends.1
        });
        let points: Vec<_> = inside.collect();
        if points.len() < 2 {
            continue;
        }
        let row = |x: f64, y: f64| format!("{} {}", number(scale.at(x)), number(y));
        let upper = points.iter().map(|point| row(point.x, point.high));
        let lower = points.iter().rev().map(|point| row(point.x, point.low));
        lines.push(format!(
            "\\addplot[draw=none, fill={}, fill opacity={}, forget plot]",
            colour(curve.slot),
            number(opacity)
        ));
        lines.extend(table(upper.chain(lower)));
        lines.push("  } -- cycle;".to_owned());
    }
    lines
}

fn curve(curve: &Series, panel: &Panel, scale: &Scale, direct: bool) -> Vec<String> {
    let look = match curve.role {
        Role::Main => Some(curve.slot),
        Role::Dashed(look) => Some(look),
        Role::Single | Role::Thin => None,
        Role::BandOnly | Role::Area => return Vec::new(),
    };
    let colour = colour(curve.slot);
    let style = match look {
        Some(_) if curve.measured => format!(
            "{colour}, only marks, {}, error bars/y dir=both, error bars/y explicit",
            shape(curve.slot)
        ),
        Some(look) => format!("{colour}, thick, {}{}", shape(look), dashed(look)),
        None => format!("{colour}, thin, opacity=0.6, no marks"),
    };
    let mut lines = Vec::new();
    let forget = if look.is_none() || direct {
        ", forget plot"
    } else {
        ""
    };
    lines.push(format!("\\addplot[{style}{forget}] % {}", curve.name));
    let columns = if curve.measured {
        "[x index=0, y index=1, y error plus index=2, y error minus index=3] "
    } else {
        ""
    };
    lines.push(format!("  table {columns}{{"));
    let mut beyond = Vec::new();
    let mut last = None;
    for (place, piece) in curve.pieces().enumerate() {
        if place > 0 {
            lines.push("    nan nan".to_owned());
        }
        for point in piece {
            let x = scale.at(point.x);
            if x < scale.ends.0 || x > scale.ends.1 {
                continue;
            }
            let Some(y) = point.y else { continue };
            let class = panel.y.range.class(y);
            if class == Class::Shown {
                last = Some((x, y));
                let errors = match curve.measured {
                    true => format!(" {} {}", number(point.high - y), number(y - point.low)),
                    false => String::new(),
                };
                lines.push(format!("    {} {}{errors}", number(x), number(y)));
            } else {
                lines.push(format!("    {} nan", number(x)));
                beyond.push((x, class));
            }
        }
    }
    let name = match (direct, last, look) {
        (true, Some((x, y)), Some(_)) => format!(
            "\n\\node[anchor=west, {colour}] at (axis cs:{},{}) {};",
            number(x),
            number(y),
            braced(&curve.name)
        ),
        _ => String::new(),
    };
    lines.push(format!("  }};{name}"));
    if look.is_some() && !direct && !curve.name.is_empty() {
        lines.push(format!("\\addlegendentry{}", braced(&curve.name)));
    }
    lines.extend(edges(&beyond, panel, &colour));
    lines
}

/// Marks at the edge for values that the axis cannot show.
fn edges(beyond: &[(f64, Class)], panel: &Panel, colour: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for (class, y, shape) in [
        (
            Class::Below,
            panel.y.range.low,
            "triangle*, mark options={rotate=180}",
        ),
        (Class::Above, panel.y.range.high, "triangle*"),
        (Class::NotFinite, panel.y.range.high, "x"),
    ] {
        let places: Vec<&(f64, Class)> = beyond.iter().filter(|point| point.1 == class).collect();
        if places.is_empty() {
            continue;
        }
        lines.push(format!(
            "\\addplot[{colour}, only marks, mark={shape}, clip=false, forget plot]"
        ));
        lines.extend(table(
            places
                .into_iter()
                .map(|(x, _)| format!("{} {}", number(*x), number(y))),
        ));
        lines.push("  };".to_owned());
    }
    lines
}

/// A slot's marker.
fn shape(slot: usize) -> &'static str {
    match marker(slot) {
        Marker::Circle => "mark=*, mark size=1.2pt",
        Marker::Square => "mark=square*, mark size=1.1pt",
        Marker::Diamond => "mark=diamond*, mark size=1.6pt",
        Marker::Up => "mark=triangle*, mark size=1.6pt",
        Marker::Cross => "mark=x, mark size=1.8pt",
    }
}

/// A slot's dash, as a pattern of lengths; nothing of a full line.
fn dashed(slot: usize) -> String {
    let lengths = dash(slot).chunks(2).filter_map(|pair| match pair {
        // In points, of which a CSS pixel has three quarters.
        [on, off] => Some(format!(
            "on {}pt off {}pt",
            number(0.75 * on),
            number(0.75 * off)
        )),
        _ => None,
    });
    let lengths: Vec<String> = lengths.collect();
    match lengths.is_empty() {
        true => String::new(),
        false => format!(
            ", dash pattern={}, mark options={{solid}}",
            lengths.join(" ")
        ),
    }
}

fn bars(groups: &[Bars], scale: &Scale) -> Vec<String> {
    let mut lines = Vec::new();
    let each = 0.8 / groups.len().max(1) as f64;
    for (place, group) in groups.iter().enumerate() {
        let shift = (place as f64 - (groups.len() as f64 - 1.0) / 2.0) * each;
        lines.push(format!(
            "\\addplot[ybar, bar width={}, bar shift=0, draw=none, fill={}] % {}",
            number(each),
            colour(group.slot),
            group.name
        ));
        let row = |(x, height, _): &(f64, f64, usize)| {
            format!("{} {}", number(scale.at(*x) + shift), number(*height))
        };
        lines.extend(table(group.bars.iter().map(row)));
        lines.push("  };".to_owned());
        if groups.len() > 1 {
            lines.push(format!("\\addlegendentry{}", braced(&group.name)));
        }
    }
    lines
}

fn cells(cells: &Cells) -> Vec<String> {
    let count = cells.names.len();
    let mut lines = vec![format!(
        "\\addplot[matrix plot*, colormap={{counts}}{{color=(white) color=(teal)}}, point meta=explicit, \
         mesh/cols={count}, nodes near coords={{\\pgfmathprintnumber\\pgfplotspointmeta}}, \
         nodes near coords align=center]"
    )];
    let rows = cells.counts.iter().enumerate().flat_map(|(row, counts)| {
        let cell = move |(column, count): (usize, &usize)| format!("{column} {row} {count}");
        counts.iter().enumerate().map(cell)
    });
    lines.push("  table[meta index=2] {".to_owned());
    lines.extend(rows.map(|row| format!("    {row}")));
    lines.push("  };".to_owned());
    lines
}
