//! The compared runs side by side: only the settings that differ, and the key results.

use super::Slot;
use crate::dom::View;
use crate::json;
use crate::signal::StoredValue;
use crate::view::badge;
use crate::view::figure::theme;
use crate::view::part::part;
use crate::words;
use serde_json::Value;
use std::collections::BTreeMap;
use valleyscope_markup::html;
use valleyscope_shared::api::RunView;
use valleyscope_shared::spec::RunSpec;
use valleyscope_shared::verdict::robust;

/// The table: one column per run.
pub fn differences(slots: StoredValue<Vec<Slot>>) -> View {
    part(move || {
        let runs: Vec<(usize, RunView)> = slots.with_value(|slots| {
            let known = slots.iter().filter_map(|slot| {
                let run = slot.live.run.with(|run| run.ready().cloned())?;
                Some((slot.place, run))
            });
            known.collect()
        });
        (!runs.is_empty()).then(|| table(&runs))
    })
}

fn table(runs: &[(usize, RunView)]) -> View {
    let theme = theme();
    let header: Vec<_> = runs
        .iter()
        .map(|(place, run)| {
            let place = *place;
            let colour = move || theme.get().series(place).css();
            html! {
                <th scope="col">
                    <span class="swatch" data-slot=place.to_string() style:background=colour></span>
                    <a href=format!("/runs/{}", run.id)>{format!("run {} · {}", place + 1, run.title)}</a>
                </th>
            }
        })
        .collect();
    let specs: Vec<&RunSpec> = runs.iter().map(|(_, run)| &run.spec).collect();
    let different = differing(&specs);
    let settings: Vec<_> = different
        .iter()
        .map(|(path, values)| line(path, values, true))
        .collect();
    let same = different.is_empty().then(|| {
        html! { <p class="quiet">"All settings are the same."</p> }
    });
    let results: Vec<_> = results(runs)
        .iter()
        .map(|(name, values)| line(name, values, false))
        .collect();
    let states: Vec<_> = runs
        .iter()
        .map(|(_, run)| html! { <td>{badge::badge(run.phase)}</td> })
        .collect();
    html! {
        <section class="card stack" aria-labelledby="differences-title">
            <h2 id="differences-title">"What differs"</h2>
            {same}
            <div class="scroll">
                <table data-differences="">
                    <thead>
                        <tr>
                            <th scope="col">"Setting"</th>
                            {header}
                        </tr>
                    </thead>
                    <tbody>
                        {settings}
                        <tr>
                            <th scope="row">"State"</th>
                            {states}
                        </tr>
                        {results}
                    </tbody>
                </table>
            </div>
        </section>
    }
}

fn line(name: &str, values: &[String], differs: bool) -> View {
    let cells: Vec<_> = values
        .iter()
        .map(|value| html! { <td class:differs=differs>{value.clone()}</td> })
        .collect();
    html! {
        <tr>
            <th scope="row">{name.to_owned()}</th>
            {cells}
        </tr>
    }
}

fn results(runs: &[(usize, RunView)]) -> Vec<(&'static str, Vec<String>)> {
    let read = |show: fn(&valleyscope_shared::api::KeyResults) -> String| {
        let shown = runs
            .iter()
            .map(|(_, run)| run.results.as_ref().map_or(words::NONE.to_owned(), show));
        shown.collect()
    };
    vec![
        (
            "Accuracy, clean",
            read(|results| words::percent(results.clean_accuracy.share.0)),
        ),
        (
            "Accuracy, robust",
            runs.iter()
                .map(|(_, run)| robust(&run.verdicts).unwrap_or_else(|| words::NONE.to_owned()))
                .collect(),
        ),
        (
            "First flip, median step",
            read(|results| words::number(results.first_flip.median.0)),
        ),
        (
            "Sharpest at the flip or one before",
            read(|results| words::percent(results.peak_at_flip.share.0)),
        ),
        (
            "In the valley at the end",
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
        other => drop(texts.insert(path.to_owned(), json::write(other))),
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
