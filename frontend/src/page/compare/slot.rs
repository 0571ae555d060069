//! One of several runs that are shown together.

use crate::live::{Live, follow};
use leptos::prelude::*;
use valleyscope_shared::names::names;
use valleyscope_shared::spec::RunSpec;

/// One of the compared runs; its slot gives its colour and never changes.
#[derive(Clone)]
pub struct Slot {
    pub place: usize,
    pub id: String,
    pub live: Live,
    /// What the run is called in figures.
    pub name: Signal<String>,
}

impl Slot {
    /// A run under a name, followed from now on.
    pub fn named(place: usize, id: String, name: String) -> Self {
        Self {
            place,
            live: follow(id.clone()),
            id,
            name: Signal::stored(name),
        }
    }

    /// Runs that are followed from now on, each called by what tells it from the others; by its number until all are known.
    pub fn all(ids: Vec<String>) -> Vec<Self> {
        let lives: Vec<(String, Live)> =
            ids.into_iter().map(|id| (id.clone(), follow(id))).collect();
        let followed: Vec<Live> = lives.iter().map(|(_, live)| *live).collect();
        let called = Memo::new(move |_| {
            let specs = followed
                .iter()
                .map(|live| live.known(|run| run.spec.clone()));
            let specs: Vec<RunSpec> = specs.collect::<Option<_>>()?;
            Some(names(&specs.iter().collect::<Vec<_>>()))
        });
        let slot = |(place, (id, live))| Self {
            place,
            id,
            live,
            name: Signal::derive(move || {
                let name = called.with(|names| names.as_ref()?.get(place).cloned());
                name.unwrap_or_else(|| format!("run {}", place + 1))
            }),
        };
        lives.into_iter().enumerate().map(slot).collect()
    }
}
