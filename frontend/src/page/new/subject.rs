//! What is attacked: model and images.

use super::described::{Line, RunFields};
use super::form::Form;
use crate::view::form::{Field, Input};
use crate::words;
use leptos::prelude::*;

/// Model and images.
#[component]
pub fn Subject(form: Form) -> impl IntoView {
    let catalog = form.catalog.get_value();
    let models = catalog
        .models
        .iter()
        .filter(|model| model.problem.is_none())
        .map(|model| (model.id.clone(), model.title.clone()))
        .collect();
    let sets = catalog
        .data_sets
        .iter()
        .filter(|set| set.problem.is_none())
        .map(|set| {
            let count = words::count(set.count);
            (set.id.clone(), format!("{}, {count} images", set.title))
        })
        .collect();
    let choose = move |id: String| {
        form.draft.update(|draft| draft.choose_model(&catalog, &id));
    };
    view! {
        <fieldset class="group">
            <legend>"Model and images"</legend>
            <div class="fields">
                <Field
                    path="model"
                    title="Model"
                    help="The network that is attacked and whose loss surface is measured."
                    input=Input::Select(models)
                    text=form.text("model")
                    write=choose
                    error=form.error_at("model")
                />
                <Field
                    path="data.set"
                    title="Data set"
                    help="Where the images come from; they must have the model's shape."
                    input=Input::Select(sets)
                    text=form.text("data.set")
                    write=form.writer("data.set")
                    error=form.error_at("data.set")
                />
                <RunFields form images=true advanced=false />
            </div>
            <details>
                <summary>"More about the images"</summary>
                <div class="fields">
                    <Line
                        form
                        path="data.indices"
                        title="Exactly these images"
                        help="Indices with commas between them; replaces first image and number."
                        placeholder="12, 40, 77"
                    />
                    <RunFields form images=true advanced=true />
                </div>
            </details>
        </fieldset>
    }
}
