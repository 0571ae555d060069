//! A chart on the page: caption, picture, cursor, numbers, definition, files.

use super::canvas::{once_a_frame, paint};
use super::menu::menu;
use super::overlay::{Here, Pointer, overlay};
use super::part::{part, text, when};
use super::seen::seen;
use super::{icons, table};
use crate::dom::{IntoChild, View, place};
use crate::lean::{act, effect, memo};
use crate::signal::{Memo, RwSignal, Signal};
use crate::state::app;
use leptos::ev;
use leptos::prelude::*;
use valleyscope_markup::html;
use valleyscope_shared::chart::Figure;
use valleyscope_shared::measure::Measure;
use valleyscope_shared::palette::Theme;
use wasm_bindgen::JsCast;
use web_sys::HtmlDetailsElement;

/// What a chart on the page is made of.
pub struct Chart {
    /// Its kind, for addresses and tests.
    pub kind: &'static str,
    /// The figure, made anew when what it shows changes.
    pub figure: Memo<Figure>,
    /// The cursor that it shares, if it does.
    pub pointer: Option<Pointer>,
    /// The addresses of its files, `(words, address)`.
    pub files: Signal<Vec<(String, String)>>,
    /// The measures that it explains.
    pub measures: Signal<Vec<Measure>>,
    /// More room: `wide`, `tall`, `two` for panels above each other.
    pub class: &'static str,
}

/// The theme as the palette calls it.
pub fn theme() -> Signal<Theme> {
    let theme = app().theme;
    Signal::derive(move || {
        if theme.dark() {
            Theme::Dark
        } else {
            Theme::Light
        }
    })
}

/// The chart.
pub fn chart(chart: Chart) -> View {
    let figure = chart.figure;
    let title = memo(move || figure.with(|figure| figure.title.clone()));
    let says = move || figure.with(|figure| figure.subtitle.clone());
    let caption = move || figure.with(|figure| figure.caption.clone());
    let notes = part(move || {
        let notes = figure.with(|figure| {
            figure
                .notes
                .iter()
                .map(|note| note.text.clone())
                .collect::<Vec<_>>()
        });
        let line = |words| html! { <p class="small quiet">{words}</p> };
        (!notes.is_empty()).then(|| line(notes.join(" · ")))
    });
    html! {
        <figure class=format!("card figure {}", chart.class) data-chart=chart.kind>
            <figcaption>
                <div>
                    <h3>{text(move || title.get())}</h3>
                    <p class="small quiet">{text(says)}</p>
                </div>
                {files(chart.files, title)}
            </figcaption>
            {plot(figure, chart.pointer)}
            {notes}
            <p class="says">{text(caption)}</p>
            {numbers(figure, title)}
            {definitions(chart.measures)}
        </figure>
    }
}

/// The picture alone, with its cursor.
pub fn plot(figure: Memo<Figure>, pointer: Option<Pointer>) -> View {
    let plot = place();
    let canvas = place::<web_sys::HtmlCanvasElement>();
    let theme = theme();
    let here = Here {
        pointer,
        layout: RwSignal::new(None),
        own: RwSignal::new(None),
    };
    let seen = seen(plot);
    let draw = once_a_frame(move || {
        if let Some(canvas) = canvas.get_untracked() {
            let layout =
                figure.with_untracked(|figure| paint(&canvas, figure, theme.get_untracked()));
            if here.layout.with_untracked(|known| *known != layout) {
                here.layout.set(layout);
            }
        }
    });
    effect(move || {
        seen.sized.track();
        theme.track();
        if seen.near.get() {
            figure.track();
            draw();
        }
    });
    let keyed = move |event: ev::KeyboardEvent| {
        if here.key(&event.key()) {
            event.prevent_default();
        }
    };
    let stops = move || {
        here.layout.with(|layout| {
            let panel = layout.as_ref().and_then(|layout| layout.panels.first());
            panel
                .map_or(0, |panel| panel.stops.len().saturating_sub(1))
                .to_string()
        })
    };
    let now = move || {
        let x = here.own.get();
        here.layout.with(|layout| {
            let panel = layout.as_ref().and_then(|layout| layout.panels.first());
            let stop =
                panel.and_then(|panel| panel.stops.iter().position(|stop| Some(stop.x) == x));
            stop.unwrap_or(0).to_string()
        })
    };
    html! {
        <div
            class="plot"
            node_ref=plot
            role="slider"
            tabindex="0"
            aria-label=move || figure.with(|figure| format!("Cursor in the figure {}", figure.title))
            aria-valuemin="0"
            aria-valuemax=stops
            aria-valuenow=now
            aria-valuetext=move || figure.with(|figure| match here.words(figure) {
                words if words.is_empty() => figure.caption.clone(),
                words => words,
            })
            on:pointermove=act(move |event: ev::PointerEvent| here.move_to(f64::from(event.offset_x())))
            on:pointerleave=act(move |_| here.stand(None))
            on:blur=act(move |_| here.stand(None))
            on:click=act(move |_| here.choose())
            on:keydown=act(keyed)
        >
            {when(
                move || seen.near.get(),
                move || html! { <canvas node_ref=canvas aria-hidden="true"></canvas> },
            )}
            {overlay(here, figure, theme)}
        </div>
    }
}

fn files(files: Signal<Vec<(String, String)>>, title: Memo<String>) -> View {
    let link = |(words, address): (String, String)| {
        html! {
            <a href=address download="" rel="external">
                {words}
            </a>
        }
    };
    let items = move || files.get().into_iter().map(link).collect::<Vec<_>>().view();
    let some = move || files.with(|files| !files.is_empty());
    when(some, move || {
        let name = format!("Save the figure {}", title.get_untracked());
        menu(icons::save(), name, part(items))
    })
}

/// The figure's numbers, made when they are asked for.
fn numbers(figure: Memo<Figure>, title: Memo<String>) -> View {
    let open = RwSignal::new(false);
    let rows = move || {
        let made = || figure.with(|figure| table::table(&figure.table(), &title.get()));
        open.get().then(made)
    };
    html! {
        <details on:toggle=act(move |event: ev::Event| open.set(is_open(&event)))>
            <summary>"Numbers"</summary>
            <div class="table" tabindex="0" role="region" aria-label=move || format!("Numbers of {}", title.get())>
                {part(rows)}
            </div>
        </details>
    }
}

fn definitions(measures: Signal<Vec<Measure>>) -> View {
    let shown = move || {
        let entries = measures.get().into_iter().map(definition);
        entries.collect::<Vec<_>>().view()
    };
    let none = move || measures.with(Vec::is_empty);
    html! {
        <details hidden=none>
            <summary>"What this is"</summary>
            <div class="stack small">{part(shown)}</div>
        </details>
    }
}

/// A measure in one paragraph with its formula.
pub fn definition(measure: Measure) -> View {
    html! {
        <div>
            <b>{measure.title()}</b>
            <span class="formula">{measure.formula()}</span>
            <p>{measure.help()} " " <a href=format!("/definitions#{}", measure.id())>"All definitions"</a></p>
        </div>
    }
}

/// Whether the disclosure that was turned is open.
fn is_open(event: &ev::Event) -> bool {
    let details = event
        .target()
        .and_then(|target| target.dyn_into::<HtmlDetailsElement>().ok());
    details.is_some_and(|details| details.open())
}
