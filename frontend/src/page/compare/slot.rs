//! One of several runs that are shown together.

use crate::live::{Live, follow};

/// One of the compared runs; its slot gives its colour and never changes.
#[derive(Clone)]
pub struct Slot {
    pub place: usize,
    pub id: String,
    pub live: Live,
    /// What the run is called in figures.
    pub name: String,
}

impl Slot {
    /// A run under a name, followed from now on.
    pub fn named(place: usize, id: String, name: String) -> Self {
        Self {
            place,
            live: follow(id.clone()),
            id,
            name,
        }
    }
}
