//! Only some of the images: chosen in a figure, they are what the whole page is about.

use super::Page;
use crate::view::icons::{self, Icon};
use crate::view::marking::Marked;
use crate::words;
use leptos::prelude::*;
use valleyscope_shared::subset::Subset;

/// Whether images are chosen in a figure of this kind.
pub fn can_select(kind: &str) -> bool {
    matches!(kind, "first-flip" | "peak-minus-flip" | "confusion")
}

/// Chooses the images that were marked in a figure; the same once more takes the choice back.
pub fn select(page: Page, kind: &str, marked: Marked) {
    page.address.push(|view| {
        let before = view.only.clone();
        match (kind, marked) {
            ("first-flip", Marked::Stretch(from, to)) => view.only.first_flip = Some((from, to)),
            ("peak-minus-flip", Marked::Stretch(from, to)) => {
                view.only.peak_minus_flip = Some((from, to));
            }
            ("confusion", Marked::Cell(label, to)) => {
                view.only.label = Some(label);
                view.only.flips_to = Some(to);
            }
            _ => {}
        }
        if view.only == before {
            match kind {
                "first-flip" => view.only.first_flip = None,
                "peak-minus-flip" => view.only.peak_minus_flip = None,
                _ => (view.only.label, view.only.flips_to) = (None, None),
            }
        }
    });
}

/// What is chosen, each with a way to take it back; nothing where that is everything.
#[component]
pub fn Selection(page: Page) -> impl IntoView {
    let only = Memo::new(move |_| page.address.view.with(|view| view.only.clone()));
    let steps = Memo::new(move |_| page.address.view.with(|view| view.range));
    let chosen = move || {
        let chips = only.with(|only| only.words(|class| page.class(class)));
        let chip = |(words, rest): (String, Subset)| {
            let drop = move |_| page.address.push(|view| view.only = rest.clone());
            view! { <Chip words on_drop=drop /> }
        };
        chips.into_iter().map(chip).collect_view()
    };
    let range = move || {
        let (from, to) = steps.get()?;
        let drop = move |_| page.address.push(|view| view.range = None);
        Some(view! { <Chip words=format!("steps {from} to {to}") on_drop=drop /> })
    };
    let count = move || {
        let summary = page.extra.narrowed.with(|narrowed| {
            let state = narrowed.as_ref()?;
            let pass = page.address.view.with(|view| view.pass);
            let pass = pass.unwrap_or(state.started.as_ref()?.main_pass());
            Some(state.passes.get(pass)?.summary.as_ref()?.summary.begun)
        })?;
        let what = if summary == 1 { "image" } else { "images" };
        Some(format!("{} {what}", words::count(summary as u64)))
    };
    let all = move |_| {
        page.address.push(|view| {
            view.only = Subset::default();
            view.range = None;
        })
    };
    view! {
        <Show when=move || !only.with(Subset::is_all) || steps.with(Option::is_some)>
            <div class="row small chips" data-selection="">
                <b>"Only"</b>
                {chosen}
                {range}
                <span class="quiet">{count}</span>
                <button class="link" on:click=all>
                    "Show all"
                </button>
            </div>
        </Show>
    }
}

#[component]
fn Chip(words: String, #[prop(into)] on_drop: Callback<()>) -> impl IntoView {
    view! {
        <span class="chip">
            {words.clone()}
            <button aria-label=format!("Not only {words}") on:click=move |_| on_drop.run(())>
                <Icon path=icons::CLOSE />
            </button>
        </span>
    }
}
