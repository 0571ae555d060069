//! Parts of a page that are made anew when what they read changes.

use crate::dom::{IntoChild, View};
use crate::lean::memo;

/// A part of the page.
pub fn part<T: IntoChild>(make: impl Fn() -> T + 'static) -> View {
    make.view()
}

/// A text.
pub fn text(make: impl Fn() -> String + 'static) -> View {
    make.view()
}

/// A part that is there or not, and is not made anew while it stays.
pub fn when(
    there: impl Fn() -> bool + Send + Sync + 'static,
    make: impl Fn() -> View + 'static,
) -> View {
    let there = memo(there);
    part(move || there.get().then(&make))
}
