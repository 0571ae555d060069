//! Whether the compared runs are over the same images, and what to do where they are not.

use super::Slot;
use crate::address::Address;
use crate::words;
use leptos::prelude::*;
use valleyscope_shared::event::Started;

/// Of which images a run is.
#[derive(Clone, Debug, PartialEq)]
struct Whom {
    name: String,
    set: String,
    examples: usize,
    /// What tells one selection of images from another: their digest, or of older runs the selection itself.
    images: String,
    /// How many are right at the clean point.
    right: Option<usize>,
}

/// What is to be said of runs over other images, with the way to make them alike.
#[component]
pub fn Populations(slots: Vec<Slot>, address: Address) -> impl IntoView {
    let whom = Memo::new(move |_| slots.iter().filter_map(whom).collect::<Vec<_>>());
    let common = Memo::new(move |_| address.view.with(|view| view.common));
    let turn = move |_| address.push(|view| view.common = !view.common);
    move || {
        let (words, alike) = whom.with(|whom| differences(whom))?;
        let button = alike.then(|| {
            view! {
                <button class="button small" aria-pressed=move || common.get().to_string() on:click=turn>
                    {move || if common.get() { "All images of each run" } else { "Only images that all have" }}
                </button>
            }
        });
        let words = match common.get() && alike {
            true => "The figures are over the images that all runs have and that all models have right at the clean point.".to_owned(),
            false => words,
        };
        let kind = if common.get() { "info" } else { "warn" };
        Some(view! {
            <div class="notice row" data-kind=kind data-populations="">
                <span>{words}</span>
                {button}
            </div>
        })
    }
}

fn whom(slot: &Slot) -> Option<Whom> {
    let spec = slot.live.known(|run| run.spec.clone())?;
    let name = slot.name.get();
    slot.live.state.with(|state| {
        let started = state.started.as_ref()?;
        let origin = started.origin.as_ref().map(|origin| origin.images.clone());
        let selection = || serde_json::to_string(&spec.data).unwrap_or_default();
        let summary = state.passes.get(Started::main_pass(started));
        let summary = summary.and_then(|pass| pass.summary.as_ref());
        Some(Whom {
            name,
            set: spec.data.address().into_owned(),
            examples: started.examples,
            images: origin.unwrap_or_else(selection),
            right: summary.map(|summary| summary.summary.clean_accuracy.hits),
        })
    })
}

/// What differs, in words, and whether the runs have images in common at all; nothing where all are over the same.
fn differences(whom: &[Whom]) -> Option<(String, bool)> {
    let differ =
        |same: &dyn Fn(&Whom, &Whom) -> bool| whom.windows(2).any(|pair| !same(&pair[0], &pair[1]));
    let each = |say: &dyn Fn(&Whom) -> String| {
        let said: Vec<String> = whom
            .iter()
            .map(|of| format!("{}: {}", of.name, say(of)))
            .collect();
        said.join("; ")
    };
    let images = |of: &Whom| format!("{} of {}", words::count(of.examples as u64), of.set);
    if differ(&|a, b| a.set == b.set) {
        return Some((
            format!(
                "These runs are on different data, so no curve is over the same images ({}).",
                each(&images)
            ),
            false,
        ));
    }
    if differ(&|a, b| a.images == b.images) {
        return Some((
            format!(
                "These runs are not over the same images ({}).",
                each(&images)
            ),
            true,
        ));
    }
    let right = |of: &Whom| {
        of.right
            .map_or_else(|| "not known yet".to_owned(), |n| n.to_string())
    };
    differ(&|a, b| a.right == b.right).then(|| {
        let words = format!("Curves are over the images that each model has right at the clean point, and these are not as many ({}).", each(&right));
        (words, true)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(set: &str, examples: usize, images: &str, right: usize) -> Whom {
        Whom {
            name: format!("{set} {examples}"),
            set: set.to_owned(),
            examples,
            images: images.to_owned(),
            right: Some(right),
        }
    }

    /// Failed before: nothing was said.
    #[test]
    fn other_images_are_said_and_can_be_left_out_where_some_are_shared() {
        assert_eq!(differences(&[of("s", 9, "a", 8), of("s", 9, "a", 8)]), None);
        assert_eq!(differences(&[of("s", 9, "a", 8)]), None);
        let (words, alike) = differences(&[of("s", 9, "a", 8), of("t", 9, "b", 8)]).unwrap();
        assert!(words.contains("different data") && !alike, "{words}");
        let (words, alike) = differences(&[of("s", 9, "a", 8), of("s", 7, "b", 7)]).unwrap();
        assert!(
            words.contains("9 of s") && words.contains("7 of s") && alike,
            "{words}"
        );
        let (words, alike) = differences(&[of("s", 9, "a", 8), of("s", 9, "a", 6)]).unwrap();
        assert!(
            words.contains("right at the clean point") && alike,
            "{words}"
        );
    }
}
