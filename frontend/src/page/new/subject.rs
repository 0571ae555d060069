//! What is attacked: model and images.

use super::described::{Line, RunFields};
use super::draft::ALLOW;
use super::form::Form;
use crate::view::data_sets::data_sets;
use crate::view::form::{Field, Input};
use leptos::prelude::*;
use valleyscope_shared::fit::Fit;

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
                <Data form />
                <Allow form />
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

/// The data sets, those that suit the model first; made anew with the model.
#[component]
fn Data(form: Form) -> impl IntoView {
    let model = Memo::new(move |_| form.draft.with(|draft| draft.text("model").to_owned()));
    let choose = move |id: String| {
        let catalog = form.catalog.get_value();
        form.draft.update(|draft| draft.choose_data(&catalog, &id));
    };
    move || {
        let sets = form
            .catalog
            .with_value(|catalog| data_sets(catalog, &model.get()));
        view! {
            <Field
                path="data.set"
                title="Data set"
                help="Where the images come from; those that suit the model stand first."
                input=Input::Select(sets)
                text=form.text("data.set")
                write=choose
                error=form.error_at("data.set")
            />
        }
    }
}

/// The permission that images of other classes need.
#[component]
fn Allow(form: Form) -> impl IntoView {
    let other = Memo::new(move |_| {
        let fit = form
            .catalog
            .with_value(|catalog| form.draft.with(|draft| draft.fit(catalog)));
        match fit {
            Some(Fit::OtherClasses(difference)) => Some(difference),
            _ => None,
        }
    });
    move || {
        let difference = other.get()?;
        let help = format!("{difference}. Labels are compared by their place in the lists.");
        Some(view! {
            <Field
                path=ALLOW
                title="Attack images of other classes"
                help
                input=Input::Flag
                text=form.text(ALLOW)
                write=form.writer(ALLOW)
                error=form.error_at(ALLOW)
            />
        })
    }
}
