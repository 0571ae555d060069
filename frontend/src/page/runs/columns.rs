//! The columns of the list, and what a run has in each.

use crate::clock::now_ms;
use crate::words;
use valleyscope_shared::api::{KeyResults, RunView};
use valleyscope_shared::listing::RunSort;
use valleyscope_shared::statistic::Rate;

/// A column that is one word or number: by what it is sorted, its title, and what it says.
pub struct Column {
    pub by: RunSort,
    pub title: &'static str,
    pub help: &'static str,
    /// Left out of the table where there is little room; cards have it.
    pub spare: bool,
    pub read: fn(&RunView) -> String,
}

/// The columns between the state and the time.
pub static COLUMNS: [Column; 9] = [
    Column {
        by: RunSort::Model,
        title: "Model",
        help: "The model that was attacked",
        spare: false,
        read: |run| run.spec.model.clone(),
    },
    Column {
        by: RunSort::Data,
        title: "Data",
        help: "Whose images",
        spare: true,
        read: |run| run.spec.data.address().into_owned(),
    },
    Column {
        by: RunSort::Attack,
        title: "Attack",
        help: "The attack; its settings are in the title",
        spare: false,
        read: |run| run.spec.attack.title(),
    },
    Column {
        by: RunSort::Epsilon,
        title: "ε",
        help: "How far an image may be changed, in pixel units from 0 to 1; sorted by the largest of several",
        spare: false,
        read: epsilon,
    },
    Column {
        by: RunSort::Steps,
        title: "Steps",
        help: "How many updates the attack makes",
        spare: false,
        read: |run| words::count(run.spec.attack.steps() as u64),
    },
    Column {
        by: RunSort::Images,
        title: "Images",
        help: "How many images",
        spare: true,
        read: images,
    },
    Column {
        by: RunSort::Clean,
        title: "Clean",
        help: "Accuracy on the clean images",
        spare: false,
        read: |run| share(run, |results| &results.clean_accuracy),
    },
    Column {
        by: RunSort::Robust,
        title: "Robust",
        help: "Share of images right at every step",
        spare: false,
        read: |run| share(run, |results| &results.robust_accuracy),
    },
    Column {
        by: RunSort::PeakAtFlip,
        title: "Sharpest at flip",
        help: "Share of paths that are sharpest at the flip or one step before",
        spare: false,
        read: |run| share(run, |results| &results.peak_at_flip),
    },
];

impl Column {
    /// Whether it is a number.
    pub fn is_number(&self) -> bool {
        !self.by.is_text()
    }
}

/// Smallest and largest of several.
fn epsilon(run: &RunView) -> String {
    let radii = run.spec.attack.epsilons();
    match radii.as_slice() {
        [] => words::NONE.to_owned(),
        [one] => one.to_string(),
        [first, .., last] => format!("{first} to {last}"),
    }
}

fn images(run: &RunView) -> String {
    let begun = run.results.as_ref().map(|results| results.n as u64);
    words::count(begun.unwrap_or_else(|| run.spec.data.most()))
}

fn share(run: &RunView, rate: fn(&KeyResults) -> &Rate) -> String {
    let results = run.results.as_ref();
    results.map_or_else(
        || words::NONE.to_owned(),
        |results| words::percent(rate(results).share.0),
    )
}

/// How long it computed; nothing before it has ended.
pub fn took(run: &RunView) -> String {
    let took = run.started_ms.zip(run.ended_ms);
    took.map_or_else(
        || words::NONE.to_owned(),
        |(start, end)| words::duration(end.saturating_sub(start) as f64 / 1e3),
    )
}

/// When it was asked for.
pub fn asked(run: &RunView) -> String {
    words::ago(run.created_ms as f64, now_ms())
}
