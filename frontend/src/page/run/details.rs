//! Everything that a run was made from and with.

use super::Page;
use super::facts::{asked, epsilon, images, seeds, setting, took};
use crate::base::at;
use crate::view::menu::Menu;
use leptos::prelude::*;
use valleyscope_shared::event::Started;

/// A row: what it is, and its value where there is one.
type Row = (&'static str, Option<AnyView>);

/// The list, behind a button.
#[component]
pub fn Details(page: Page) -> impl IntoView {
    let rows = move || {
        let there = rows(page).into_iter();
        let there = there.filter_map(|(name, value)| Some((name, value?)));
        let row = |(name, value)| view! { <dt>{name}</dt> <dd>{value}</dd> };
        there.map(row).collect_view()
    };
    view! {
        <Menu label="Details".into_any() name="What the run was made from" class="small">
            <dl class="pairs" data-details="">
                {rows}
            </dl>
        </Menu>
    }
}

fn rows(page: Page) -> Vec<Row> {
    let live = page.live;
    let text = |words: Option<String>| words.map(IntoAny::into_any);
    let started = |read: fn(&Started) -> String| {
        live.state.with(|state| {
            let words = read(state.started.as_ref()?);
            (!words.is_empty()).then_some(words)
        })
    };
    let spec = page.spec;
    let model = spec.with(|spec| Some(spec.as_ref()?.model.clone()));
    let model = model.map(|model| view! { <a href=at("/models")>{model}</a> }.into_any());
    let other = |id: Option<String>| {
        let id = id?;
        Some(view! { <a href=at(&format!("/runs/{id}"))>{id.clone()}</a> }.into_any())
    };
    vec![
        ("Model", model),
        (
            "Images",
            text(spec.with(|spec| Some(images(page, spec.as_ref()?)))),
        ),
        (
            "Attack",
            text(spec.with(|spec| Some(spec.as_ref()?.attack.summary()))),
        ),
        ("Epsilon", text(epsilon(page))),
        ("Seed", text(spec.with(|spec| Some(seeds(spec.as_ref()?))))),
        ("Loss", text(setting(page, "loss"))),
        ("Gradient", text(setting(page, "gradient"))),
        ("Device", text(started(|started| started.device.clone()))),
        (
            "Precision",
            text(started(|started| started.precision.words().to_owned())),
        ),
        ("Made by", text(started(|started| started.made_by.clone()))),
        ("Weights", text(started(weights))),
        ("Pictures", text(started(pictures))),
        ("Asked for", text(Some(asked(page)))),
        ("Computed in", text(took(page))),
        (
            "Goes on with",
            other(live.known(|run| run.resumes.clone()).flatten()),
        ),
        (
            "Repeats",
            other(live.known(|run| run.repeat_of.clone()).flatten()),
        ),
        ("Remarks", text(started(|started| started.notes.join(" ")))),
    ]
}

fn weights(started: &Started) -> String {
    let origin = started.origin.as_ref();
    origin
        .map(|origin| short(&origin.weights))
        .unwrap_or_default()
}

fn pictures(started: &Started) -> String {
    let origin = started.origin.as_ref();
    origin
        .map(|origin| short(&origin.images))
        .unwrap_or_default()
}

/// Enough of a digest to tell two apart by eye; the exports have the whole.
fn short(digest: &str) -> String {
    let start = digest.get(..16).unwrap_or(digest);
    format!("SHA-256 {start}…")
}
