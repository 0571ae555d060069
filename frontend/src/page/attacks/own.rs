//! Settings of its own for each ticked attack, as the catalogue describes them.

use super::ask::Form;
use crate::page::new::described::{input, limits, reading, shown};
use crate::page::new::draft::text_of;
use crate::view::form::{Field, Input};
use leptos::html::Details;
use leptos::prelude::*;
use std::sync::Arc;
use valleyscope_shared::catalog::Catalog;
use valleyscope_shared::field::{self, Kind, Norm, Scope};

/// A fold for each ticked attack, in the order of the list.
#[component]
pub fn OwnSettings(form: Form, catalog: Arc<Catalog>) -> impl IntoView {
    let chosen = Memo::new(move |_| form.chosen());
    let catalog = StoredValue::new(catalog);
    view! {
        <Show when=move || !chosen.with(Vec::is_empty)>
            <fieldset class="group" data-own-settings="">
                <legend>"Settings of each attack"</legend>
                <p class="small quiet">
                    "Open an attack to change its settings; what is left empty is as in the attack's paper, and epsilon as above."
                </p>
                <For each=move || chosen.get() key=Clone::clone let:id>
                    <Own form catalog=catalog.get_value() id />
                </For>
            </fieldset>
        </Show>
    }
}

#[component]
fn Own(form: Form, catalog: Arc<Catalog>, id: String) -> impl IntoView {
    let info = catalog.attacks.iter().find(|info| info.id == id).cloned();
    let (title, fields) = info.map_or_else(Default::default, |info| (info.title, info.fields));
    let id = StoredValue::new(id);
    let changed = Memo::new(move |_| id.with_value(|id| form.changed(id)));
    let faulty = Memo::new(move |_| id.with_value(|id| form.faulty(id)));
    // What is wrong is to be seen; once it is mended the fold stays open.
    let fold = NodeRef::<Details>::new();
    Effect::new(move || {
        if faulty.get()
            && let Some(fold) = fold.get()
        {
            fold.set_open(true);
        }
    });
    let say = move || match changed.get() {
        0 => String::new(),
        count => format!(" {count} changed"),
    };
    // The limits depend on the norm and on the model's input, so the fields are made anew with them.
    let scope = Memo::new({
        let fields = fields.clone();
        move |_| {
            let norm = id.with_value(|id| form.own(id, "norm"));
            let default = fields.iter().find(|field| field.id == "norm");
            let default = default.and_then(|field| field.default.as_str());
            let norm = Norm::of_id(&norm).or_else(|| Norm::of_id(default?));
            let model = form.model.with(|model| catalog.model(model).cloned());
            let (values, classes) = model.map_or((usize::MAX, Vec::new()), |model| {
                (model.input_shape.iter().product(), model.classes)
            });
            (norm.unwrap_or_default(), values, classes)
        }
    });
    let rows = StoredValue::new(fields);
    let part = move |advanced: bool| {
        move || {
            let (norm, values, classes) = scope.get();
            let scope = Scope {
                norm,
                values,
                classes: classes.len(),
            };
            let fields = rows.get_value().into_iter();
            fields
                .filter(|field| field.advanced == advanced)
                .map(|field| one(form, &id.get_value(), field, &scope, &classes))
                .collect_view()
        }
    };
    let has_more = rows.with_value(|fields| fields.iter().any(|field| field.advanced));
    let more = has_more.then(|| {
        view! {
            <p class="small">
                <b>"More about the attack"</b>
            </p>
            <div class="fields">{part(true)}</div>
        }
    });
    view! {
        <details data-own=id.get_value() node_ref=fold>
            <summary>{title} <span class="small quiet">{say}</span></summary>
            <div class="fields">{part(false)}</div>
            {more}
            <p class="row">
                <button
                    type="button"
                    class="button small"
                    hidden=move || changed.get() == 0
                    on:click=move |_| id.with_value(|id| form.forget(id))
                >
                    "Back to the defaults"
                </button>
            </p>
        </details>
    }
}

/// A field of an attack; its path is where errors name it.
fn one(
    form: Form,
    id: &str,
    field: field::Field,
    scope: &Scope,
    classes: &[String],
) -> impl IntoView + use<> {
    let path = Form::path(id, &field.id);
    let common = field.id == "epsilon";
    let input = match common {
        true => Input::Line {
            placeholder: "as above".to_owned(),
            digits: false,
        },
        false => input("attack.", &field, classes),
    };
    // A choice that is the default is none of its own; in a line of text the default may be written out.
    let chosen = matches!(field.kind, Kind::Flag | Kind::Choice { .. });
    let default = chosen.then(|| text_of(&field.default));
    let limits = limits(&field.kind, scope);
    let text = {
        let (id, key) = (id.to_owned(), field.id.clone());
        Signal::derive(move || form.own(&id, &key))
    };
    let reading = reading(text, &field);
    let text = shown(text, &field);
    let write = {
        let (id, key) = (id.to_owned(), field.id.clone());
        move |text: String| {
            let own = default.as_ref().is_none_or(|default| *default != text);
            form.write_own(&id, &key, if own { text } else { String::new() });
        }
    };
    let error = {
        let path = path.clone();
        Signal::derive(move || form.wrong(&path))
    };
    let help = match common {
        true => format!("{} Left empty, the epsilon above holds.", field.help),
        false => field.help,
    };
    view! { <Field path title=field.title help input limits text write error reading /> }
}
