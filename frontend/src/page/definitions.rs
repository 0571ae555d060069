//! What the words on the figures mean: every page in a list that can be searched.

mod one;

pub use one::Definition;

use crate::api::{self, Document};
use crate::base::at;
use crate::view::notice::Loaded;
use crate::view::search::Search;
use crate::view::title::PageTitle;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map, use_url};
use valleyscope_shared::definition::{self, Entry, Group, Hit};
use valleyscope_shared::route;

/// The pages, in the order of the list.
type List = Document<Vec<Entry>>;

/// The page `/definitions`.
#[component]
pub fn Definitions() -> impl IntoView {
    let list = list();
    follow(list);
    view! {
        <PageTitle text="Definitions" />
        <div class="stack">
            <h1>"Definitions"</h1>
            <p class="lead">
                "Every measure is read from the attack’s own forward pass, per image and per step, and computed in double precision by a form that keeps its digits where the softmax saturates."
            </p>
        </div>
        <Loaded of=list retry=true let:entries>
            <Shelves entries />
        </Loaded>
    }
}

fn list() -> List {
    api::document(|| Some(route::definitions()))
}

/// Goes where the address's anchor points, once the list is there: to a group of this page,
/// or to the page on which a place of the former single page stands today.
fn follow(list: List) {
    // The route's own address: the router's is the next page's already while that is fetched.
    let url = use_url();
    let hash = Memo::new(move |_| url.with(|url| url.hash().to_owned()));
    let navigate = use_navigate();
    Effect::new(move || {
        let hash = hash.get();
        let Some(place) = list.ready(|entries| definition::moved(&hash, entries)) else {
            return;
        };
        match place {
            Some(place) => navigate(&place, replacing()),
            None => scroll_to(hash),
        }
    });
}

/// Leaves no step for Back.
fn replacing() -> NavigateOptions {
    NavigateOptions {
        replace: true,
        scroll: false,
        ..NavigateOptions::default()
    }
}

/// Brings an anchor into view, in the next frame, when what was just made is in the document.
fn scroll_to(anchor: String) {
    request_animation_frame(move || {
        if let Some(place) = document().get_element_by_id(anchor.trim_start_matches('#')) {
            place.scroll_into_view();
        }
    });
}

/// The search and what it finds, group by group.
#[component]
fn Shelves(entries: Vec<Entry>) -> impl IntoView {
    let query = use_query_map();
    let asked = Memo::new(move |_| query.with(|query| query.get("q").unwrap_or_default()));
    let text = RwSignal::new(asked.get_untracked());
    Effect::new(move || {
        let asked = asked.get();
        // While something is written, a blank at its end is no other search.
        if text.with_untracked(|text| text.trim() != asked) {
            text.set(asked);
        }
    });
    let all = entries.len();
    let hits = Memo::new(move |_| definition::search(&entries, &text.get()));
    let count = move || match hits.with(Vec::len) {
        found if found == all => format!("{all} pages"),
        found => format!("{found} of {all} pages"),
    };
    let navigate = use_navigate();
    // The address follows when the field is left, so that Back from a page leads to what was found.
    let keep = Callback::new(move |()| {
        let text = text.get_untracked();
        let query = match text.trim() {
            "" => String::new(),
            text => format!("?q={}", String::from(js_sys::encode_uri_component(text))),
        };
        navigate(&format!("/definitions{query}"), replacing());
    });
    let show_all = move |_| {
        text.set(String::new());
        keep.run(());
    };
    view! {
        <div class="row" role="search">
            <Search label="Search the definitions" placeholder="Search titles and text" text left=keep />
            <output class="small quiet" data-hits="">
                {count}
            </output>
        </div>
        <Show when=move || hits.with(Vec::is_empty)>
            <div class="empty">
                <p>"No page has all of these words."</p>
                <button class="button" on:click=show_all>
                    "Show all pages"
                </button>
            </div>
        </Show>
        {Group::ALL.map(|group| view! { <Shelf group hits /> }).collect_view()}
    }
}

/// What was found in one group; nothing where that is nothing.
#[component]
fn Shelf(group: Group, hits: Memo<Vec<Hit>>) -> impl IntoView {
    let found = Memo::new(move |_| {
        let mut hits = hits.get();
        hits.retain(|hit| hit.entry.group == group);
        hits
    });
    let item = |hit: Hit| view! { <Found hit /> };
    view! {
        <section class="card stack" id=group.id() hidden=move || found.with(Vec::is_empty)>
            <h2>{group.title()}</h2>
            <ul class="plain found">{move || found.get().into_iter().map(item).collect_view()}</ul>
        </section>
    }
}

#[component]
fn Found(hit: Hit) -> impl IntoView {
    let page = at(&definition::page(&hit.entry.id));
    let section = |anchor: String| {
        view! {
            <a class="small" href=format!("{page}#{anchor}")>
                {anchor.clone()}
            </a>
        }
    };
    let sections = hit.sections.into_iter().map(section).collect_view();
    view! {
        <li>
            <span class="row">
                <a href=page.clone()>{hit.entry.title}</a>
                {sections}
            </span>
            <span class="small quiet">{hit.entry.summary}</span>
        </li>
    }
}
