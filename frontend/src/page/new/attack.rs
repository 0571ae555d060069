//! How it is attacked: presets, attack and its parameters.

use super::described::Described;
use super::form::Form;
use super::presets::Presets;
use crate::view::form::{Field, Input};
use leptos::prelude::*;
use valleyscope_shared::spec::AttackInfo;

/// Presets, attack and its parameters.
#[component]
pub fn Attack(form: Form) -> impl IntoView {
    let attacks = form.catalog.with_value(|catalog| {
        let pair = |info: &AttackInfo| (info.id.clone(), info.title.clone());
        catalog.attacks.iter().map(pair).collect()
    });
    let kind = Memo::new(move |_| form.draft.with(|draft| draft.attack.clone()));
    let help = Signal::derive(move || {
        form.catalog.with_value(|catalog| {
            let info = kind.with(|kind| catalog.attacks.iter().find(|info| info.id == *kind));
            info.map(|info| info.help.clone())
        })
    });
    view! {
        <fieldset class="group">
            <legend>"Attack"</legend>
            <Presets form />
            <div class="fields">
                <Field
                    path="attack"
                    title="Attack"
                    help=""
                    input=Input::Select(attacks)
                    text=kind
                    write=move |id| form.draft.update(|draft| draft.attack = id)
                    error=form.error_at("attack")
                    reading=help
                />
                <Parameters form kind advanced=false />
            </div>
            <details>
                <summary>"More about the attack"</summary>
                <div class="fields">
                    <Parameters form kind advanced=true />
                </div>
            </details>
        </fieldset>
    }
}

#[component]
fn Parameters(form: Form, kind: Memo<String>, advanced: bool) -> impl IntoView {
    // The limits depend on the norm and on the model's input, so the fields are made anew with them.
    let scope = Memo::new(move |_| {
        let catalog = form.catalog.get_value();
        let scope = form.draft.with(|draft| draft.scope(&catalog));
        (kind.get(), scope.norm, scope.values, scope.classes)
    });
    move || {
        let (kind, ..) = scope.get();
        let catalog = form.catalog.get_value();
        let info = catalog.attacks.iter().find(|info| info.id == kind);
        let fields = info.into_iter().flat_map(|info| info.fields.clone());
        fields
            .filter(|field| field.advanced == advanced)
            .map(|field| {
                let path = format!("attack.{kind}.{}", field.id);
                view! { <Described form path field /> }
            })
            .collect_view()
    }
}
