//! Leptos's reactive machinery, once.
//!
//! Every closure has a type of its own, and every generic function that takes one is compiled anew for it.
//! Behind a box that code exists once per result; it would be most of what the page weighs.

use crate::signal::Memo;
use leptos::ev;
use leptos::prelude::*;
use std::cell::Cell;

/// A value that is computed anew when what it reads changes, and tells others only when it differs.
pub fn memo<T>(read: impl Fn() -> T + Send + Sync + 'static) -> Memo<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    Memo::new(read)
}

/// Work that is done again when what it reads changes.
pub fn effect(work: impl Fn() + 'static) {
    boxed_effect(Box::new(work));
}

#[inline(never)]
fn boxed_effect(work: Box<dyn Fn()>) {
    Effect::new(move |_| work());
}

/// As [`effect`], for work that is given what it gave the time before.
pub fn effect_after<T: 'static>(work: impl Fn(Option<T>) -> T + 'static) {
    let before = Cell::new(None);
    effect(move || before.set(Some(work(before.take()))));
}

/// What an element does on an event.
pub fn act<E>(work: impl FnMut(E) + 'static) -> Box<dyn FnMut(E)> {
    Box::new(work)
}

/// What a field does with its text.
pub fn typed(mut write: impl FnMut(String) + 'static) -> Box<dyn FnMut(ev::Event)> {
    act(move |event| write(event_target_value(&event)))
}

/// What a tick does.
pub fn ticked(mut write: impl FnMut(bool) + 'static) -> Box<dyn FnMut(ev::Event)> {
    act(move |event| write(event_target_checked(&event)))
}
