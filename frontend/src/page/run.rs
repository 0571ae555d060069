//! One run: live while it computes, complete afterwards.

mod actions;
mod charts;
mod classes;
mod confirm;
mod example;
mod examples;
mod extra;
mod head;
mod pictures;
mod results;
mod scrubber;
mod settings;
mod snippet;
mod warnings;

use crate::address::Address;
use crate::dom::{IntoChild, View};
use crate::lean::{effect, effect_after, memo};
use crate::live::{Live, follow};
use crate::load::Load;
use crate::signal::{Memo, RwSignal, Signal, StoredValue};
use crate::state::{App, app};
use crate::view::keys::is_command;
use crate::view::notice;
use crate::view::overlay::Pointer;
pub use charts::figure_files;
use extra::Extra;
use leptos::ev;
use leptos::prelude::*;
pub use results::facts;
pub use settings::bar as settings_bar;
use valleyscope_markup::html;
use valleyscope_shared::chart::{Figure, Source, build};
use valleyscope_shared::route::{Cursor, PointName};
use valleyscope_shared::run::Phase;
use valleyscope_shared::spec::RunSpec;

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
    pub voice: App,
    extra: Extra,
}

impl Page {
    fn open(id: String) -> Self {
        let live = follow(id.clone());
        let address = Address::open();
        let spec = memo(move || live.run.with(|run| run.ready().map(|run| run.spec.clone())));
        let catalog = app().catalog();
        let classes = memo(move || {
            let model = spec.with(|spec| spec.as_ref().map(|spec| spec.model.clone()));
            catalog
                .with(|catalog| {
                    let found = catalog.ready()?.model(&model?)?;
                    Some(found.classes.clone())
                })
                .unwrap_or_default()
        });
        let id = StoredValue::new(id);
        let pointer = Pointer {
            at: RwSignal::new(None),
            chosen: Signal::derive(move || address.view.with(|view| view.step)),
            mode: Signal::derive(move || address.view.with(|view| view.cursor)),
            choose: Callback::new(move |point: PointName| {
                address.push(|view| view.step = Some(point))
            }),
        };
        let extra = Extra::open(id, live, address);
        Self {
            id,
            live,
            address,
            spec,
            classes,
            pointer,
            voice: app(),
            extra,
        }
    }

    /// The figure of a kind, made anew when its data or the view change.
    pub fn figure(self, kind: &'static str) -> Memo<Figure> {
        memo(move || {
            let view = self.address.view.get();
            let name = self.id.get_value();
            self.live.state.with(|state| {
                self.classes.with(|classes| {
                    self.extra.with(|fetched| {
                        let source = Source {
                            classes,
                            curves: &fetched.curves,
                            aligned: &fetched.aligned,
                            examples: &fetched.examples,
                            ..Source::new(&name, 0, state)
                        };
                        build(kind, &[source], &view).unwrap_or_else(|| empty(kind))
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

/// A figure that shows nothing.
pub fn empty(kind: &'static str) -> Figure {
    Figure {
        id: kind,
        title: String::new(),
        subtitle: String::new(),
        caption: String::new(),
        panels: Vec::new(),
        notes: Vec::new(),
        end_labels: false,
        empty: "",
    }
}

/// The page `/runs/:id`.
pub fn page(id: &str) -> View {
    run(id.to_owned())
}

fn run(id: String) -> View {
    super::entitle("Run");
    let page = Page::open(id);
    cycle_cursor(page);
    announce(page);
    let known = memo(move || {
        page.live.run.with(|run| match run {
            Load::Waiting => Some(Load::<()>::Waiting),
            Load::Failed(failure) => Some(Load::Failed(failure.clone())),
            Load::Ready(_) => None,
        })
    });
    (move || match known.get() {
        None => body(page),
        Some(Load::Failed(failure)) if failure.status() == Some(404) => gone(),
        Some(Load::Failed(failure)) => html! {
            {head::banner(page.live)}
            {notice::failed(&failure, None)}
        },
        Some(_) => notice::ghosts(3),
    })
    .view()
}

fn gone() -> View {
    html! {
        <h1>"There is no such run"</h1>
        <p class="lead">"It may have been deleted."</p>
        <p>
            <a class="button primary" href="/runs">
                "All runs"
            </a>
        </p>
    }
}

fn body(page: Page) -> View {
    html! {
        {head::banner(page.live)}
        {head::head(page)}
        {warnings::warnings(page)}
        {results::results(page)}
        {settings::settings(page)}
        {charts::charts(page)}
        {classes::classes(page)}
        {examples::examples(page)}
    }
}

/// The key `c`: line, values in every figure, off.
fn cycle_cursor(page: Page) {
    let listener = window_event_listener(ev::keydown, move |event| {
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
    on_cleanup(move || listener.remove());
}

/// Tells a screen reader where the run is, and names the page after the run.
fn announce(page: Page) {
    let voice = page.voice;
    let phase = memo(move || phase(page.live));
    effect_after(move |before: Option<Phase>| {
        let now = phase.get();
        if before.is_some_and(|before| before != now) {
            voice.say(format!("The run is now {}", now.id()));
        }
        now
    });
    let title = memo(move || {
        page.live
            .run
            .with(|run| run.ready().map(|run| run.title.clone()))
    });
    effect(move || {
        if let Some(title) = title.get() {
            document().set_title(&format!("{title} · Valleyscope"));
        }
    });
}

/// Where the run is: by its log where that has begun, else by its resource.
pub fn phase(live: Live) -> Phase {
    let logged = live
        .state
        .with(|state| (state.seq > 0).then_some(state.phase));
    logged.unwrap_or_else(|| {
        live.run
            .with(|run| run.ready().map_or(Phase::Queued, |run| run.phase))
    })
}
