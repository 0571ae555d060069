//! A chart on the page: title, picture, cursor, what it says, files; all else about it is in the panel at the side.

use super::about::{About, AboutOpen};
use super::formula::Formula;
use super::icons::{self, Icon};
use super::marking::Marked;
use super::overlay::Pointer;
use super::plot::Plot;
use super::save::{SaveButton, Saving};
use crate::base::at;
use leptos::prelude::*;
use valleyscope_shared::chart::Figure;
use valleyscope_shared::definition;
use valleyscope_shared::measure::Measure;
use valleyscope_shared::route::{self, ViewState};

/// A run's figure as a file, which shows what the page shows.
pub fn saving_of(id: &str, kind: &str, view: &ViewState, title: String) -> Saving {
    Saving {
        title,
        file: route::chart(id, kind),
        view: view.to_query(),
    }
}

/// The chart.
#[component]
pub fn Chart(
    /// Its kind, for addresses and tests.
    kind: &'static str,
    /// The figure, made anew when what it shows changes.
    figure: Memo<Figure>,
    /// The cursor that it shares, if it does.
    #[prop(optional_no_strip)]
    pointer: Option<Pointer>,
    /// Hears what is marked in it.
    #[prop(optional_no_strip)]
    mark: Option<Callback<Marked>>,
    /// What is saved of it, with its title, where it can be saved.
    #[prop(optional_no_strip)]
    saved: Option<Callback<String, Saving>>,
    /// The measures that it explains.
    #[prop(optional, into)]
    measures: Signal<Vec<Measure>>,
    /// More room: `wide`, `tall`, `two` for panels above each other.
    #[prop(optional, into)]
    class: String,
) -> impl IntoView {
    let read = move |part: fn(&Figure) -> String| Memo::new(move |_| figure.with(part));
    let title = read(|figure| figure.title.clone());
    let says = read(|figure| figure.subtitle.clone());
    let caption = read(|figure| figure.caption.clone());
    let notes = read(|figure| {
        let notes: Vec<&str> = figure.notes.iter().map(|note| note.text.as_str()).collect();
        notes.join(" · ")
    });
    let panel = expect_context::<AboutOpen>();
    on_cleanup(move || panel.leave(figure));
    let about = About {
        kind,
        figure,
        measures,
    };
    let tells = move || format!("About the figure {}: what it is, its numbers", title.get());
    view! {
        <figure class=format!("card figure {class}") data-chart=kind id=format!("figure-{kind}")>
            <figcaption>
                <div>
                    <h3>{title}</h3>
                    <p class="small quiet one-line" title=says>
                        {says}
                    </p>
                </div>
                <div class="tools">
                    <button
                        class="button bare icon"
                        data-opens="about"
                        title="What this is, and its numbers"
                        aria-label=tells
                        aria-expanded=move || panel.is(figure).to_string()
                        on:click=move |_| panel.turn(about)
                    >
                        <Icon path=icons::ABOUT />
                    </button>
                    {saved.map(|saving| {
                        let saving = Callback::new(move |()| saving.run(title.get_untracked()));
                        view! { <SaveButton title saving /> }
                    })}
                </div>
            </figcaption>
            <Plot figure pointer mark />
            <div class="says">
                <Show when=move || !notes.with(String::is_empty)>
                    <p class="small quiet">{notes}</p>
                </Show>
                <p title=caption>{caption}</p>
            </div>
        </figure>
    }
}

/// A measure in one paragraph with its formula.
#[component]
pub fn Definition(measure: Measure) -> impl IntoView {
    view! {
        <div>
            <b>{measure.title()}</b>
            <Formula measure />
            <p>
                {measure.help()} " " <a href=at(&definition::page(measure.id()))>"More about it"</a>
            </p>
        </div>
    }
}
