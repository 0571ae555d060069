//! What the words on the figures mean: every measure, then the pages that come with the program.

use crate::api::{self, Failure};
use crate::dom::View;
use crate::signal::RwSignal;
use crate::view::markdown::markdown;
use crate::view::notice;
use leptos::prelude::*;
use leptos::task::spawn_local;
use valleyscope_markup::html;
use valleyscope_shared::lean;
use valleyscope_shared::measure::{self, Measure};
use valleyscope_shared::route;

/// A page of the list; its text is fetched by its id.
#[derive(Clone, Debug)]
struct Entry {
    id: String,
    title: String,
}

lean! { Entry { id, title } }

/// The page `/definitions`.
pub fn page() -> View {
    super::entitle("Definitions");
    let texts = RwSignal::new(Vec::<(Entry, String)>::new());
    let failed = RwSignal::new(None::<Failure>);
    spawn_local(async move {
        if let Err(failure) = fetch(texts).await {
            failed.try_set(Some(failure));
        }
        request_animation_frame(to_anchor);
    });
    request_animation_frame(to_anchor);
    let contents = move || {
        let links = texts.get().into_iter().map(|(entry, _)| {
            html! { <a href=format!("#page-{}", entry.id)>{entry.title}</a> }
        });
        links.collect::<Vec<_>>()
    };
    html! {
        <div class="stack">
            <h1>"Definitions"</h1>
            <p class="lead">
                "Every measure is read from the attack’s own forward pass, per image and per step, and computed in double precision by a form that keeps its digits where the softmax saturates."
            </p>
            <nav class="row small" aria-label="On this page">
                <a href="#measures">"Measures"</a>
                {contents}
            </nav>
        </div>
        <section class="card stack" id="measures">
            <h2>"Measures"</h2>
            <div class="defs">{measure::ALL.iter().copied().map(definition).collect::<Vec<_>>()}</div>
        </section>
        {move || failed.with(|failed| failed.as_ref().map(|failure| notice::failed(failure, None)))}
        {move || texts.get().into_iter().map(article).collect::<Vec<_>>()}
    }
}

async fn fetch(texts: RwSignal<Vec<(Entry, String)>>) -> Result<(), Failure> {
    for entry in api::get::<Vec<Entry>>(&route::definitions()).await? {
        let text = api::text(&route::definition(&entry.id)).await?;
        if texts
            .try_update(|texts| texts.push((entry, text)))
            .is_none()
        {
            return Ok(());
        }
    }
    Ok(())
}

fn definition(measure: Measure) -> View {
    let unit = match measure.unit() {
        "" => String::new(),
        unit => format!("in {unit}"),
    };
    html! {
        <article id=measure.id()>
            <h3>
                {measure.title()} " " <code class="sub">{measure.id()}</code> " " <span class="sub small">{unit}</span>
            </h3>
            <span class="formula">{measure.formula()}</span>
            <p class="prose">{measure.help()}</p>
        </article>
    }
}

fn article((entry, text): (Entry, String)) -> View {
    html! {
        <article class="card stack prose text" id=format!("page-{}", entry.id)>
            {markdown(&text)}
        </article>
    }
}

/// Goes to the place that the address names, once it is in the document.
fn to_anchor() {
    let hash = window().location().hash().unwrap_or_default();
    let id = hash.trim_start_matches('#');
    if let Some(place) = document().get_element_by_id(id).filter(|_| !id.is_empty()) {
        place.scroll_into_view();
    }
}
