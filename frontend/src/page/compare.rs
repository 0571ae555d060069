//! Several runs over each other, and where their settings differ.

mod differences;

use crate::address::{Address, RUNS};
use crate::dom::View;
use crate::lean::memo;
use crate::live::{Live, follow};
use crate::load::Load;
use crate::router::router;
use crate::signal::{RwSignal, Signal, StoredValue};
use crate::view::figure::{Chart, chart, theme};
use crate::view::notice;
use crate::view::overlay::Pointer;
use leptos::prelude::*;
use valleyscope_markup::html;
use valleyscope_shared::chart::{Figure, Source, build};
use valleyscope_shared::measure::Measure;
use valleyscope_shared::route::{MOST_COMPARED, PointName};

/// The figures that can show several runs.
const FIGURES: [(&str, &str, bool); 9] = [
    ("sharpness", "wide", true),
    ("accuracy", "", true),
    ("robust-by-passes", "", false),
    ("robust-by-epsilon", "", false),
    ("loss", "", true),
    ("confidence", "", true),
    ("factors", "two", true),
    ("peak-minus-flip", "", false),
    ("first-flip", "", false),
];

/// One of the compared runs; its slot gives its colour and never changes.
#[derive(Clone)]
pub struct Slot {
    pub place: usize,
    pub id: String,
    pub live: Live,
    /// What the run is called in figures.
    pub name: String,
}

impl Slot {
    /// A run under a name, followed from now on.
    pub fn named(place: usize, id: String, name: String) -> Self {
        Self {
            place,
            live: follow(id.clone()),
            id,
            name,
        }
    }
}

/// The page `/compare?runs=a,b`.
pub fn page() -> View {
    super::entitle("Compare runs");
    let search = router().search;
    let ids = memo(move || search.with(|search| named(search)));
    html! {
        <h1>"Compare runs"</h1>
        {move || match ids.get() {
            ids if ids.len() < 2 => too_few(),
            ids => compared(ids),
        }}
    }
}

/// The ids in the address, each once.
fn named(search: &str) -> Vec<String> {
    let parts = search.strip_prefix('?').unwrap_or(search).split('&');
    let list = parts
        .filter_map(|part| part.strip_prefix(RUNS))
        .next()
        .unwrap_or_default();
    let mut ids: Vec<String> = Vec::new();
    for id in list
        .replace("%2C", ",")
        .split(',')
        .filter(|id| !id.is_empty())
    {
        let plain = id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if plain && ids.len() <= MOST_COMPARED && ids.iter().all(|known| known != id) {
            ids.push(id.to_owned());
        }
    }
    ids
}

fn too_few() -> View {
    html! {
        <div class="empty">
            <p>"Tick two or more runs in the list, then choose “Compare”."</p>
            <a class="button primary" href="/runs">
                "To the list of runs"
            </a>
        </div>
    }
}

fn compared(ids: Vec<String>) -> View {
    let numbered = ids.into_iter().enumerate();
    let slots: Vec<Slot> = numbered
        // The table above the figures says which one it is.
        .map(|(place, id)| Slot::named(place, id, format!("run {}", place + 1)))
        .collect();
    let kept = StoredValue::new(slots.clone());
    html! {
        {differences::differences(kept)}
        {figures(slots)}
    }
}

/// The figures of these runs over each other, with the bar that says what they show.
pub fn figures(slots: Vec<Slot>) -> View {
    let address = Address::open();
    let pointer = Pointer {
        at: RwSignal::new(None),
        chosen: Signal::derive(move || address.view.with(|view| view.step)),
        mode: Signal::derive(move || address.view.with(|view| view.cursor)),
        choose: Callback::new(move |point: PointName| address.push(|view| view.step = Some(point))),
    };
    let slots = StoredValue::new(slots);
    let charts = FIGURES.map(|(kind, class, by_step)| {
        let figure = memo(move || overlaid(kind, slots, address));
        let measures = Signal::derive(move || match kind {
            "sharpness" => address.view.with(|view| vec![view.measure]),
            "loss" => vec![Measure::Loss],
            _ => Vec::new(),
        });
        chart(Chart {
            kind,
            figure,
            pointer: by_step.then_some(pointer),
            files: Signal::derive(move || files(kind, slots, address)),
            measures,
            class,
        })
    });
    let failures = slots.with_value(|slots| {
        let failed = slots.iter().map(|slot| {
            let (id, run) = (slot.id.clone(), slot.live.run);
            move || {
                run.with(|run| match run {
                    Load::Failed(failure) => Some(notice::notice(
                        "bad",
                        format!("Run {id}: {}", failure.words()),
                    )),
                    _ => None,
                })
            }
        });
        failed.collect::<Vec<_>>()
    });
    html! {
        {failures}
        {super::run::settings_bar(address)}
        <h2 class="hidden-text">"Figures"</h2>
        <section class="multiples" aria-label="Figures">
            {charts}
        </section>
    }
}

fn overlaid(kind: &'static str, slots: StoredValue<Vec<Slot>>, address: Address) -> Figure {
    let view = address.view.get();
    slots.with_value(|slots| {
        // What arrived so far; a run that is not there yet leaves its slot free.
        let states: Vec<_> = slots
            .iter()
            .map(|slot| (slot.place, slot.name.clone(), slot.live.state.get()))
            .collect();
        let sources: Vec<_> = states
            .iter()
            .filter(|(_, _, state)| state.seq > 0)
            .map(|(place, name, state)| Source::new(name, *place, state))
            .collect();
        build(kind, &sources, &view).unwrap_or_else(|| super::run::empty(kind))
    })
}

fn files(kind: &str, slots: StoredValue<Vec<Slot>>, address: Address) -> Vec<(String, String)> {
    let theme = theme().get();
    slots.with_value(|slots| {
        let mut ids = slots.iter().map(|slot| slot.id.clone());
        let first = ids.next().unwrap_or_default();
        let mut view = address.view.get();
        view.compare = ids.collect();
        super::run::figure_files(&first, kind, &view, theme)
    })
}
