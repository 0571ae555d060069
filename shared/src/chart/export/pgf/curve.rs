//! Curves with their bands, and what their axis cannot show.

use super::content::table;
use super::scale::Scale;
use super::{braced, colour, number, one_line};
use crate::chart::band;
use crate::chart::figure::Panel;
use crate::chart::legend::{AREA, band_opacity, edge_opacity};
use crate::chart::smooth::{is_smoothed, smoothed};
use crate::palette::{Marker, dash, marker};
use crate::series::{Class, Datum, Role, Series};

/// The curves of a panel.
pub struct Curves<'a> {
    pub panel: &'a Panel,
    pub scale: &'a Scale,
    /// Whether curves are named at their ends.
    pub direct: bool,
}

impl Curves<'_> {
    /// All of them: bands behind lines.
    pub fn lines(&self, curves: &[Series]) -> Vec<String> {
        let filled = band::filled(curves.iter());
        let bands = curves.iter().flat_map(|curve| self.band(curve, filled));
        let lines = curves.iter().flat_map(|curve| match self.panel.smooth {
            Some(window) if is_smoothed(curve) => {
                let strong = smoothed(curve, window);
                [self.line(curve, true), self.line(&strong, false)].concat()
            }
            _ => self.line(curve, false),
        });
        bands.chain(lines).collect()
    }

    fn is_shown(&self, point: &Datum) -> bool {
        let x = self.scale.at(point.x);
        (self.scale.ends.0..=self.scale.ends.1).contains(&x)
    }

    fn row(&self, x: f64, y: f64) -> String {
        format!("{} {}", number(self.scale.at(x)), number(y))
    }

    /// A curve's band piece by piece: an outline that is filled, or its edges.
    fn band(&self, curve: &Series, filled: bool) -> Vec<String> {
        let (opacity, filled) = match (&curve.band, curve.role) {
            // Points that alone were measured have whiskers.
            _ if curve.measured => return Vec::new(),
            (_, Role::Area) => (AREA, true),
            (Some(band), _) if filled => (band_opacity(band.strong), true),
            (Some(band), _) => (edge_opacity(band.strong), false),
            _ => return Vec::new(),
        };
        let colour = colour(curve.slot);
        let mut lines = Vec::new();
        for piece in curve.pieces() {
            let known = |point: &&Datum| {
                let finite = point.low.is_finite() && point.high.is_finite();
                finite && point.y.is_some() && self.is_shown(point)
            };
            let points: Vec<&Datum> = piece.iter().filter(known).collect();
            if points.len() < 2 {
                continue;
            }
            let upper = points.iter().map(|point| self.row(point.x, point.high));
            let lower = points
                .iter()
                .rev()
                .map(|point| self.row(point.x, point.low));
            let opacity = number(opacity);
            if filled {
                lines.push(format!(
                    "\\addplot[draw=none, fill={colour}, fill opacity={opacity}, forget plot]"
                ));
                lines.extend(table(upper.chain(lower)));
                lines.push("  } -- cycle;".to_owned());
            } else {
                for edge in [upper.collect::<Vec<_>>(), lower.collect()] {
                    lines.push(format!(
                        "\\addplot[{colour}, thin, opacity={opacity}, no marks, forget plot]"
                    ));
                    lines.extend(table(edge.into_iter()));
                    lines.push("  };".to_owned());
                }
            }
        }
        lines
    }

    /// A curve's line; `faint` where a smoothed one lies over it.
    fn line(&self, curve: &Series, faint: bool) -> Vec<String> {
        let color = colour(curve.slot);
        let style = match curve.role {
            Role::BandOnly | Role::Area => return Vec::new(),
            _ if faint => format!("{color}, opacity=0.35, no marks"),
            _ => style(curve),
        };
        let named = self.direct && !faint && curve.role != Role::Thin && !curve.name.is_empty();
        let columns = match curve.measured {
            true => "[x index=0, y index=1, y error plus index=2, y error minus index=3] ",
            false => "",
        };
        let mut lines = vec![
            format!(
                "\\addplot[{style}, forget plot] % {}",
                one_line(&curve.name)
            ),
            format!("  table {columns}{{"),
        ];
        let (mut beyond, mut last) = (Vec::new(), None);
        for (place, piece) in curve.pieces().enumerate() {
            if place > 0 {
                lines.push("    nan nan".to_owned());
            }
            for point in piece.iter().filter(|point| self.is_shown(point)) {
                let Some(y) = point.y else { continue };
                let class = self.panel.y.range.class(y);
                if class != Class::Shown {
                    lines.push(format!("    {}", self.row(point.x, f64::NAN)));
                    beyond.push((point.x, class));
                    continue;
                }
                last = Some((point.x, y));
                let errors = match curve.measured {
                    true => format!(" {} {}", number(point.high - y), number(y - point.low)),
                    false => String::new(),
                };
                lines.push(format!("    {}{errors}", self.row(point.x, y)));
            }
        }
        lines.push("  };".to_owned());
        if let (true, Some((x, y))) = (named, last) {
            let at = self.row(x, y).replace(' ', ",");
            let name = braced(&curve.name);
            lines.push(format!(
                "\\node[anchor=west, {color}] at (axis cs:{at}) {name};"
            ));
        }
        if !faint {
            lines.extend(self.edges(&beyond, &color));
        }
        lines
    }

    /// Marks at the edge for values that the axis cannot show.
    fn edges(&self, beyond: &[(f64, Class)], colour: &str) -> Vec<String> {
        let range = self.panel.y.range;
        let kinds = [
            (
                Class::Below,
                range.low,
                "triangle*, mark options={rotate=180}",
            ),
            (Class::Above, range.high, "triangle*"),
            (Class::NotFinite, range.high, "x"),
        ];
        let mut lines = Vec::new();
        for (class, y, shape) in kinds {
            let places = || beyond.iter().filter(|point| point.1 == class);
            if places().next().is_none() {
                continue;
            }
            lines.push(format!(
                "\\addplot[{colour}, only marks, mark={shape}, clip=false, forget plot]"
            ));
            lines.extend(table(places().map(|(x, _)| self.row(*x, y))));
            lines.push("  };".to_owned());
        }
        lines
    }
}

/// How a curve is drawn, in the plot and in the legend.
pub fn style(curve: &Series) -> String {
    let color = colour(curve.slot);
    match curve.role {
        Role::Area => format!(
            "area legend, draw=none, fill={color}, fill opacity={}",
            number(AREA)
        ),
        _ if curve.measured => format!(
            "{color}, only marks, {}, error bars/y dir=both, error bars/y explicit",
            shape(curve.slot)
        ),
        Role::Main => format!(
            "{color}, thick, {}{}",
            shape(curve.slot),
            dashed(curve.slot)
        ),
        Role::Dashed(look) => format!("{color}, thick, {}{}", shape(look), dashed(look)),
        Role::Dash(stroke) => format!("{color}, thick, {}{}", shape(curve.slot), dashed(stroke)),
        Role::Points => format!("{color}, only marks, opacity=0.6, {}", shape(curve.slot)),
        Role::Single => format!("{color}, no marks{}", dashed(curve.slot)),
        Role::Thin | Role::BandOnly => format!("{color}, thin, opacity=0.6, no marks"),
    }
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
