//! Parts of a page that are made anew when what they read changes.
//!
//! As in [`crate::lean`], the code that keeps them up to date exists once.

use crate::lean::memo;
use leptos::prelude::*;
use std::sync::{Arc, Mutex};

/// A part of the page.
pub fn part<T: IntoAny>(make: impl Fn() -> T + Send + 'static) -> AnyView {
    boxed(Box::new(move || make().into_any()))
}

#[inline(never)]
fn boxed(make: Box<dyn Fn() -> AnyView + Send>) -> AnyView {
    let shared: Arc<Mutex<dyn FnMut() -> AnyView + Send>> = Arc::new(Mutex::new(make));
    shared.into_any()
}

/// A text.
pub fn text(make: impl Fn() -> String + Send + 'static) -> AnyView {
    boxed_text(Box::new(make))
}

#[inline(never)]
fn boxed_text(make: Box<dyn Fn() -> String + Send>) -> AnyView {
    let shared: Arc<Mutex<dyn FnMut() -> String + Send>> = Arc::new(Mutex::new(make));
    shared.into_any()
}

/// A part that is there or not, and is not made anew while it stays.
pub fn when(
    there: impl Fn() -> bool + Send + Sync + 'static,
    make: impl Fn() -> AnyView + Send + 'static,
) -> AnyView {
    let there = memo(there);
    part(move || there.get().then(&make))
}
