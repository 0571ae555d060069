//! Whether an element is on the screen or near it, and how large it is.

use crate::dom::Place;
use crate::lean::effect;
use crate::signal::RwSignal;
use leptos::prelude::{StoredValue as LocalValue, *};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{
    Element, HtmlDivElement, IntersectionObserver, IntersectionObserverEntry,
    IntersectionObserverInit, ResizeObserver,
};

/// Figures within this distance of the screen are drawn ahead.
const MARGIN: &str = "160px";

/// Follows an element.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Whether it is on the screen or near it.
    pub near: RwSignal<bool>,
    /// Counts its changes of size.
    pub sized: RwSignal<u32>,
}

/// Follows the element until the owner is gone.
pub fn seen(place: Place<HtmlDivElement>) -> Seen {
    let seen = Seen {
        near: RwSignal::new(false),
        sized: RwSignal::new(0),
    };
    effect(move || {
        if let Some(element) = place.get() {
            watch_place(&element, seen.near);
            watch_size(&element, seen.sized);
        }
    });
    seen
}

fn watch_place(element: &Element, near: RwSignal<bool>) {
    let report = Closure::<dyn Fn(js_sys::Array)>::new(move |entries: js_sys::Array| {
        let last = entries.get(entries.length().saturating_sub(1));
        if let Ok(entry) = last.dyn_into::<IntersectionObserverEntry>()
            && near.try_get_untracked() != Some(entry.is_intersecting())
        {
            near.try_set(entry.is_intersecting());
        }
    });
    let options = IntersectionObserverInit::new();
    options.set_root_margin(MARGIN);
    let observer =
        IntersectionObserver::new_with_options(report.as_ref().unchecked_ref(), &options);
    let Ok(observer) = observer else {
        // A browser that cannot tell draws everything.
        near.set(true);
        return;
    };
    observer.observe(element);
    let kept = LocalValue::new_local((observer, report));
    on_cleanup(move || {
        kept.try_with_value(|(observer, _)| observer.disconnect());
    });
}

fn watch_size(element: &Element, sized: RwSignal<u32>) {
    let report = Closure::<dyn Fn()>::new(move || {
        sized.try_update(|sized| *sized += 1);
    });
    let Ok(observer) = ResizeObserver::new(report.as_ref().unchecked_ref()) else {
        return;
    };
    observer.observe(element);
    let kept = LocalValue::new_local((observer, report));
    on_cleanup(move || {
        kept.try_with_value(|(observer, _)| observer.disconnect());
    });
}
