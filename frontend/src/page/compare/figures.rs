//! The figures of several runs over each other.

use super::Slot;
use super::population::Populations;
use crate::address::Address;
use crate::api::Answer;
use crate::live::{Beat, narrowed};
use crate::view::figure::{Chart, saving_of};
use crate::view::notice::Notice;
use crate::view::overlay::Pointer;
use crate::view::settings::{Panels, Settings};
use leptos::prelude::*;
use valleyscope_shared::api::RunView;
use valleyscope_shared::chart::{Figure, Source, Stops, build};
use valleyscope_shared::measure::Measure;
use valleyscope_shared::route::ViewState;
use valleyscope_shared::run::RunState;

/// The figure above all others.
const FIRST: (&str, &str, bool) = ("sharpness", "wide", true);

/// The figures that can show several runs: kind, room, and whether they share the cursor over steps.
const FIGURES: [(&str, &str, bool); 8] = [
    ("accuracy", "", true),
    ("robust-by-passes", "", false),
    ("robust-by-epsilon", "", false),
    ("loss", "", true),
    ("confidence", "", true),
    ("factors", "two", true),
    ("peak-minus-flip", "", false),
    ("first-flip", "", false),
];

/// A run with its state over the images that all compared runs have, where that is asked for.
#[derive(Clone)]
struct Shown {
    slot: Slot,
    narrowed: Memo<Option<RunState>>,
}

impl Shown {
    fn of(slot: Slot, all: &[Slot], address: Address) -> Self {
        let others = all.iter().filter(|other| other.id != slot.id);
        let others: Vec<&str> = others.map(|other| other.id.as_str()).collect();
        let with = format!("with={}", others.join(","));
        let question = Memo::new(move |_| {
            let common = address.view.with(|view| view.common);
            common.then(|| with.clone())
        });
        let id = StoredValue::new(slot.id.clone());
        let beat = Beat::of(slot.live);
        let narrowed = narrowed(id, slot.live, beat, question, Signal::stored(None));
        Self { slot, narrowed }
    }
}

type Slots = StoredValue<Vec<Shown>>;

/// The figures of these runs over each other, with the bar that says what they show.
#[component]
pub fn Figures(
    slots: Vec<Slot>,
    /// What stands between the first figure and the others.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let address = Address::open();
    let (pointer, drawn) = (address.pointer(), address.drawn());
    let missing = |slot: &Slot| {
        let (id, run) = (slot.id.clone(), slot.live.run);
        view! { <Missed id run /> }
    };
    let missing = slots.iter().map(missing).collect_view();
    let populations = slots.clone();
    let shown = slots.iter().cloned();
    let shown: Vec<Shown> = shown.map(|slot| Shown::of(slot, &slots, address)).collect();
    let slots = StoredValue::new(shown);
    let parts = Memo::new(move |_| {
        slots.with_value(|slots| {
            let states: Vec<_> = slots
                .iter()
                .map(|shown| shown.slot.live.state.read())
                .collect();
            let started = states.iter().filter_map(|state| state.started.as_ref());
            Stops::of(started.map(|started| &started.axis), None).parts()
        })
    });
    let figure = |(kind, class, by_step): (_, _, bool)| {
        let pointer = by_step.then_some(pointer);
        view! { <Overlaid kind class pointer slots address drawn /> }
    };
    view! {
        {missing}
        <Settings address parts>
            <Panels address />
        </Settings>
        <Populations slots=populations address />
        {figure(FIRST)}
        {children.map(|children| children())}
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
    drawn: Memo<ViewState>,
) -> impl IntoView {
    let figure = Memo::new(move |_| overlaid(kind, slots, drawn));
    let measures = Signal::derive(move || match kind {
        "sharpness" => address.view.with(|view| vec![view.measure]),
        "loss" => vec![Measure::Loss],
        _ => Vec::new(),
    });
    // The file of the first run shows the others beside it.
    let saved = Some(Callback::new(move |title| {
        slots.with_value(|slots| {
            let mut ids = slots.iter().map(|shown| shown.slot.id.clone());
            let first = ids.next().unwrap_or_default();
            let mut view = address.view.get_untracked();
            view.compare = ids.collect();
            saving_of(&first, kind, &view, title)
        })
    }));
    view! { <Chart kind figure pointer saved measures class /> }
}

fn overlaid(kind: &'static str, slots: Slots, drawn: Memo<ViewState>) -> Figure {
    let view = drawn.read();
    slots.with_value(|slots| {
        let states: Vec<_> = slots
            .iter()
            .map(|shown| shown.slot.live.state.read())
            .collect();
        let narrowed: Vec<_> = slots.iter().map(|shown| shown.narrowed.read()).collect();
        let names: Vec<_> = slots.iter().map(|shown| shown.slot.name.get()).collect();
        let sources = slots.iter().zip(&states).zip(&narrowed).zip(&names);
        // What arrived so far; a run that is not there yet leaves its slot free.
        let there = sources.filter(|(((_, state), _), _)| state.seq > 0);
        let sources: Vec<_> = there
            .map(|(((shown, state), narrowed), name)| {
                let state = narrowed.as_ref().unwrap_or(state);
                Source::new(name, shown.slot.place, state)
            })
            .collect();
        build(kind, &sources, &view).unwrap_or_else(|| Figure::blank(kind))
    })
}
