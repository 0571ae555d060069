//! What lies between the axes: curves, bars, cells, and what they are compared with.

use super::curve::Curves;
use super::scale::Scale;
use super::{braced, colour, number, one_line};
use crate::chart::export::paper::Sheet;
use crate::chart::figure::{Bars, Cells, Content, Panel};
use crate::chart::heat::Heat;
use crate::chart::options::Legend;
use crate::latex::escaped;

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
            one_line(&shade.label)
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
    let shown = |x: f64| (from..=to).contains(&scale.at(x));
    // Above the names of an attack's parts, which stand at the edge.
    let raised = match scale.bands().is_empty() {
        true => "",
        false => ", yshift=1em",
    };
    for rule in panel.rules.iter().filter(|rule| shown(rule.x)) {
        let x = number(scale.at(rule.x));
        lines.push(format!(
            "\\draw[dashed, gray] (axis cs:{x},{bottom}) -- (axis cs:{x},{top}) node[pos=1, anchor=south{raised}] {};",
            braced(&rule.label)
        ));
    }
    let on_axis = |value: f64| (range.low..=range.high).contains(&value);
    for guide in panel.guides.iter().filter(|guide| on_axis(guide.value)) {
        let y = number(guide.value);
        let [left, right] = [from, to].map(number);
        lines.push(format!(
            "\\draw[dotted, gray] (axis cs:{left},{y}) -- (axis cs:{right},{y}) node[pos=1, anchor=south east] {};",
            braced(&guide.label)
        ));
    }
    for mark in panel
        .marks
        .iter()
        .filter(|mark| shown(mark.x) && on_axis(mark.y))
    {
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
        Content::Curves(curves) => Curves {
            panel,
            scale,
            direct: sheet.options.legend == Legend::Direct,
        }
        .lines(curves),
        Content::Bars(groups) => bars(groups, scale),
        Content::Cells(of) => cells(of),
        Content::Heat(of) => heat(of, scale),
    }
}

/// A table of rows; who asks closes it.
pub fn table(rows: impl Iterator<Item = String>) -> impl Iterator<Item = String> {
    let begin = std::iter::once("  table {".to_owned());
    let rows = rows.map(|row| format!("    {row}"));
    begin.chain(rows)
}

fn bars(groups: &[Bars], scale: &Scale) -> Vec<String> {
    let mut lines = Vec::new();
    let each = 0.8 / groups.len().max(1) as f64;
    for (place, group) in groups.iter().enumerate() {
        let shift = (place as f64 - (groups.len() as f64 - 1.0) / 2.0) * each;
        lines.push(format!(
            "\\addplot[ybar, bar width={}, bar shift=0, draw=none, fill={}, forget plot] % {}",
            number(each),
            colour(group.slot),
            one_line(&group.name)
        ));
        let row = |(x, height, _): &(f64, f64, usize)| {
            format!("{} {}", number(scale.at(*x) + shift), number(*height))
        };
        lines.extend(table(group.bars.iter().map(row)));
        lines.push("  };".to_owned());
    }
    lines
}

fn heat(heat: &Heat, scale: &Scale) -> Vec<String> {
    let range = heat.scale;
    let shown = |value: f64| match range.log {
        true => value.max(range.low).log10(),
        false => value,
    };
    let [low, high] = [range.low, range.high].map(|end| number(shown(end)));
    let mut lines = vec![format!(
        "\\addplot[matrix plot*, colormap/viridis, point meta=explicit, point meta min={low}, point meta max={high}, mesh/cols={}] % {}{}",
        heat.columns.len(),
        one_line(&heat.label),
        if range.log { ", log10" } else { "" }
    )];
    let rows = heat.rows.iter().zip(&heat.values).flat_map(|(y, values)| {
        let cell = move |(x, value): (&f64, &f64)| {
            format!(
                "{} {} {}",
                number(scale.at(*x)),
                number(*y),
                number(shown(*value))
            )
        };
        heat.columns.iter().zip(values).map(cell)
    });
    lines.push("  table[meta index=2] {".to_owned());
    lines.extend(rows.map(|row| format!("    {row}")));
    lines.push("  };".to_owned());
    let way = |(x, y): &(f64, f64)| format!("(axis cs:{},{})", number(scale.at(*x)), number(*y));
    for line in &heat.lines {
        let style = if line.strong {
            "black, very thick"
        } else {
            "white, thin, opacity=0.55"
        };
        for [a, b] in &line.pieces {
            lines.push(format!("\\draw[{style}] {} -- {};", way(a), way(b)));
        }
    }
    if !heat.path.is_empty() {
        let places: Vec<String> = heat.path.iter().map(way).collect();
        lines.push(format!("\\draw[black, thick] {};", places.join(" -- ")));
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
