//! The options of one axis: names, ranges, ticks, legend.

use super::scale::Scale;
use super::{braced, legend, number};
use crate::chart::export::paper::Sheet;
use crate::chart::figure::{Content, Figure};

/// The options of a panel's axis.
pub fn axis(figure: &Figure, place: usize, sheet: &Sheet) -> Vec<String> {
    let panel = &figure.panels[place];
    let scale = Scale::of(panel, sheet);
    let mut options = Vec::new();
    if let Some((_, name)) = &panel.of {
        options.push(format!("title={}", braced(name)));
    } else if place == 0 && sheet.options.heading {
        options.push(format!("title={}", braced(&figure.title)));
        options.push("title style={align=left, yshift=1em}".to_owned());
    }
    // Of panels above each other the lowest one names what all share.
    let lowest = place + 1 == figure.panels.len();
    let labelled = lowest || figure.own_axes();
    if labelled {
        options.push(format!("xlabel={}", braced(panel.x.label())));
    }
    options.push(format!("ylabel={}", braced(&panel.y.label)));
    let names = |ticks: &[(f64, String)]| {
        let places: Vec<String> = ticks.iter().map(|tick| number(tick.0)).collect();
        let names: Vec<String> = ticks.iter().map(|tick| braced(&tick.1)).collect();
        (places.join(","), names.join(","))
    };
    if let Content::Cells(cells) = &panel.content {
        let count = cells.names.len();
        let ticks: Vec<(f64, String)> = (0..count)
            .map(|place| place as f64)
            .zip(cells.names.iter().cloned())
            .collect();
        let (places, names) = names(&ticks);
        options.push("xticklabel style={rotate=45, anchor=north east}".to_owned());
        options.push("y dir=reverse".to_owned());
        for direction in ["x", "y"] {
            options.push(format!("{direction}tick={{{places}}}"));
            options.push(format!("{direction}ticklabels={{{names}}}"));
            options.push(format!("{direction}min=-0.5"));
            options.push(format!("{direction}max={}", number(count as f64 - 0.5)));
        }
        return options;
    }
    let range = panel.y.range;
    let inner = match panel.content {
        Content::Bars(_) => 0.0,
        _ => 0.02 * (scale.ends.1 - scale.ends.0),
    };
    options.push(format!("xmin={}", number(scale.ends.0 - inner)));
    options.push(format!("xmax={}", number(scale.ends.1 + inner)));
    options.push(format!("ymin={}", number(range.low)));
    options.push(format!("ymax={}", number(range.high)));
    if range.log {
        options.push("ymode=log".to_owned());
    }
    let (places, labels) = names(&scale.x_ticks(panel));
    options.push(format!("xtick={{{places}}}"));
    let labels = if labelled { labels } else { String::new() };
    options.push(format!("xticklabels={{{labels}}}"));
    let (places, labels) = names(&scale.y_ticks(panel));
    options.push(format!("ytick={{{places}}}"));
    options.push(format!("yticklabels={{{labels}}}"));
    if lowest {
        options.extend(legend::place(figure, sheet));
    }
    options
}
