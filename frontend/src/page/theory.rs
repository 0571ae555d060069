//! What flatness guarantees of a run, beside what happened.

mod figures;
mod heading;
mod remarks;

use crate::address::Address;
use crate::api::{self, Document};
use crate::clock::ticks;
use crate::live::{Live, follow};
use crate::view::notice::{Failed, Ghosts, Loaded};
use crate::view::overlay::Pointer;
use crate::view::title::PageTitle;
use figures::{Bars, Figures};
use heading::Heading;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use remarks::{Remarks, Tiles};
use std::time::Duration;
use valleyscope_shared::chart::theory::{Subject, TheoryChart};
use valleyscope_shared::chart::{Figure, Source};
use valleyscope_shared::route::{self, ViewState};
use valleyscope_shared::theory::Theory;
use valleyscope_shared::valley::Population;

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Page {
    pub id: StoredValue<String>,
    pub live: Live,
    pub address: Address,
    pub pointer: Pointer,
    pub theory: Document<Theory>,
    drawn: Memo<ViewState>,
}

impl Page {
    fn open(id: String) -> Self {
        let address = Address::open();
        let (live, id) = (follow(id.clone()), StoredValue::new(id));
        // While the run goes on, or its constants are computed, there is more to hear.
        let tick = ticks(Duration::from_secs(2));
        let theory = RwSignal::new(None::<Document<Theory>>);
        let more = move || {
            let computing = theory
                .get_untracked()
                .and_then(|known| untrack(|| known.ready(|theory| theory.computing.is_some())));
            let ended = live.state.with_untracked(|state| state.ended.is_some());
            computing.unwrap_or(false) || !ended
        };
        let path = move || {
            if more() {
                tick.track();
            }
            let query = address.view.with(question);
            let begun = live.state.with(|state| state.started.is_some());
            begun.then(|| id.with_value(|id| format!("{}?{query}", route::theory(id))))
        };
        let document = api::document::<Theory>(path);
        theory.set(Some(document));
        Self {
            id,
            live,
            address,
            pointer: address.pointer(),
            theory: document,
            drawn: address.drawn(),
        }
    }

    /// A figure of the panel, made anew when its data or the view change.
    fn figure(self, chart: &'static TheoryChart) -> Memo<Figure> {
        Memo::new(move |_| {
            let view = self.drawn.get();
            let name = self.id.get_value();
            let figure = self.theory.ready(|theory| {
                self.live.state.with(|state| {
                    let subject = Subject {
                        source: Source {
                            pass: Some(theory.pass),
                            ..Source::new(&name, 0, state)
                        },
                        theory,
                    };
                    chart.figure(&subject, &view)
                })
            });
            figure.unwrap_or_else(|| Figure::blank(chart.id))
        })
    }
}

/// Whom the view is about, as a question to the server.
fn question(view: &ViewState) -> String {
    let who = match view.population {
        Population::Right => "right",
        Population::All => "all",
    };
    let pass = view.pass.map(|pass| format!("&pass={pass}"));
    let row = view.example.map(|row| format!("&row={row}"));
    [Some(format!("population={who}")), pass, row]
        .into_iter()
        .flatten()
        .collect()
}

/// The page `/runs/:id/theory`.
#[component]
pub fn TheoryPage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    view! {
        <For each=move || Some(id.get()) key=Clone::clone let:id>
            <TheoryOf id />
        </For>
    }
}

#[component]
fn TheoryOf(id: String) -> impl IntoView {
    let page = Page::open(id);
    let known = page.live.there();
    let begun = Memo::new(move |_| page.live.state.with(|state| state.started.is_some()));
    let shown = move || {
        match known.get() {
        None => view! { <Ghosts /> }.into_any(),
        Some(Err(failure)) => view! { <Failed failure /> }.into_any(),
        Some(Ok(())) if !begun.get() => view! {
            <p class="empty">"The run has not started. Its theory is drawn as soon as it has readings."</p>
        }
        .into_any(),
        Some(Ok(())) => view! { <Parts page /> }.into_any(),
    }
    };
    view! {
        <PageTitle text="Theory" />
        <Heading page />
        {shown}
    }
}

#[component]
fn Parts(page: Page) -> impl IntoView {
    // The figures follow the document themselves; only that it is there, or why not, makes the page anew.
    let there = Memo::new(move |_| {
        page.theory
            .with(|answer| answer.as_ref().map(Result::is_ok))
    });
    move || match there.get() {
        Some(true) => view! {
            <Tiles page />
            <Remarks page />
            <Figures page />
            <Bars page />
        }
        .into_any(),
        _ => view! {
            <Loaded of=page.theory retry=true let:_theory>
                ""
            </Loaded>
        }
        .into_any(),
    }
}
