//! Code for LaTeX's pgfplots: axes and data, to be edited and set in the letters of the document.

mod axis;
mod content;
mod curve;
mod legend;
mod scale;

use super::paper::{Sheet, USUAL_POINTS};
use crate::chart::figure::{Content, Figure, Panel};
use crate::latex::escaped;
use axis::axis;
use content::{around, content};
use scale::Scale;

/// The figure as a `tikzpicture` for a document that uses pgfplots. `origin` stands in it as a comment.
///
/// Lengths are those of the sheet, its letters those of the document at the sheet's size.
/// A horizontal axis that is not straight (a start beside the steps, parts of an attack, logarithms of steps) is in places of equal width,
/// with the names of the steps at its ticks.
pub fn pgf(figure: &Figure, sheet: &Sheet, origin: &str) -> String {
    let mut lines = vec![
        format!("% {}", one_line(&figure.title)),
        format!("% {}", one_line(&figure.caption)),
        format!("% {}", one_line(origin)),
        "% \\usepackage{pgfplots} \\usepgfplotslibrary{groupplots} \\pgfplotsset{compat=1.18}"
            .to_owned(),
        format!("\\begin{{tikzpicture}}[font={}]", letters(sheet)),
    ];
    lines.extend(colours(figure, sheet));
    let count = figure.panels.len();
    let environment = if count > 1 { "groupplot" } else { "axis" };
    let mut shared = vec![format!("width={}", sheet.width)];
    let height = (sheet.height.px() / count.max(1) as f64).max(LEAST_HEIGHT.min(sheet.height.px()));
    shared.push(format!("height={}", sheet.height.of_px(height)));
    shared.extend(STYLE.map(str::to_owned));
    if count > 1 {
        let apart = match figure.own_axes() {
            true => "vertical sep=5.6em",
            false => "vertical sep=2.6em, x descriptions at=edge bottom",
        };
        let group = format!("group style={{group size=1 by {count}, {apart}}}");
        shared.insert(0, group);
    }
    if count == 1 {
        shared.extend(axis(figure, 0, sheet));
    }
    lines.push(format!("\\begin{{{environment}}}["));
    lines.extend(shared.iter().map(|option| format!("  {option},")));
    lines.push("]".to_owned());
    for (place, panel) in figure.panels.iter().enumerate() {
        if count > 1 {
            lines.push("\\nextgroupplot[".to_owned());
            let own = axis(figure, place, sheet);
            lines.extend(own.iter().map(|option| format!("  {option},")));
            lines.push("]".to_owned());
        }
        let scale = Scale::of(panel, sheet);
        lines.extend(around(panel, &scale));
        lines.extend(content(panel, &scale, sheet));
        if place == 0 && figure.is_empty() {
            lines.push(format!(
                "\\node[gray] at (rel axis cs:0.5,0.5) {};",
                braced(figure.empty)
            ));
        }
        if place + 1 == count {
            lines.extend(legend::entries(figure, sheet));
        }
    }
    lines.push(format!("\\end{{{environment}}}"));
    lines.push("\\end{tikzpicture}".to_owned());
    lines.join("\n") + "\n"
}

/// A comment of one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Panels above each other are at least so high, in CSS pixels: their names stand beside them.
const LEAST_HEIGHT: f64 = 130.0;

/// Options of every axis.
const STYLE: [&str; 7] = [
    // Names at the edge of the plot are not cut off.
    "clip mode=individual",
    "axis lines*=left",
    "tick align=outside",
    "ymajorgrids",
    "grid style={gray!25}",
    "scaled ticks=false",
    "unbounded coords=jump",
];

/// The size of the letters with that of a line.
fn letters(sheet: &Sheet) -> String {
    let points = USUAL_POINTS * sheet.magnified;
    let (points, line) = (number(points), number(1.2 * points));
    format!("\\fontsize{{{points}pt}}{{{line}pt}}\\selectfont")
}

/// The colours of the curves, by slot.
fn colours(figure: &Figure, sheet: &Sheet) -> Vec<String> {
    let mut slots: Vec<usize> = figure.panels.iter().flat_map(slots).collect();
    slots.sort_unstable();
    slots.dedup();
    let define = |slot: usize| {
        let rgb = sheet.options.theme.series(slot);
        let name = colour(slot);
        format!(
            "\\definecolor{{{name}}}{{RGB}}{{{},{},{}}}",
            rgb.0, rgb.1, rgb.2
        )
    };
    slots.into_iter().map(define).collect()
}

fn slots(panel: &Panel) -> Vec<usize> {
    match &panel.content {
        Content::Curves(curves) => curves.iter().map(|curve| curve.slot).collect(),
        Content::Bars(groups) => groups.iter().map(|group| group.slot).collect(),
        Content::Cells(_) | Content::Heat(_) => Vec::new(),
    }
}

/// What a slot's colour is called.
fn colour(slot: usize) -> String {
    format!("valleyscope{slot}")
}

/// A number with as many digits as it needs, and no more than a figure shows.
fn number(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    match value {
        value if value.is_nan() => "nan".to_owned(),
        value if value.is_infinite() => if value > 0.0 { "inf" } else { "-inf" }.to_owned(),
        value if (1e-3..1e5).contains(&value.abs()) => {
            let text = format!("{value:.6}");
            text.trim_end_matches('0').trim_end_matches('.').to_owned()
        }
        value => format!("{value:.6e}"),
    }
}

/// Words in braces, as an option takes them.
fn braced(text: &str) -> String {
    format!("{{{}}}", escaped(text))
}

#[cfg(test)]
mod tests;
