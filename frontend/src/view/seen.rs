//! Whether an element is on the screen or near it, and how large it is.

use leptos::ev;
use leptos::html::Div;
use leptos::prelude::*;
use leptos_use_event_listener::use_event_listener;
use leptos_use_intersection_observer::{
    UseIntersectionObserverOptions, use_intersection_observer_with_options,
};
use leptos_use_resize_observer::use_resize_observer;

/// Figures within this distance of the screen are drawn ahead.
const MARGIN: &str = "160px";

/// Follows an element.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// Whether it is on the screen or near it, or on its way to paper.
    pub near: Signal<bool>,
    /// Whether the page is being printed.
    pub printing: RwSignal<bool>,
    /// Counts its changes of size.
    pub sized: RwSignal<u32>,
}

/// Follows the element until the owner is gone.
pub fn seen(place: NodeRef<Div>) -> Seen {
    let (near, sized) = (RwSignal::new(false), RwSignal::new(0));
    let printing = RwSignal::new(false);
    let _ = use_event_listener(window(), ev::beforeprint, move |_| printing.set(true));
    let _ = use_event_listener(window(), ev::afterprint, move |_| printing.set(false));
    let _ = use_intersection_observer_with_options(
        place,
        move |entries, _| {
            let now = entries.last().map(|entry| entry.is_intersecting());
            if let Some(now) = now.filter(|now| near.try_get_untracked() == Some(!now)) {
                near.set(now);
            }
        },
        UseIntersectionObserverOptions::default().root_margin(MARGIN),
    );
    let _ = use_resize_observer(place, move |_, _| {
        sized.try_update(|sized| *sized += 1);
    });
    Seen {
        near: Signal::derive(move || near.get() || printing.get()),
        printing,
        sized,
    }
}
