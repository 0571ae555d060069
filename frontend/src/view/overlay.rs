//! The cursor over a figure: a layer of its own, so that moving it never redraws data.

use super::marking::Marked;
use leptos::prelude::*;
use valleyscope_shared::chart::{Figure, Layout, PanelLayout, Reading, Stop};
use valleyscope_shared::palette::Theme;
use valleyscope_shared::route::{Cursor, PointName};

/// Where the cursor is, shared by all figures over steps.
#[derive(Clone, Copy)]
pub struct Pointer {
    /// The point under the pointer, in whichever figure it is.
    pub at: RwSignal<Option<PointName>>,
    /// The point that was chosen.
    pub chosen: Signal<Option<PointName>>,
    /// What the cursor shows.
    pub mode: Signal<Cursor>,
    /// Chooses a point.
    pub choose: Callback<PointName>,
    /// Which steps are shown, where the page can choose.
    pub zoom: Option<Zoom>,
}

/// The steps that the figures show.
#[derive(Clone, Copy)]
pub struct Zoom {
    /// The first and the last; all where there is none.
    pub range: Signal<Option<(u32, u32)>>,
    /// Shows these.
    pub show: Callback<Option<(u32, u32)>>,
}

/// The cursor of one figure.
#[derive(Clone, Copy)]
pub struct Here {
    pub pointer: Option<Pointer>,
    pub layout: RwSignal<Option<Layout>>,
    /// The place under this figure's own pointer, in units of the axis.
    pub own: RwSignal<Option<f64>>,
    /// How high this figure's own pointer stands, in units of the vertical axis; in figures of two axes it says which row is meant.
    pub height: RwSignal<Option<f64>>,
    /// Hears what is marked, where the page can do something with it.
    pub mark: Option<Callback<Marked>>,
    /// The name of the part of the attack over which the pointer stands, in the strip above the plot.
    pub part: RwSignal<Option<String>>,
}

impl Here {
    /// The stop where this figure's cursor stands, and whether its values are shown.
    fn stop(self, panel: &PanelLayout) -> Option<(Stop, bool)> {
        let mode = self
            .pointer
            .map_or(Cursor::Line, |pointer| pointer.mode.get());
        if mode == Cursor::Off {
            return None;
        }
        if let Some(x) = self.own.get() {
            return panel
                .stops
                .iter()
                .find(|stop| stop.x == x)
                .map(|stop| (stop.clone(), true));
        }
        let pointer = self.pointer?;
        let point = pointer.at.get().or_else(|| pointer.chosen.get())?;
        let stop = panel.stop(point)?.clone();
        Some((stop, mode == Cursor::All))
    }

    /// The part whose name is at a place of the figure, with what a view of it alone shows.
    fn part_at(self, x: f64, y: f64) -> Option<(String, (u32, u32))> {
        self.pointer?.zoom?;
        self.layout.with_untracked(|layout| {
            let part = layout.as_ref()?.panels.first()?.part_at(x, y)?;
            Some((part.name.clone(), part.range?))
        })
    }

    /// Shows the part alone whose name is at a place of the figure, once more all of them; marks what is there;
    /// without either, chooses the point at which the cursor stands.
    pub fn click(self, figure: &Figure, x: f64, y: f64) {
        let zoom = self.pointer.and_then(|pointer| pointer.zoom);
        match (zoom, self.part_at(x, y)) {
            (Some(zoom), Some((_, range))) => {
                let shown = zoom.range.get_untracked() == Some(range);
                zoom.show.run((!shown).then_some(range));
            }
            _ if self.mark_at(figure, x, y) => {}
            _ => self.choose(),
        }
    }

    /// Follows the pointer.
    pub fn move_to(self, x: f64, y: f64) {
        let part = self.part_at(x, y).map(|(name, _)| name);
        if self.part.with_untracked(|known| *known != part) {
            self.part.set(part);
        }
        let found = self.layout.with_untracked(|layout| {
            // Panels may have horizontal axes of their own.
            let panels = &layout.as_ref()?.panels;
            let above = panels.iter().take_while(|panel| panel.top <= y).last();
            let panel = above.or(panels.first())?;
            let part = 1.0 - (y - panel.top) / panel.height;
            Some((panel.nearest(x)?.clone(), panel.range.value(part)))
        });
        self.height.set(found.as_ref().map(|found| found.1));
        self.stand(found.map(|found| found.0).as_ref());
    }

    /// Stands at a stop, or nowhere.
    pub fn stand(self, stop: Option<&Stop>) {
        let x = stop.map(|stop| stop.x);
        if self.own.get_untracked() != x {
            self.own.set(x);
        }
        let Some(pointer) = self.pointer else { return };
        let point = stop.and_then(|stop| stop.point);
        if pointer.at.get_untracked() != point {
            pointer.at.set(point);
        }
    }

    /// Chooses the point at which it stands.
    pub fn choose(self) {
        if let Some(pointer) = self.pointer
            && let Some(point) = pointer.at.get_untracked()
        {
            pointer.choose.run(point);
        }
    }

    /// Goes along the stops by a key; whether the key means anything here.
    pub fn key(self, key: &str) -> bool {
        let stops = self.stops();
        let Some(last) = stops.len().checked_sub(1) else {
            return false;
        };
        let here = self.place(&stops);
        let to = match (key, here) {
            ("ArrowLeft", Some(place)) => place.saturating_sub(1),
            ("ArrowRight", Some(place)) => (place + 1).min(last),
            ("ArrowLeft" | "ArrowRight" | "Home", _) => 0,
            ("End", _) => last,
            ("Enter", Some(place)) => {
                match (self.mark, stops.get(place)) {
                    (Some(mark), Some(stop)) => {
                        mark.run(Marked::Stretch(stop.x as i64, stop.x as i64))
                    }
                    _ => self.choose(),
                }
                return true;
            }
            ("Escape", Some(_)) if self.own.get_untracked().is_some() => {
                self.stand(None);
                return true;
            }
            ("Escape", _) => return self.all_steps(),
            ("+" | "=" | "-", _) => {
                self.zoom_by(key != "-");
                return true;
            }
            _ => return false,
        };
        self.stand(stops.get(to));
        true
    }

    fn place(self, stops: &[Stop]) -> Option<usize> {
        let own = self.own.get_untracked();
        let chosen = || {
            self.pointer
                .and_then(|pointer| pointer.chosen.get_untracked())
        };
        match own {
            Some(x) => stops.iter().position(|stop| stop.x == x),
            None => {
                chosen().and_then(|point| stops.iter().position(|stop| stop.point == Some(point)))
            }
        }
    }

    /// What stands under the cursor, in words.
    pub fn words(self, figure: &Figure) -> String {
        let Some(x) = self.own.get() else {
            return String::new();
        };
        let found = self.layout.with(|layout| {
            let mut panels = layout.as_ref()?.panels.iter().enumerate();
            panels.find_map(|(place, panel)| {
                let stop = panel.stops.iter().find(|stop| stop.x == x)?;
                Some((place, stop.label.clone()))
            })
        });
        let Some((place, label)) = found else {
            return String::new();
        };
        let height = self.height.get_untracked().unwrap_or(0.0);
        let readings = figure.readings_under(place, x, height);
        let parts: Vec<_> = readings
            .iter()
            .map(|reading| format!("{} {}", reading.name, reading.text))
            .collect();
        format!("{label}: {}", parts.join(", "))
    }
}

/// The lines and the tooltip of one figure.
#[component]
pub fn Overlay(here: Here, figure: Memo<Figure>, theme: Signal<Theme>) -> impl IntoView {
    // Of a figure that is gone nothing is drawn, should it be asked for once more.
    let lines = move || {
        here.layout.try_with(|layout| {
            let panels = layout.iter().flat_map(|layout| &layout.panels);
            panels.filter_map(|panel| line(here, panel)).collect_view()
        })
    };
    let tip = move || {
        let tip = here.layout.try_with(|layout| {
            let mut panels = layout.as_ref()?.panels.iter().enumerate();
            let (place, panel, (stop, shown)) =
                panels.find_map(|(place, panel)| Some((place, panel, here.stop(panel)?)))?;
            let height = here.height.get().unwrap_or(0.0);
            shown.then(|| {
                figure.with(|figure| tip(figure, place, panel, &stop, height, theme.get()))
            })
        });
        tip.flatten()
    };
    view! {
        {lines}
        {tip}
    }
}

fn line(here: Here, panel: &PanelLayout) -> Option<impl IntoView + use<>> {
    let (stop, _) = here.stop(panel)?;
    let px = |length: f64| format!("{length:.1}px");
    let (left, top, height) = (px(stop.px), px(panel.top), px(panel.height));
    Some(view! {
        <div class="cursor" style:left=left style:top=top style:height=height></div>
    })
}

/// What is said of a stop of the panel at `place`.
fn tip(
    figure: &Figure,
    place: usize,
    panel: &PanelLayout,
    stop: &Stop,
    height: f64,
    theme: Theme,
) -> impl IntoView + use<> {
    let row = |reading: Reading| {
        let colour = theme.series(reading.slot).css();
        view! {
            <dt>
                <span class="swatch" style:background=colour></span>
                {reading.name}
            </dt>
            <dd>{reading.text}</dd>
        }
    };
    let readings = figure.readings_under(place, stop.x, height);
    let right = stop.px > panel.left + panel.width / 2.0;
    // On the side with more room, as wide as that at most.
    let (left, from_right, most) = match right {
        true => {
            let room = stop.px - 8.0;
            let from_right = format!("calc(100% - {room:.1}px)");
            ("auto".to_owned(), from_right, format!("{room:.1}px"))
        }
        false => {
            let begin = stop.px + 8.0;
            let most = format!("calc(100% - {begin:.1}px)");
            (format!("{begin:.1}px"), "auto".to_owned(), most)
        }
    };
    let title = match (stop.point, stop.label.parse::<u32>()) {
        (Some(_), Ok(step)) => format!("step {step}"),
        _ => stop.label.clone(),
    };
    // Elsewhere a number alone says little.
    let axis = figure.panels.get(place).filter(|_| stop.point.is_none());
    let axis = axis.map(|panel| {
        let label = panel.x.label().to_owned();
        view! { <span class="small quiet">{label} " "</span> }
    });
    view! {
        <div class="tip" style:left=left style:right=from_right style:max-width=most>
            {axis}
            <b>{title}</b>
            <dl>{readings.into_iter().map(row).collect_view()}</dl>
        </div>
    }
}
