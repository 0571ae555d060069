//! From the catalogue's description of a field to the widget that shows it.

use super::draft::text_of;
use super::fields;
use super::form::Form;
use crate::view::form::{Field, Input, Limits};
use crate::words;
use leptos::prelude::*;
use valleyscope_shared::amount::{Amount, significant};
use valleyscope_shared::field::{self, Choice, Kind, Scope};
use valleyscope_shared::spec::attack::Target;

/// The run's own fields: those of the images, or all others; made anew when model or data set change.
#[component]
pub fn RunFields(form: Form, images: bool, advanced: bool) -> impl IntoView {
    let subject = Memo::new(move |_| {
        let text = |path| form.draft.with(|draft| draft.text(path).to_owned());
        [text("model"), text("data.set")]
    });
    move || {
        // Read, not only tracked: a memo that nobody has read yet is another one at the first key in any field.
        subject.get();
        let fields = form.catalog.with_value(|catalog| {
            form.draft
                .with_untracked(|draft| fields::of_run(catalog, draft))
        });
        fields
            .into_iter()
            .filter(|field| field.advanced == advanced && field.id.starts_with("data.") == images)
            .map(|field| view! { <Described form path=field.id.clone() field /> })
            .collect_view()
    }
}

/// The widget of a described field.
#[component]
pub fn Described(form: Form, path: String, field: field::Field) -> impl IntoView {
    let catalog = form.catalog.get_value();
    let (input, limits) = form.draft.with_untracked(|draft| {
        let model = catalog.model(draft.text("model"));
        let classes = model.map_or(&[][..], |model| &model.classes);
        (
            input(&path, &field, classes),
            limits(&field.kind, &draft.scope(&catalog)),
        )
    });
    let text = shown(form.text(&path).into(), &field);
    let (write, error) = (form.writer(&path), form.error_at(&path));
    let reading = reading(text, &field);
    view! { <Field path title=field.title help=field.help input limits text write error reading /> }
}

/// The value of a length read another way.
pub fn reading(text: Signal<String>, field: &field::Field) -> Signal<Option<String>> {
    let length = matches!(field.kind, Kind::Length { .. });
    Signal::derive(move || {
        let amount = || text.with(|text| text.parse::<Amount>().ok());
        length.then(amount).flatten().map(|amount| both(&amount))
    })
}

/// What a field shows: a tick and a choice have no empty state, so they show the default that holds while nothing is written.
pub fn shown(text: Signal<String>, field: &field::Field) -> Signal<String> {
    let default = text_of(&field.default);
    match field.kind {
        Kind::Flag | Kind::Choice { .. } => Signal::derive(move || match text.get() {
            text if text.is_empty() => default.clone(),
            text => text,
        }),
        _ => text,
    }
}

/// A line of text that no description covers.
#[component]
pub fn Line(
    form: Form,
    path: &'static str,
    title: &'static str,
    help: &'static str,
    placeholder: &'static str,
) -> impl IntoView {
    let input = Input::Line {
        placeholder: placeholder.to_owned(),
        digits: false,
    };
    let text = form.text(path);
    let (write, error) = (form.writer(path), form.error_at(path));
    view! { <Field path title help input text write error /> }
}

/// What a described field is filled with; `classes` are the names of the model's.
pub fn input(path: &str, field: &field::Field, classes: &[String]) -> Input {
    let line = |digits| Input::Line {
        placeholder: text_of(&field.default),
        digits,
    };
    match &field.kind {
        Kind::Length { .. } | Kind::Number { .. } => line(false),
        Kind::Integer { .. } => line(true),
        Kind::Flag => Input::Flag,
        Kind::Choice { options } => {
            let pair = |choice: &Choice| (choice.id.clone(), choice.title.clone());
            Input::Select(options.iter().map(pair).collect())
        }
        Kind::Class => Input::Select(choices(path, classes)),
    }
}

/// The number and its grey levels: `0.03137 = 8 grey levels of 255`.
fn both(amount: &Amount) -> String {
    let value = amount.value();
    let levels = significant(value * 255.0, 4);
    format!("{} = {levels}/255", significant(value, 6))
}

/// No class, the ways to choose one for each example, where that is an attack's, and the classes by name.
fn choices(path: &str, classes: &[String]) -> Vec<(String, String)> {
    let ways = Target::WAYS
        .iter()
        .filter(|_| path.starts_with("attack."))
        .map(|(id, _)| ((*id).to_owned(), id.replace('_', " ")));
    let named = classes.iter().enumerate();
    let named = named.map(|(class, name)| (class.to_string(), format!("{class} {name}")));
    std::iter::once((String::new(), "none".to_owned()))
        .chain(ways)
        .chain(named)
        .collect()
}

/// The limits of a kind of field.
pub fn limits(kind: &Kind, scope: &Scope) -> Option<Limits> {
    match kind {
        Kind::Length { min, above } => {
            let max = significant(scope.norm.diameter(scope.values), 6);
            let from = if *above { "more than" } else { "from" };
            Some(Limits {
                words: format!("{from} {min} to {max}"),
                min: min.to_string(),
                max,
            })
        }
        Kind::Integer { min, max } => Some(Limits {
            words: format!("{} to {}", words::count(*min), words::count(*max)),
            min: min.to_string(),
            max: max.to_string(),
        }),
        Kind::Number { min, max } => Some(Limits {
            words: format!("{min} to {max}"),
            min: min.to_string(),
            max: max.to_string(),
        }),
        Kind::Flag | Kind::Choice { .. } | Kind::Class => None,
    }
}
