//! From one image to the next, in the order of the table, and away from all of them.

use super::Page;
use crate::view::icons::{self, Icon};
use crate::view::keys::is_command;
use leptos::ev;
use leptos::prelude::*;
use leptos_use_event_listener::use_event_listener;

/// The buttons; the keys up, down and Escape do the same.
#[component]
pub fn Walk(page: Page) -> impl IntoView {
    let before = Memo::new(move |_| next(page, false));
    let after = Memo::new(move |_| next(page, true));
    let go = move |to: Memo<Option<usize>>| {
        if let Some(row) = to.get_untracked() {
            page.address.push(|view| view.example = Some(row));
        }
    };
    let close = move || page.address.push(|view| view.example = None);
    let _ = use_event_listener(window(), ev::keydown, move |event| {
        if !is_command(&event) || event.default_prevented() {
            return;
        }
        match event.key().as_str() {
            "ArrowUp" => go(before),
            "ArrowDown" => go(after),
            "Escape" => close(),
            _ => return,
        }
        event.prevent_default();
    });
    let step = |name: &'static str, key: &'static str, path, to: Memo<Option<usize>>| {
        view! {
            <button
                class="button bare icon"
                aria-label=name
                title=format!("{name} ({key})")
                disabled=move || to.get().is_none()
                on:click=move |_| go(to)
            >
                <Icon path />
            </button>
        }
    };
    view! {
        <div class="tools">
            {step("The image before", "up", icons::UP, before)}
            {step("The next image", "down", icons::DOWN, after)}
            <button class="button bare icon" aria-label="Close" title="Close (Esc)" on:click=move |_| close()>
                <Icon path=icons::CLOSE />
            </button>
        </div>
    }
}

/// The image after the one that is looked at, or before it: by the table where it is on it, else by its row.
fn next(page: Page, on: bool) -> Option<usize> {
    let row = page.address.view.with(|view| view.example)?;
    let step = |place: usize| {
        if on {
            place.checked_add(1)
        } else {
            place.checked_sub(1)
        }
    };
    let listed = page.listed.with(|listed| {
        let place = listed.iter().position(|known| *known == row)?;
        Some(step(place).and_then(|place| listed.get(place).copied()))
    });
    listed.unwrap_or_else(|| {
        let count = page
            .live
            .state
            .with(|state| Some(state.started.as_ref()?.examples))?;
        step(row).filter(|row| *row < count)
    })
}
