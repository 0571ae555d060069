//! The panel at the side that tells all about one figure: what it says, what it measures, its numbers.

use super::figure::Definition;
use super::icons::{self, Icon};
use super::table::NumberTable;
use crate::aside::{Aside, aside};
use leptos::ev;
use leptos::html::Dialog;
use leptos::prelude::*;
use valleyscope_shared::chart::Figure;
use valleyscope_shared::measure::Measure;

/// A figure that can be told about.
#[derive(Clone, Copy)]
pub struct About {
    /// Its kind, for tests.
    pub kind: &'static str,
    pub figure: Memo<Figure>,
    /// The measures that it shows.
    pub measures: Signal<Vec<Measure>>,
}

/// The figure that the panel tells about; figures take it from the context.
#[derive(Clone, Copy)]
pub struct AboutOpen(RwSignal<Option<About>>);

impl AboutOpen {
    /// A closed panel.
    pub fn start() -> Self {
        Self(RwSignal::new(None))
    }

    /// Whether the panel tells about this figure.
    pub fn is(self, figure: Memo<Figure>) -> bool {
        self.0
            .with(|about| about.is_some_and(|about| about.figure == figure))
    }

    /// Tells about a figure, or closes the panel where it does already.
    pub fn turn(self, about: About) {
        let open = untrack(|| self.is(about.figure));
        self.0.set((!open).then_some(about));
    }

    /// Closes the panel where it tells about this figure, which goes away.
    pub fn leave(self, figure: Memo<Figure>) {
        if untrack(|| self.is(figure)) {
            self.0.set(None);
        }
    }
}

/// The panel.
#[component]
pub fn AboutPanel() -> impl IntoView {
    let open = expect_context::<AboutOpen>().0;
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        match open.with(Option::is_some) {
            // Beside the page, not over it: the page stays in use, and the focus comes back at the end.
            true if !dialog.open() => dialog.show(),
            false if dialog.open() => dialog.close(),
            _ => {}
        }
    });
    let close = move || open.set(None);
    let keyed = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" {
            event.stop_propagation();
            close();
        }
    };
    let about = move || open.get().map(|about| aside(Aside::About(about)));
    let kind = move || open.with(|about| about.map(|about| about.kind));
    view! {
        <dialog class="panel" node_ref=dialog data-about=kind aria-labelledby="about-title" on:keydown=keyed>
            <button class="button bare icon close" aria-label="Close" on:click=move |_| close()>
                <Icon path=icons::CLOSE />
            </button>
            {about}
        </dialog>
    }
}

/// What the panel tells.
#[component]
pub fn Told(about: About) -> impl IntoView {
    let About {
        figure, measures, ..
    } = about;
    let read = move |part: fn(&Figure) -> String| Memo::new(move |_| figure.with(part));
    let title = read(|figure| figure.title.clone());
    let subtitle = read(|figure| figure.subtitle.clone());
    let caption = read(|figure| figure.caption.clone());
    let note = |text: String| view! { <li>{text}</li> };
    let notes = move || {
        let notes = figure.with(|figure| figure.notes.clone());
        let lines = notes.into_iter().map(|line| note(line.text));
        lines.collect_view()
    };
    let definitions = move || {
        let definition = |measure| view! { <Definition measure /> };
        measures.get().into_iter().map(definition).collect_view()
    };
    let table = move || {
        let table = figure.with(Figure::table);
        view! { <NumberTable table name=title.get() /> }
    };
    view! {
        <div class="stack">
            <h2 id="about-title">{title}</h2>
            <p class="small quiet">{subtitle}</p>
            <p>{caption}</p>
            <ul class="small plain">{notes}</ul>
            <Show when=move || !measures.with(Vec::is_empty)>
                <h3>"What this is"</h3>
                <div class="stack small">{definitions}</div>
            </Show>
            <h3>"Numbers"</h3>
            <div class="table" tabindex="0" role="region" aria-label=move || format!("Numbers of {}", title.get())>
                {table}
            </div>
        </div>
    }
}
