//! One run: live while it computes, complete afterwards.

mod actions;
mod charts;
mod classes;
mod contents;
mod delete;
mod details;
mod example;
mod examples;
mod facts;
mod fetched;
mod gallery;
mod head;
mod keep;
mod pages;
mod pictures;
mod results;
mod said;
mod scrubber;
mod selection;
mod settings;
mod snippet;
mod thumbnails;
mod verdict;
mod walk;
mod warnings;

use crate::address::Address;
use crate::aside::{Aside, aside};
use crate::base::at;
use crate::live::{Live, follow};
use crate::state::shared;
use crate::view::keys::is_command;
use crate::view::notice::{Failed, Ghosts};
use crate::view::overlay::Pointer;
use crate::view::title::PageTitle;
use charts::{Main, Others};
use classes::Classes;
use contents::RunContents;
pub use example::Drawer;
use examples::Examples;
use fetched::Extra;
use gallery::Gallery;
use head::{Banner, Head};
use leptos::ev;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use leptos_use_event_listener::use_event_listener;
use results::Results;
use selection::Selection;
use settings::RunSettings;
pub use snippet::{Kind as SnippetKind, Snippet};
pub use thumbnails::Thumbnails;
use valleyscope_shared::chart::{Figure, Source, build};
use valleyscope_shared::route::{Cursor, ViewState};
use valleyscope_shared::run::{Phase, RunState};
use valleyscope_shared::spec::RunSpec;
use verdict::{VerdictAlone, has_settings, has_trace};
use warnings::Warnings;

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Page {
    pub id: StoredValue<String>,
    pub live: Live,
    pub address: Address,
    /// What the run does, once it is known.
    pub spec: Memo<Option<RunSpec>>,
    /// The names of the model's classes, as far as the catalogue knows them.
    pub classes: Memo<Vec<String>>,
    pub pointer: Pointer,
    /// What the figures show: the view without what is only looked at, so that a chosen step draws none of them anew.
    drawn: Memo<ViewState>,
    /// The rows that the table of examples shows, in its order.
    pub listed: RwSignal<Vec<usize>>,
    extra: Extra,
}

impl Page {
    fn open(id: String) -> Self {
        let live = follow(id.clone());
        let address = Address::open();
        let spec = Memo::new(move |_| live.known(|run| run.spec.clone()));
        let catalog = shared().catalog();
        let classes = Memo::new(move |_| {
            let model = spec.with(|spec| spec.as_ref().map(|spec| spec.model.clone()));
            let found = catalog.ready(|catalog| Some(catalog.model(&model?)?.classes.clone()));
            found.flatten().unwrap_or_default()
        });
        let pointer = address.pointer();
        let drawn = address.drawn();
        let id = StoredValue::new(id);
        Self {
            id,
            live,
            address,
            spec,
            classes,
            pointer,
            drawn,
            listed: RwSignal::new(Vec::new()),
            extra: Extra::open(id, live, address),
        }
    }

    /// Looks at the run's state over the examples that the page is about.
    pub fn shown<T>(self, look: impl FnOnce(&RunState) -> T) -> T {
        self.extra.narrowed.with(|narrowed| match narrowed {
            Some(state) => look(state),
            None => self.live.state.with(look),
        })
    }

    /// The figure of a kind, made anew when its data or the view change.
    pub fn figure(self, kind: &'static str) -> Memo<Figure> {
        Memo::new(move |_| {
            let view = self.drawn.get();
            let name = self.id.get_value();
            self.shown(|state| {
                self.classes.with(|classes| {
                    self.extra.fetched.with(|fetched| {
                        let source = Source {
                            classes,
                            curves: &fetched.curves,
                            aligned: &fetched.aligned,
                            examples: &fetched.examples,
                            ..Source::new(&name, 0, state)
                        };
                        build(kind, &[source], &view).unwrap_or_else(|| Figure::blank(kind))
                    })
                })
            })
        })
    }

    /// The name of a class: its number until the catalogue is there.
    pub fn class(self, class: u32) -> String {
        let name = self
            .classes
            .with(|names| names.get(class as usize).cloned());
        name.unwrap_or_else(|| format!("class {class}"))
    }
}

/// Where the run is: by its log where that has begun, else by its resource.
pub fn phase(live: Live) -> Phase {
    let logged = live
        .state
        .with(|state| (state.seq > 0).then_some(state.phase));
    logged.unwrap_or_else(|| live.known(|run| run.phase).unwrap_or(Phase::Queued))
}

/// The page `/runs/:id`.
#[component]
pub fn Run() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    // By key, so that another run's page is made anew: what is open or playing does not go over.
    view! {
        <For each=move || Some(id.get()) key=Clone::clone let:id>
            <RunOf id />
        </For>
    }
}

#[component]
fn RunOf(id: String) -> impl IntoView {
    let page = Page::open(id);
    cycle_cursor(page);
    announce(page);
    // The parts below follow the run themselves: only that it is known, or why not, makes the page anew.
    let known = page.live.there();
    let shown = move || match known.get() {
        None => view! { <Ghosts /> }.into_any(),
        Some(Ok(())) => view! { <Parts page /> }.into_any(),
        Some(Err(failure)) if failure.status() == Some(404) => view! { <Gone /> }.into_any(),
        Some(Err(failure)) => view! {
            <Banner live=page.live says_why=false />
            <Failed failure />
        }
        .into_any(),
    };
    view! {
        <PageTitle text="Run" />
        {shown}
    }
}

#[component]
fn Gone() -> impl IntoView {
    view! {
        <h1>"There is no such run"</h1>
        <p class="lead">"It may have been deleted."</p>
        <p>
            <a class="button primary" href=at("/runs")>
                "All runs"
            </a>
        </p>
    }
}

#[component]
fn Parts(page: Page) -> impl IntoView {
    let title = move || page.live.known(|run| run.title.clone()).unwrap_or_default();
    let looks = Memo::new(move |_| page.address.view.with(|view| view.example.is_some()));
    let traced = has_trace(page);
    let settings = has_settings(page);
    view! {
        <Title text=title />
        <Banner live=page.live />
        <Head page />
        <RunContents page />
        <div class="split" data-open=move || looks.get().to_string()>
            <div class="parts" data-trace=move || if traced.get() { "on" } else { "off" }>
                <Results page />
                <Show when=move || settings.get()>
                    <RunSettings page />
                </Show>
                <Selection page />
                <Show when=move || traced.get() fallback=move || view! { <VerdictAlone page /> }>
                    <Main page />
                </Show>
                <Warnings page />
                <Others page />
                <Classes page />
                <Examples page />
                <Gallery page />
            </div>
            <Show when=move || looks.get()>
                <Suspense fallback=|| {
                    view! {
                        <aside class="drawer">
                            <Ghosts count=1 />
                        </aside>
                    }
                }>{move || aside(Aside::Example(page))}</Suspense>
            </Show>
        </div>
    }
}

/// The key `c`: line, values in every figure, off.
fn cycle_cursor(page: Page) {
    let _ = use_event_listener(window(), ev::keydown, move |event| {
        if event.key() == "c" && is_command(&event) {
            page.address.replace(|view| {
                view.cursor = match view.cursor {
                    Cursor::Off => Cursor::Line,
                    Cursor::Line => Cursor::All,
                    Cursor::All => Cursor::Off,
                }
            });
        }
    });
}

/// Tells a screen reader where the run is.
fn announce(page: Page) {
    let voice = shared();
    let phase = Memo::new(move |_| phase(page.live));
    Effect::new(move |before: Option<Phase>| {
        let now = phase.get();
        if before.is_some_and(|before| before != now) {
            voice.say(format!("The run is now {}", now.id()));
        }
        now
    });
}
