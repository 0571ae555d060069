//! Marking a stretch of a figure by dragging over it, or one of its bars or cells by a click.

use super::overlay::Here;
use leptos::prelude::*;
use valleyscope_shared::chart::{Content, Figure, PanelLayout, Stop};
use valleyscope_shared::route::PointName;

/// A pointer that moves less than this clicks.
const LEAST_PX: f64 = 5.0;

/// What was marked in a figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Marked {
    /// From the first to the last of these places of the axis.
    Stretch(i64, i64),
    /// The cell of this row and column.
    Cell(u32, u32),
}

/// A pointer that was put down in a figure, and where it is now, in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drag {
    pub from: f64,
    pub to: f64,
}

impl Drag {
    /// Whether it has moved far enough to mark something.
    pub fn marks(self) -> bool {
        (self.to - self.from).abs() >= LEAST_PX
    }

    fn ends(self) -> (f64, f64) {
        (self.from.min(self.to), self.from.max(self.to))
    }
}

impl Here {
    /// The places where the cursor can stand.
    pub fn stops(self) -> Vec<Stop> {
        self.layout.with_untracked(|layout| {
            let panels = layout.iter().flat_map(|layout| &layout.panels);
            let mut stops: Vec<Stop> = Vec::new();
            // Panels above each other share their stops, unless each has an axis of its own.
            for stop in panels.flat_map(|panel| &panel.stops) {
                if stops.iter().all(|known| known.x != stop.x) {
                    stops.push(stop.clone());
                }
            }
            stops
        })
    }

    /// Shows the marked steps alone, or tells the page what was marked.
    pub fn mark_stretch(self, drag: Drag) {
        let (from, to) = drag.ends();
        let mut stops = self.stops();
        stops.retain(|stop| from <= stop.px && stop.px <= to);
        if let Some(zoom) = self.pointer.and_then(|pointer| pointer.zoom) {
            let mut steps = stops.iter().filter_map(step_of);
            if let Some(first) = steps.next()
                && let Some(last) = steps.next_back()
            {
                zoom.show.run(Some((first, last)));
            }
        } else if let (Some(mark), Some(first), Some(last)) =
            (self.mark, stops.first(), stops.last())
        {
            mark.run(Marked::Stretch(first.x as i64, last.x as i64));
        }
    }

    /// Tells the page which bar or cell is at a place of the figure; whether there is one.
    pub fn mark_at(self, figure: &Figure, x: f64, y: f64) -> bool {
        let Some(mark) = self.mark else { return false };
        let marked = self.layout.with_untracked(|layout| {
            let panel = layout.as_ref()?.panels.first()?;
            marked(figure, panel, x, y)
        });
        if let Some(marked) = marked {
            mark.run(marked);
        }
        marked.is_some()
    }

    /// Fewer or more steps around the cursor: at most half or twice as many, by the direction of the wheel.
    pub fn zoom_by(self, closer: bool) {
        let Some(zoom) = self.pointer.and_then(|pointer| pointer.zoom) else {
            return;
        };
        let stops = self.stops();
        let steps: Vec<u32> = stops.iter().filter_map(step_of).collect();
        let (Some(first), Some(last)) = (steps.first(), steps.last()) else {
            return;
        };
        let (first, last) = (f64::from(*first), f64::from(*last));
        let middle = self.own.get_untracked().unwrap_or((first + last) / 2.0);
        let factor = if closer { 0.5 } else { 2.0 };
        let from = (middle - (middle - first) * factor).round().max(0.0) as u32;
        let to = (middle + (last - middle) * factor).round().max(0.0) as u32;
        match closer {
            true if to > from => zoom.show.run(Some((from, to))),
            // Beyond the last step there is nothing: as far out as that is everything.
            false if from == 0 => zoom.show.run(None),
            false => zoom.show.run(Some((from, to.max(from + 1)))),
            true => {}
        }
    }

    /// Shows all steps again; whether some were hidden.
    pub fn all_steps(self) -> bool {
        let Some(zoom) = self.pointer.and_then(|pointer| pointer.zoom) else {
            return false;
        };
        let some = zoom.range.get_untracked().is_some();
        if some {
            zoom.show.run(None);
        }
        some
    }
}

/// The step of a stop; the start is none.
fn step_of(stop: &Stop) -> Option<u32> {
    match stop.point? {
        PointName::Step(step) => Some(step),
        PointName::Start => None,
    }
}

fn marked(figure: &Figure, layout: &PanelLayout, x: f64, y: f64) -> Option<Marked> {
    let panel = figure.panels.first()?;
    match &panel.content {
        Content::Cells(cells) => {
            let size = cells.names.len() as f64;
            let part = |at: f64, from: f64, length: f64| {
                let part = (at - from) / length;
                (0.0..1.0).contains(&part).then_some((part * size) as u32)
            };
            let row = part(y, layout.top, layout.height)?;
            let column = part(x, layout.left, layout.width)?;
            let count = cells.counts.get(row as usize)?.get(column as usize)?;
            (*count > 0).then_some(Marked::Cell(row, column))
        }
        Content::Bars(groups) => {
            let stop = layout.nearest(x).filter(|_| layout.contains(x, y))?;
            let there = groups
                .iter()
                .flat_map(|group| &group.bars)
                .any(|bar| bar.0 == stop.x && bar.2 > 0);
            there.then_some(Marked::Stretch(stop.x as i64, stop.x as i64))
        }
        Content::Curves(_) | Content::Heat(_) => None,
    }
}

/// The stretch that is being marked.
#[component]
pub fn Marking(here: Here, drag: RwSignal<Option<Drag>>) -> impl IntoView {
    move || {
        let (from, to) = drag.get().filter(|drag| drag.marks())?.ends();
        let px = |length: f64| format!("{length:.1}px");
        here.layout.with(|layout| {
            let panel = layout.as_ref()?.panels.first()?;
            let (left, right) = (panel.left, panel.left + panel.width);
            let (from, to) = (from.clamp(left, right), to.clamp(left, right));
            let bottom = layout.as_ref()?.panels.last()?;
            let height = bottom.top + bottom.height - panel.top;
            Some(view! {
                <div
                    class="marking"
                    style:left=px(from)
                    style:width=px(to - from)
                    style:top=px(panel.top)
                    style:height=px(height)
                ></div>
            })
        })
    }
}
