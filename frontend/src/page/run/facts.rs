//! A run in one line: which images, which seed, which loss and gradient, how large an epsilon, how long it took.

use super::Page;
use crate::clock::now_ms;
use crate::state::shared;
use crate::words;
use leptos::prelude::*;
use serde_json::Value;
use valleyscope_shared::amount::significant;
use valleyscope_shared::spec::RunSpec;

/// The line. All of it is in the details too.
#[component]
pub fn InShort(page: Page) -> impl IntoView {
    let line = Memo::new(move |_| line(page));
    view! {
        <span class="small quiet one-line" data-facts="" title=line>
            {line}
        </span>
    }
}

fn line(page: Page) -> String {
    let parts = [
        example(page),
        page.spec.with(|spec| Some(images(page, spec.as_ref()?))),
        page.spec.with(|spec| Some(seeds(spec.as_ref()?))),
        setting(page, "loss").map(|loss| format!("loss {loss}")),
        setting(page, "gradient").map(|gradient| format!("gradient {gradient}")),
        epsilon(page),
        took(page).map(|took| format!("computed in {took}")),
        Some(asked(page)),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join(" · ")
}

fn example(page: Page) -> Option<String> {
    let example = page.live.known(|run| run.example)?;
    example.then(|| "Example run, comes with the program".to_owned())
}

/// Which images: `128 images of Shapes, test`.
pub fn images(page: Page, spec: &RunSpec) -> String {
    let started = page.live.state;
    let count = started.with(|state| Some(state.started.as_ref()?.examples as u64));
    let count = count.unwrap_or_else(|| spec.data.most());
    let what = if count == 1 { "image" } else { "images" };
    // Its address until the catalogue is there.
    let title = shared()
        .catalog()
        .ready(|catalog| spec.data.title(catalog.data_set(&spec.data.set)));
    let title = title.unwrap_or_else(|| spec.data.title(None));
    format!("{} {what} of {title}", words::count(count))
}

/// The seeds in words.
pub fn seeds(spec: &RunSpec) -> String {
    let seeds: Vec<String> = spec.seed.list().iter().map(u64::to_string).collect();
    match seeds.as_slice() {
        [only] => format!("seed {only}"),
        _ => format!("seeds {}", seeds.join(", ")),
    }
}

/// A setting of the attack that is a word.
pub fn setting(page: Page, key: &str) -> Option<String> {
    page.spec.with(|spec| {
        let word = spec.as_ref()?.attack.get(key).and_then(Value::as_str)?;
        Some(word.replace('_', " "))
    })
}

/// The one epsilon; attacks that look for the smallest change, and paths, have none; several are all in the attack's own words.
pub fn epsilon(page: Page) -> Option<String> {
    let value = page.spec.with(|spec| {
        let epsilons = spec.as_ref()?.attack.epsilons();
        match epsilons.as_slice() {
            [only] => Some(only.value()),
            _ => None,
        }
    })?;
    let short = |value| significant(value, 4);
    Some(format!(
        "ε = {} = {}/255",
        short(value),
        short(value * 255.0)
    ))
}

/// How long it computed.
pub fn took(page: Page) -> Option<String> {
    let state = page.live.state;
    let seconds = state.with(|state| Some(state.ended.as_ref()?.seconds))?;
    Some(words::duration(seconds))
}

/// When it was asked for. These words grow old, so they are said anew with every frame.
pub fn asked(page: Page) -> String {
    page.live.state.track();
    let created = page.live.known(|run| run.created_ms).unwrap_or(0);
    words::ago(created as f64, now_ms())
}
