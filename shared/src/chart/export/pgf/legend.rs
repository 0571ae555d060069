//! The legend: below the lowest panel, where neither a title nor the names of parts stand; of all panels, each entry once.

use super::curve::style;
use super::{braced, colour};
use crate::chart::export::paper::Sheet;
use crate::chart::figure::{Content, Figure, Panel};
use crate::chart::options::Legend;
use crate::series::Role;

/// Where it stands, as an option of the axis that has it; nothing where nothing is listed.
pub fn place(figure: &Figure, sheet: &Sheet) -> Option<String> {
    if entries(figure, sheet).is_empty() {
        return None;
    }
    let place = match sheet.options.legend {
        Legend::Inside => {
            "legend pos=north east, legend style={draw=none, fill opacity=0.85, text opacity=1}"
        }
        _ => {
            "legend style={draw=none, at={(0.5,0)}, anchor=north, yshift=-3.2em, legend columns=2}"
        }
    };
    Some(format!("{place}, legend cell align=left"))
}

/// Its entries: pictures and names, for the axis that has it.
pub fn entries(figure: &Figure, sheet: &Sheet) -> Vec<String> {
    let mut lines = Vec::new();
    for (look, name) in figure.panels.iter().flat_map(|panel| named(panel, sheet)) {
        let image = format!("\\addlegendimage{{{look}}}");
        let entry = format!("{image}\n\\addlegendentry{}", braced(&name));
        if !lines.contains(&entry) {
            lines.push(entry);
        }
    }
    lines
}

/// What is told apart in a panel. A run with a panel of its own is named above it.
fn named(panel: &Panel, sheet: &Sheet) -> Vec<(String, String)> {
    let legend = sheet.options.legend;
    let of = panel.of.as_ref().map(|(_, name)| name.as_str());
    let entries: Vec<(String, String)> = match &panel.content {
        _ if legend == Legend::Off => Vec::new(),
        Content::Curves(curves) => {
            let listed = curves.iter().filter(|curve| match curve.role {
                Role::Thin | Role::BandOnly => false,
                Role::Area => true,
                _ => legend != Legend::Direct,
            });
            let entry = |curve: &crate::series::Series| (style(curve), curve.name.clone());
            listed.map(entry).collect()
        }
        Content::Bars(groups) if groups.len() > 1 => {
            let look = |slot| format!("area legend, draw=none, fill={}", colour(slot));
            let groups = groups.iter();
            groups
                .map(|group| (look(group.slot), group.name.clone()))
                .collect()
        }
        _ => Vec::new(),
    };
    let entries = entries.into_iter();
    entries
        .filter(|(_, name)| !name.is_empty() && of != Some(name.as_str()))
        .collect()
}
