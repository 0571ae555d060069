//! What the words on the figures mean: every measure, then the pages that come with the program.

use crate::api::{self, Answer, Failure};
use crate::view::markdown::Markdown;
use crate::view::notice::Failed;
use crate::view::title::PageTitle;
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;
use leptos_router::hooks::use_location;
use serde::Deserialize;
use valleyscope_shared::measure::{self, Measure};
use valleyscope_shared::route;

/// A page of the list; its text is fetched by its id.
#[derive(Clone, Debug, Deserialize)]
struct Entry {
    id: String,
    title: String,
}

/// The pages that have come so far, each with its text.
type Texts = RwSignal<Vec<(Entry, String)>>;

/// The page `/definitions`.
#[component]
pub fn Definitions() -> impl IntoView {
    let texts = Texts::default();
    let failed = RwSignal::new(None::<Failure>);
    let hash = use_location().hash;
    let to_anchor = move || {
        let hash = hash.get_untracked();
        request_animation_frame(move || scroll_to(hash.trim_start_matches('#')));
    };
    to_anchor();
    spawn_local_scoped_with_cancellation(async move {
        failed.set(fetch(texts).await.err());
        to_anchor();
    });
    // The browser itself goes to a place on this very page, and the next Tab goes on from there.
    let link = |(entry, _): &(Entry, String)| {
        view! {
            <a href=format!("#page-{}", entry.id) rel="external">
                {entry.title.clone()}
            </a>
        }
    };
    let links = move || texts.with(|texts| texts.iter().map(link).collect_view());
    let defined = |measure: &Measure| view! { <Defined measure=*measure /> };
    view! {
        <PageTitle text="Definitions" />
        <div class="stack">
            <h1>"Definitions"</h1>
            <p class="lead">
                "Every measure is read from the attack’s own forward pass, per image and per step, and computed in double precision by a form that keeps its digits where the softmax saturates."
            </p>
            <nav class="row small" aria-label="On this page">
                <a href="#measures" rel="external">
                    "Measures"
                </a>
                {links}
            </nav>
        </div>
        <section class="card stack" id="measures">
            <h2>"Measures"</h2>
            <div class="defs">{measure::ALL.iter().map(defined).collect_view()}</div>
        </section>
        {move || failed.get().map(|failure| view! { <Failed failure /> })}
        <For each=move || texts.get() key=|(entry, _)| entry.id.clone() let((entry, text))>
            <article class="card stack prose text" id=format!("page-{}", entry.id)>
                <Markdown text />
            </article>
        </For>
    }
}

/// The pages one after the other, so that the first can be read while the last is on its way.
async fn fetch(texts: Texts) -> Answer<()> {
    for entry in api::get::<Vec<Entry>>(&route::definitions()).await? {
        let text = api::text(&route::definition(&entry.id)).await?;
        texts.update(|texts| texts.push((entry, text)));
    }
    Ok(())
}

#[component]
fn Defined(measure: Measure) -> impl IntoView {
    let unit = match measure.unit() {
        "" => String::new(),
        unit => format!("in {unit}"),
    };
    view! {
        <article id=measure.id()>
            <h3>
                {measure.title()} " " <code class="sub">{measure.id()}</code> " "
                <span class="sub small">{unit}</span>
            </h3>
            <span class="formula">{measure.formula()}</span>
            <p class="prose">{measure.help()}</p>
        </article>
    }
}

/// Goes to the place that the address names, once it is in the document.
fn scroll_to(id: &str) {
    if let Some(place) = document().get_element_by_id(id) {
        place.scroll_into_view();
    }
}
