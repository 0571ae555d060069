//! The images as small pictures, a page at a time; one that is chosen is opened beside the figures.

use super::Page;
use super::pages::{Pager, Place};
use crate::api;
use crate::base::at;
use crate::view::choice::Choice;
use crate::view::notice::{Failed, Ghosts};
use leptos::prelude::*;
use std::collections::HashSet;
use valleyscope_shared::api::ExamplePage;
use valleyscope_shared::route;
use valleyscope_shared::valley::Path;

/// How many pictures are shown at a time: whole rows of 4, 6, 8 or 12.
const PAGE: usize = 72;

/// The grid with its pages.
#[component]
pub fn Thumbnails(page: Page) -> impl IntoView {
    let place = Place::open(page, PAGE);
    let found = api::document::<ExamplePage>(move || page.extra.beat.ask(place.path(page)));
    let at_end = RwSignal::new(false);
    let chosen = Signal::derive(move || if at_end.get() { "end" } else { "clean" });
    let choose = move |id: &'static str| at_end.set(id == "end");
    let options = vec![
        ("clean", "Clean".to_owned()),
        ("end", "At the end".to_owned()),
    ];
    let none = Memo::new(move |_| found.ready(|page| page.examples.is_empty()));
    let state = move || match (found.with(Option::is_some), none.get()) {
        (false, _) => Some(view! { <Ghosts count=1 /> }.into_any()),
        (_, Some(true)) => Some(view! { <p class="empty">"No image is as chosen."</p> }.into_any()),
        (_, Some(false)) => None,
        (_, None) => {
            let failure = found.with(|answer| answer.as_ref()?.as_ref().err().cloned())?;
            let retry = Some(Callback::new(move |()| found.refetch()));
            Some(view! { <Failed failure retry /> }.into_any())
        }
    };
    view! {
        <div class="row spread">
            <p class="small quiet">
                "Under each picture its label, and what the model sees in it at the end of the attack. "
                {move || {
                    at_end.get()
                        .then_some("Pictures that were not kept are shown clean and faded; open one to have it computed.")
                }}
            </p>
            <Choice label="Which picture" options chosen choose />
        </div>
        {state}
        <Grid page found at_end />
        <Pager found place />
    }
}

#[component]
fn Grid(page: Page, found: api::Document<ExamplePage>, at_end: RwSignal<bool>) -> impl IntoView {
    let kept = Memo::new(move |_| {
        let kept = found.ready(|page| page.kept.iter().copied().collect::<HashSet<usize>>());
        kept.unwrap_or_default()
    });
    let paths = move || {
        let paths = found.ready(|page| page.examples.clone());
        paths.unwrap_or_default()
    };
    view! {
        <ul class="thumbs">
            <For
                each=paths
                key=|path| (path.row, path.points, path.end_class)
                let:path
            >
                <Thumb page path kept at_end />
            </For>
        </ul>
    }
}

#[component]
fn Thumb(
    page: Page,
    path: Path,
    kept: Memo<HashSet<usize>>,
    at_end: RwSignal<bool>,
) -> impl IntoView {
    let (row, index, last) = (path.row, path.index, path.points.saturating_sub(1));
    let is_kept = move || kept.with(|kept| kept.contains(&row));
    let source = move || {
        let (point, file) = match at_end.get() && is_kept() {
            true => (last, "adversarial.png"),
            false => (0, "clean.png"),
        };
        let (row, point) = (row.to_string(), point.to_string());
        let path = page
            .id
            .with_value(|id| route::image(id, &row, &point, file));
        let pass = page.address.view.with(|view| view.pass);
        let pass = pass.map(|pass| format!("?pass={pass}")).unwrap_or_default();
        at(&format!("{path}{pass}"))
    };
    let says = move || match at_end.get() && is_kept() {
        true => format!("Image {index} at the end"),
        false => format!("Image {index}, clean"),
    };
    let end = outcome(&path);
    let (label, end_class) = (path.label, path.end_class);
    let becomes =
        move || end_class.map_or_else(|| "no prediction".to_owned(), |class| page.class(class));
    let open = move |_| page.address.push(|view| view.example = Some(row));
    let current = move || {
        page.address
            .view
            .with(|view| (view.example == Some(row)).then_some("true"))
    };
    view! {
        <li data-row=row.to_string()>
            <button class="thumb" data-end=end aria-current=current on:click=open>
                <img
                    src=source
                    alt=says
                    loading="lazy"
                    width="64"
                    height="64"
                    data-faded=move || (at_end.get() && !is_kept()).then_some("")
                />
                <span>
                    {move || page.class(label)} <span class="quiet">" → "</span> <b>{becomes}</b>
                </span>
                <span class="hidden-text">{words(end)}</span>
            </button>
        </li>
    }
}

/// How an image came out, for its mark.
fn outcome(path: &Path) -> &'static str {
    match (path.right, path.flipped_at_end, path.end_class) {
        (false, ..) => "wrong",
        (_, true, _) => "flipped",
        (.., None) => "unknown",
        _ => "held",
    }
}

fn words(end: &str) -> &'static str {
    match end {
        "wrong" => ", wrong from the start",
        "flipped" => ", wrong at the end",
        "unknown" => ", no prediction at the end",
        _ => ", right at the end",
    }
}
