//! Smoothed lines: a running median or mean drawn strong, with the values themselves faint behind it.
//! It is a way of drawing: tables, readings and captions have the values.

use super::figure::{Content, Figure};
use super::note::Note;
use super::stops::XAxis;
use crate::order;
use crate::route::{Smoothing, Statistic};
use crate::series::{Datum, Role, Series};

/// Lets a figure's curves by step be drawn smoothed, and says so.
pub fn apply(figure: &mut Figure, smoothing: Smoothing) {
    let Some(window) = smoothing.window() else {
        return;
    };
    let mut any = false;
    for panel in &mut figure.panels {
        if let (XAxis::Steps(_), Content::Curves(curves)) = (&panel.x, &panel.content)
            && curves.iter().any(is_smoothed)
        {
            panel.smooth = Some(window);
            any = true;
        }
    }
    if any {
        let text = format!(
            "strong: running {} points; faint: each value",
            smoothing.words()
        );
        figure.caption += &format!(" Drawn {text}.");
        figure.notes.push(Note { class: None, text });
    }
}

/// Whether a curve is drawn smoothed: a main one. Single examples, areas and bands alone are not.
pub fn is_smoothed(curve: &Series) -> bool {
    matches!(curve.role, Role::Main | Role::Dashed(_))
}

/// The line of a curve with each value replaced by the statistic of so many points around it, never over the beginning of a part.
/// Towards both ends the window shrinks to what lies on either side alike, so that nothing is shifted and the ends stay what they are.
pub fn smoothed(curve: &Series, (statistic, points): (Statistic, usize)) -> Series {
    let piece = |piece: &[Datum]| -> Vec<Datum> {
        let around = |(at, datum): (usize, &Datum)| {
            let half = (points / 2).min(at).min(piece.len() - 1 - at);
            let window = &piece[at - half..=at + half];
            let values = window.iter().filter_map(|datum| datum.y);
            let values: Vec<f64> = values.filter(|y| y.is_finite()).collect();
            let y = datum.y.map(|y| match y.is_finite() {
                true => middle(values, statistic),
                false => y,
            });
            Datum { y, ..*datum }
        };
        piece.iter().enumerate().map(around).collect()
    };
    Series {
        points: curve.pieces().flat_map(piece).collect(),
        band: None,
        ..curve.clone()
    }
}

fn middle(mut values: Vec<f64>, statistic: Statistic) -> f64 {
    if statistic == Statistic::Median {
        order::by(&mut values, |value| *value);
        let (low, high) = ((values.len() - 1) / 2, values.len() / 2);
        values = vec![values[low], values[high]];
    }
    values.iter().sum::<f64>() / values.len() as f64
}
