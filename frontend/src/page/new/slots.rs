//! From the catalogue's description of a field to the widget that shows it.

use super::Form;
use super::draft::Draft;
use crate::dom::View;
use crate::lean::memo;
use crate::signal::Signal;
use crate::view::form::{Input, Slot, slot};
use leptos::prelude::*;
use valleyscope_shared::amount::{Amount, significant};
use valleyscope_shared::catalog::Catalog;
use valleyscope_shared::field::{Field, Kind};
use valleyscope_shared::spec::attack::Target;

/// The widget of a described field.
pub fn described(form: Form, path: String, field: Field) -> View {
    let catalog = form.catalog.get_value();
    let length = matches!(field.kind, Kind::Length { .. });
    let default = match &field.default {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Null => String::new(),
        other => crate::json::write(other),
    };
    // An attack may also choose a class for each example.
    let ways = match path.starts_with("attack.") {
        true => Target::WAYS
            .map(|(id, _)| (id.to_owned(), id.replace('_', " ")))
            .to_vec(),
        false => Vec::new(),
    };
    let input = match &field.kind {
        Kind::Length { .. } | Kind::Number { .. } => Input::Line {
            placeholder: default,
            digits: false,
        },
        Kind::Integer { .. } => Input::Line {
            placeholder: default,
            digits: true,
        },
        Kind::Flag => Input::Flag,
        Kind::Choice { options } => {
            let pair = |choice: &valleyscope_shared::field::Choice| {
                (choice.id.clone(), choice.title.clone())
            };
            Input::Select(options.iter().map(pair).collect())
        }
        Kind::Class => Input::Select(
            form.draft
                .with_untracked(|draft| classes(&catalog, draft, ways)),
        ),
    };
    let limits = form
        .draft
        .with_untracked(|draft| limits(&field.kind, &catalog, draft));
    let read = path.clone();
    let reading = Signal::derive(move || {
        let text = form.draft.with(|draft| draft.text(&read).to_owned());
        length
            .then(|| text.parse::<Amount>().ok())
            .flatten()
            .map(|amount| both(&amount))
    });
    slot(Slot {
        title: field.title,
        help: field.help,
        input,
        limits,
        text: text(form, path.clone()),
        write: write(form, path.clone()),
        error: error(form, path.clone()),
        reading,
        path,
    })
}

/// A line of text that no description covers.
pub fn line(form: Form, path: &str, title: &str, help: &str, placeholder: &str) -> View {
    slot(Slot {
        path: path.to_owned(),
        title: title.to_owned(),
        help: help.to_owned(),
        input: Input::Line {
            placeholder: placeholder.to_owned(),
            digits: false,
        },
        limits: None,
        text: text(form, path.to_owned()),
        write: write(form, path.to_owned()),
        error: error(form, path.to_owned()),
        reading: Signal::derive(|| None),
    })
}

pub fn text(form: Form, path: String) -> Signal<String> {
    let memo = memo(move || form.draft.with(|draft| draft.text(&path).to_owned()));
    memo.into()
}

pub fn error(form: Form, path: String) -> Signal<Option<String>> {
    memo(move || form.error(&path)).into()
}

fn write(form: Form, path: String) -> Callback<String> {
    Callback::new(move |text| form.draft.update(|draft| draft.write(&path, text)))
}

/// The number and its grey levels: `0.03137 = 8 grey levels of 255`.
fn both(amount: &Amount) -> String {
    let value = amount.value();
    let levels = significant(value * 255.0, 4);
    format!("{} = {levels}/255", significant(value, 6))
}

fn classes(catalog: &Catalog, draft: &Draft, ways: Vec<(String, String)>) -> Vec<(String, String)> {
    let names = catalog
        .model(draft.text("model"))
        .map(|model| model.classes.as_slice());
    let numbered = names.unwrap_or(&[]).iter().enumerate();
    let named = numbered.map(|(class, name)| (class.to_string(), format!("{class} {name}")));
    std::iter::once((String::new(), "none".to_owned()))
        .chain(ways)
        .chain(named)
        .collect()
}

fn limits(kind: &Kind, catalog: &Catalog, draft: &Draft) -> Option<(String, String, String)> {
    match kind {
        Kind::Length { min, above } => {
            let scope = draft.scope(catalog);
            let max = significant(scope.norm.diameter(scope.values), 6);
            let from = if *above { "more than" } else { "from" };
            Some((format!("{from} {min} to {max}"), min.to_string(), max))
        }
        Kind::Integer { min, max } => Some((
            format!(
                "{} to {}",
                crate::words::count(*min),
                crate::words::count(*max)
            ),
            min.to_string(),
            max.to_string(),
        )),
        Kind::Number { min, max } => {
            Some((format!("{min} to {max}"), min.to_string(), max.to_string()))
        }
        _ => None,
    }
}
