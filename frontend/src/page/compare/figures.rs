//! The figures of several runs over each other.

use super::Slot;
use crate::address::Address;
use crate::api::Answer;
use crate::state::shared;
use crate::view::figure::{Chart, files_of};
use crate::view::notice::Notice;
use crate::view::overlay::Pointer;
use crate::view::settings::Settings;
use leptos::prelude::*;
use valleyscope_shared::api::RunView;
use valleyscope_shared::chart::{Figure, Source, Stops, build};
use valleyscope_shared::measure::Measure;
use valleyscope_shared::route::PointName;

/// The figures that can show several runs: kind, room, and whether they share the cursor over steps.
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

type Slots = StoredValue<Vec<Slot>>;

/// The figures of these runs over each other, with the bar that says what they show.
#[component]
pub fn Figures(slots: Vec<Slot>) -> impl IntoView {
    let address = Address::open();
    let pointer = Pointer {
        at: RwSignal::new(None),
        chosen: Signal::derive(move || address.view.with(|view| view.step)),
        mode: Signal::derive(move || address.view.with(|view| view.cursor)),
        choose: Callback::new(move |point: PointName| address.push(|view| view.step = Some(point))),
        zoom: Some(address.zoom()),
    };
    let missing = |slot: &Slot| {
        let (id, run) = (slot.id.clone(), slot.live.run);
        view! { <Missed id run /> }
    };
    let missing = slots.iter().map(missing).collect_view();
    let slots = StoredValue::new(slots);
    let parts = Memo::new(move |_| {
        slots.with_value(|slots| {
            let states: Vec<_> = slots.iter().map(|slot| slot.live.state.read()).collect();
            let started = states.iter().filter_map(|state| state.started.as_ref());
            Stops::of(started.map(|started| &started.axis), None).parts()
        })
    });
    let figure = |(kind, class, by_step): (_, _, bool)| {
        let pointer = by_step.then_some(pointer);
        view! { <Overlaid kind class pointer slots address /> }
    };
    view! {
        {missing}
        <Settings address parts />
        <h2 class="hidden-text">"Figures"</h2>
        <section class="multiples" aria-label="Figures">
            {FIGURES.map(figure).collect_view()}
        </section>
    }
}

/// Why a run is not among the figures; nothing where it is.
#[component]
fn Missed(id: String, run: RwSignal<Option<Answer<RunView>>>) -> impl IntoView {
    move || {
        let failure = run.with(|run| run.as_ref()?.as_ref().err().cloned())?;
        let words = format!("Run {id}: {}", failure.words());
        Some(view! { <Notice kind="bad" words /> })
    }
}

#[component]
fn Overlaid(
    kind: &'static str,
    class: &'static str,
    pointer: Option<Pointer>,
    slots: Slots,
    address: Address,
) -> impl IntoView {
    let theme = shared().theme.now;
    let figure = Memo::new(move |_| overlaid(kind, slots, address));
    let measures = Signal::derive(move || match kind {
        "sharpness" => address.view.with(|view| vec![view.measure]),
        "loss" => vec![Measure::Loss],
        _ => Vec::new(),
    });
    // The file of the first run shows the others beside it.
    let files = Signal::derive(move || {
        slots.with_value(|slots| {
            let mut ids = slots.iter().map(|slot| slot.id.clone());
            let first = ids.next().unwrap_or_default();
            let mut view = address.view.get();
            view.compare = ids.collect();
            files_of(&first, kind, &view, theme.get())
        })
    });
    view! { <Chart kind figure pointer files measures class /> }
}

fn overlaid(kind: &'static str, slots: Slots, address: Address) -> Figure {
    let view = address.view.read();
    slots.with_value(|slots| {
        let states: Vec<_> = slots.iter().map(|slot| slot.live.state.read()).collect();
        let numbered = slots.iter().zip(&states);
        // What arrived so far; a run that is not there yet leaves its slot free.
        let there = numbered.filter(|(_, state)| state.seq > 0);
        let sources: Vec<_> = there
            .map(|(slot, state)| Source::new(&slot.name, slot.place, state))
            .collect();
        build(kind, &sources, &view).unwrap_or_else(|| Figure::blank(kind))
    })
}
