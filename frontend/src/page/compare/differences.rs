//! The compared runs side by side: only the settings that differ, and the key results.

use super::Slot;
use crate::base::at;
use crate::state::shared;
use crate::view::badge::Badge;
use crate::words;
use leptos::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;
use valleyscope_shared::api::{KeyResults, RunView};
use valleyscope_shared::spec::RunSpec;
use valleyscope_shared::verdict::robust;

/// The runs that are known, each with its place.
type Known = Vec<(usize, RunView)>;

/// The table: one column per run.
#[component]
pub fn Differences(slots: Vec<Slot>) -> impl IntoView {
    let runs = Memo::new(move |_| {
        let known = slots.iter().filter_map(|slot| {
            let run = slot.live.known(RunView::clone)?;
            Some((slot.place, run))
        });
        known.collect::<Known>()
    });
    move || {
        let runs = runs.get();
        (!runs.is_empty()).then(|| view! { <Table runs /> })
    }
}

#[component]
fn Table(runs: Known) -> impl IntoView {
    let specs: Vec<&RunSpec> = runs.iter().map(|(_, run)| &run.spec).collect();
    let different = differing(&specs);
    let same = different
        .is_empty()
        .then(|| view! { <p class="quiet">"All settings are the same."</p> });
    let settings = different
        .into_iter()
        .map(|(name, values)| view! { <Line name values differs=true /> });
    let results = results(&runs)
        .into_iter()
        .map(|(name, values)| view! { <Line name values /> });
    let state = |(_, run): &(usize, RunView)| {
        view! {
            <td>
                <Badge phase=run.phase />
            </td>
        }
    };
    let states = runs.iter().map(state).collect_view();
    let head = |(place, run): (usize, RunView)| view! { <Head place id=run.id title=run.title /> };
    view! {
        <section class="card stack" aria-labelledby="differences-title">
            <h2 id="differences-title">"What differs"</h2>
            {same}
            <div class="scroll">
                <table data-differences="">
                    <thead>
                        <tr>
                            <th scope="col">"Setting"</th>
                            {runs.into_iter().map(head).collect_view()}
                        </tr>
                    </thead>
                    <tbody>
                        {settings.collect_view()}
                        <tr>
                            <th scope="row">"State"</th>
                            {states}
                        </tr>
                        {results.collect_view()}
                    </tbody>
                </table>
            </div>
        </section>
    }
}

/// A run's column: its colour, and its number in the figures.
#[component]
fn Head(place: usize, id: String, title: String) -> impl IntoView {
    let theme = shared().theme.now;
    let colour = move || theme.get().series(place).css();
    view! {
        <th scope="col">
            <span class="swatch" data-slot=place.to_string() style:background=colour></span>
            <a href=at(&format!("/runs/{id}"))>{format!("run {} · {title}", place + 1)}</a>
        </th>
    }
}

#[component]
fn Line(
    #[prop(into)] name: String,
    values: Vec<String>,
    /// Whether the values are settings that are not the same.
    #[prop(optional)]
    differs: bool,
) -> impl IntoView {
    let cell = |value| view! { <td class:differs=differs>{value}</td> };
    view! {
        <tr>
            <th scope="row">{name}</th>
            {values.into_iter().map(cell).collect_view()}
        </tr>
    }
}

fn results(runs: &[(usize, RunView)]) -> Vec<(&'static str, Vec<String>)> {
    let of_each = |show: &dyn Fn(&RunView) -> Option<String>| {
        let shown = runs.iter().map(|(_, run)| show(run));
        shown
            .map(|text| text.unwrap_or_else(|| words::NONE.to_owned()))
            .collect()
    };
    let read = |show: fn(&KeyResults) -> String| of_each(&|run| run.results.as_ref().map(show));
    vec![
        (
            "Accuracy, clean",
            read(|results| words::percent(results.clean_accuracy.share.0)),
        ),
        ("Accuracy, robust", of_each(&|run| robust(&run.verdicts))),
        (
            "First flip, median step",
            read(|results| words::number(results.first_flip.median.0)),
        ),
        (
            "Sharpest at the flip or one before",
            read(|results| words::percent(results.peak_at_flip.share.0)),
        ),
        (
            "Below clean at the end",
            read(|results| words::percent(results.in_valley.share.0)),
        ),
    ]
}

/// The settings in which the runs differ, by path, with every run's value.
fn differing(specs: &[&RunSpec]) -> Vec<(String, Vec<String>)> {
    let flat: Vec<BTreeMap<String, String>> = specs.iter().map(|spec| flattened(spec)).collect();
    let mut paths: Vec<&String> = Vec::new();
    for path in flat.iter().flat_map(BTreeMap::keys) {
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    let row = |path: &String| {
        let values: Vec<String> = flat
            .iter()
            .map(|texts| {
                texts
                    .get(path)
                    .cloned()
                    .unwrap_or_else(|| words::NONE.to_owned())
            })
            .collect();
        let same = values.windows(2).all(|pair| pair[0] == pair[1]);
        (!same).then(|| (path.clone(), values))
    };
    paths.into_iter().filter_map(row).collect()
}

fn flattened(spec: &RunSpec) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    let value = serde_json::to_value(spec).unwrap_or_default();
    flatten("", &value, &mut texts);
    texts
}

fn flatten(path: &str, value: &Value, texts: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(parts) => {
            for (key, value) in parts {
                let path = if path.is_empty() {
                    key.clone()
                } else {
                    format!("{path}.{key}")
                };
                flatten(&path, value, texts);
            }
        }
        Value::String(text) => drop(texts.insert(path.to_owned(), text.clone())),
        other => drop(texts.insert(path.to_owned(), other.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_differs_is_shown() {
        let spec = |epsilon: &str| -> RunSpec {
            let text = format!(
                r#"{{"model":"m","data":{{"set":"s"}},"attack":{{"pgd":{{"epsilon":"{epsilon}"}}}}}}"#
            );
            serde_json::from_str(&text).unwrap()
        };
        let (one, two) = (spec("8/255"), spec("4/255"));
        let rows = differing(&[&one, &two]);
        let expected = (
            "attack.pgd.epsilon".to_owned(),
            vec!["8/255".to_owned(), "4/255".to_owned()],
        );
        assert_eq!(rows, [expected]);
        assert_eq!(differing(&[&one, &one]), []);
    }
}
