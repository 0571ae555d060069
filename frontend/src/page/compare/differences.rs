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
use valleyscope_shared::spec::{AttackInfo, RunSpec};
use valleyscope_shared::verdict::robust;

/// The runs that are known, each with its place and what it is called.
type Known = Vec<(usize, Signal<String>, RunView)>;

/// The table: one column per run.
#[component]
pub fn Differences(slots: Vec<Slot>) -> impl IntoView {
    let runs = Memo::new(move |_| {
        let known = slots.iter().filter_map(|slot| {
            let run = slot.live.known(RunView::clone)?;
            Some((slot.place, slot.name, run))
        });
        known.collect::<Known>()
    });
    let catalog = shared().catalog();
    move || {
        let runs = runs.get();
        let attacks = catalog.ready(|catalog| catalog.attacks.clone());
        let attacks = attacks.unwrap_or_default();
        (!runs.is_empty()).then(|| view! { <Table runs attacks /> })
    }
}

#[component]
fn Table(runs: Known, attacks: Vec<AttackInfo>) -> impl IntoView {
    let specs: Vec<&RunSpec> = runs.iter().map(|(.., run)| &run.spec).collect();
    let different = differing(&specs, &attacks);
    let same = different
        .is_empty()
        .then(|| view! { <p class="quiet">"All settings are the same."</p> });
    let settings = different
        .into_iter()
        .map(|(name, values)| view! { <Line name values differs=true /> });
    let results = results(&runs)
        .into_iter()
        .map(|(name, values)| view! { <Line name values /> });
    let state = |(.., run): &(usize, Signal<String>, RunView)| {
        view! {
            <td>
                <Badge phase=run.phase />
            </td>
        }
    };
    let states = runs.iter().map(state).collect_view();
    let head = |(place, name, run): (usize, Signal<String>, RunView)| {
        view! { <Head place name id=run.id title=run.title /> }
    };
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
fn Head(place: usize, name: Signal<String>, id: String, title: String) -> impl IntoView {
    let theme = shared().theme.now;
    let colour = move || theme.get().series(place).css();
    view! {
        <th scope="col">
            <span class="swatch" data-slot=place.to_string() style:background=colour></span>
            <a href=at(&format!("/runs/{id}")) title=title>
                {name}
            </a>
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

fn results(runs: &Known) -> Vec<(&'static str, Vec<String>)> {
    let of_each = |show: &dyn Fn(&RunView) -> Option<String>| {
        let shown = runs.iter().map(|(.., run)| show(run));
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

/// The settings in which the runs differ and that all of them have, in words, with every run's value.
fn differing(specs: &[&RunSpec], attacks: &[AttackInfo]) -> Vec<(String, Vec<String>)> {
    let flat: Vec<BTreeMap<String, String>> = specs.iter().map(|spec| settings(spec)).collect();
    let Some(first) = flat.first() else {
        return Vec::new();
    };
    let row = |path: &String| {
        let values = flat.iter().map(|texts| texts.get(path).cloned());
        let values: Vec<String> = values.collect::<Option<_>>()?;
        let same = values.windows(2).all(|pair| pair[0] == pair[1]);
        (!same).then(|| (in_words(path, specs, attacks), values))
    };
    first.keys().filter_map(row).collect()
}

/// What people call a setting.
fn in_words(path: &str, specs: &[&RunSpec], attacks: &[AttackInfo]) -> String {
    let known = match path {
        "attack" => "Attack",
        "batch_size" => "Batch size",
        "data.class" => "Class",
        "data.corruption" => "Corruption",
        "data.count" => "Number of images",
        "data.first" => "First image",
        "data.indices" => "Images",
        "data.only_correct" => "Only images classified correctly",
        "data.set" => "Data set",
        "data.severity" => "Severity",
        "device" => "Device",
        "keep_examples" => "Images kept",
        "model" => "Model",
        "precision" => "Precision",
        "seed" => "Seed",
        "trace" => "Trace",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_owned();
    }
    let of_attack = specs.first().and_then(|spec| {
        let info = attacks.iter().find(|info| info.id == spec.attack.id())?;
        let field = info
            .fields
            .iter()
            .find(|field| path.strip_prefix("attack.") == Some(&field.id))?;
        Some(field.title.clone())
    });
    of_attack.unwrap_or_else(|| path.to_owned())
}

/// The settings by path; those of the attack without its name, so that those of different attacks meet.
fn settings(spec: &RunSpec) -> BTreeMap<String, String> {
    let mut texts = BTreeMap::new();
    let mut value = serde_json::to_value(spec).unwrap_or_default();
    let parameters = spec.attack.parameters();
    if let Some(run) = value.as_object_mut() {
        run.remove("attack");
    }
    flatten("", &value, &mut texts);
    flatten("attack", &parameters, &mut texts);
    texts.insert("attack".to_owned(), spec.attack.title());
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
        let attacks = valleyscope_shared::spec::attack::all();
        let rows = differing(&[&one, &two], &attacks);
        let expected = (
            "Epsilon ε".to_owned(),
            vec!["8/255".to_owned(), "4/255".to_owned()],
        );
        assert_eq!(rows, [expected]);
        assert_eq!(differing(&[&one, &one], &attacks), []);
    }
}
