//! One page of definitions, as the server typesets it.

use super::{List, list, scroll_to};
use crate::api;
use crate::base::at;
use crate::view::notice::{Failed, Ghosts};
use crate::view::title::PageTitle;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_location, use_params_map};
use valleyscope_shared::definition::{self, Entry};
use valleyscope_shared::route;

/// The page `/definitions/{id}`.
#[component]
pub fn Definition() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let list = list();
    let html = api::text("text/html", move || Some(route::definition(&id.get())));
    let hash = use_location().hash;
    Effect::new(move || {
        let hash = hash.get();
        if html.ready(|_| ()).is_some() && !hash.is_empty() {
            scroll_to(hash);
        }
    });
    let retry = Some(Callback::new(move |()| html.refetch()));
    let shown = move || match html.get() {
        None => view! { <Ghosts count=1 /> }.into_any(),
        Some(Ok(html)) => {
            view! { <article class="card stack prose" inner_html=html></article> }.into_any()
        }
        Some(Err(failure)) if failure.status() == Some(404) => view! { <Unknown /> }.into_any(),
        Some(Err(failure)) => view! { <Failed failure retry /> }.into_any(),
    };
    view! {
        <PageTitle text="Definition" />
        <div class="guide">
            <Beside list id />
            <div class="stack">
                {shown}
                <Neighbours list id />
            </div>
        </div>
    }
}

#[component]
fn Unknown() -> impl IntoView {
    view! {
        <h1>"There is no such definition"</h1>
        <p class="lead">"It may have another name."</p>
        <p>
            <a class="button primary" href=at("/definitions")>
                "All definitions"
            </a>
        </p>
    }
}

/// The way back to the list, and the other pages of the group.
#[component]
fn Beside(list: List, id: Memo<String>) -> impl IntoView {
    let group = move || {
        let of = |entries: &Vec<Entry>| known(entries, &id.read()).map(|entry| entry.group);
        list.ready(of).flatten()
    };
    let pages = move || {
        let group = group()?;
        let link = |entry: &Entry| {
            let current = (entry.id == *id.read()).then_some("page");
            view! {
                <li>
                    <a href=at(&definition::page(&entry.id)) aria-current=current>
                        {entry.title.clone()}
                    </a>
                </li>
            }
        };
        let links = list.ready(|entries| {
            let same = entries.iter().filter(|entry| entry.group == group);
            same.map(link).collect_view()
        });
        let title = move || {
            let title =
                list.ready(|entries| known(entries, &id.read()).map(|entry| entry.title.clone()));
            title.flatten().unwrap_or_default()
        };
        Some(view! {
            <Title text=title />
            <a href=at(&format!("/definitions#{}", group.id()))>{group.title()}</a>
            <ul class="plain">{links}</ul>
        })
    };
    view! {
        <nav class="beside small" aria-label="Definitions">
            <a href=at("/definitions")>"All definitions"</a>
            {pages}
        </nav>
    }
}

/// The pages before and after this one in the list.
#[component]
fn Neighbours(list: List, id: Memo<String>) -> impl IntoView {
    let links = move || {
        list.ready(|entries| {
            let here = entries.iter().position(|entry| entry.id == *id.read())?;
            let before = here.checked_sub(1).and_then(|place| entries.get(place));
            let link = |entry: &Entry, rel: &'static str, words: String| {
                view! {
                    <a href=at(&definition::page(&entry.id)) rel=rel>
                        {words}
                    </a>
                }
            };
            let before = before.map(|entry| link(entry, "prev", format!("← {}", entry.title)));
            let after = entries.get(here + 1);
            let after = after.map(|entry| link(entry, "next", format!("{} →", entry.title)));
            Some(view! {
                <nav class="row spread small" aria-label="Neighbouring pages">
                    <span>{before}</span>
                    <span>{after}</span>
                </nav>
            })
        })
        .flatten()
    };
    view! { {links} }
}

fn known<'a>(entries: &'a [Entry], id: &str) -> Option<&'a Entry> {
    entries.iter().find(|entry| entry.id == id)
}
