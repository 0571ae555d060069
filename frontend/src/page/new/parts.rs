//! The three parts of the form: what is attacked, how, and with what means.

use super::slots::{described, error, line, text};
use super::{Form, fields};
use crate::dom::{IntoChild, View};
use crate::lean::{act, memo};
use crate::signal::Signal;
use crate::view::form::{Input, Slot, slot};
use crate::view::part::part;
use leptos::prelude::*;
use valleyscope_markup::html;
use valleyscope_shared::field::Field;
use valleyscope_shared::spec::preset::Preset;

/// Model and images.
pub fn subject(form: Form) -> View {
    let catalog = form.catalog.get_value();
    let models = catalog
        .models
        .iter()
        .filter(|model| model.problem.is_none());
    let models = models
        .map(|model| (model.id.clone(), model.title.clone()))
        .collect();
    let choose = Callback::new(move |id: String| {
        let catalog = form.catalog.get_value();
        form.draft.update(|draft| draft.choose_model(&catalog, &id));
    });
    let choose_set =
        Callback::new(move |id: String| form.draft.update(|draft| draft.write("data.set", id)));
    let sets = catalog.data_sets.iter().filter(|set| set.problem.is_none());
    let sets = sets.map(|set| {
        let count = crate::words::count(set.count);
        (set.id.clone(), format!("{}, {count} images", set.title))
    });
    html! {
        <fieldset class="group">
            <legend>"Model and images"</legend>
            <div class="fields">
                {select(form, "model", "Model", "The network that is attacked and whose loss surface is measured.", models, choose)}
                {select(form, "data.set", "Data set", "Where the images come from; they must have the model's shape.", sets.collect(), choose_set)}
                {run_fields(form, "data.", false)}
            </div>
            <details>
                <summary>"More about the images"</summary>
                <div class="fields">
                    {line(form, "data.indices", "Exactly these images", "Indices with commas between them; replaces first image and number.", "12, 40, 77")}
                    {run_fields(form, "data.", true)}
                </div>
            </details>
        </fieldset>
    }
}

/// Presets, attack and its parameters.
pub fn attack(form: Form) -> View {
    let catalog = form.catalog.get_value();
    let presets = |paper: bool| {
        // The settings of the paper's other experiments are there for who looks for them.
        let wanted = catalog
            .presets
            .iter()
            .filter(|preset| preset.id.starts_with("e3") == paper);
        wanted
            .map(|chosen| preset(form, chosen.clone()))
            .collect::<Vec<_>>()
    };
    let (presets, published) = (presets(false), presets(true));
    let attacks = catalog
        .attacks
        .iter()
        .map(|info| (info.id.clone(), info.title.clone()))
        .collect();
    let choose = Callback::new(move |id| form.draft.update(|draft| draft.attack = id));
    let kind = memo(move || form.draft.with(|draft| draft.attack.clone()));
    // The limits depend on the norm and on the model's input, so the fields are made anew with them.
    let scope = memo(move || {
        let catalog = form.catalog.get_value();
        let scope = form.draft.with(|draft| draft.scope(&catalog));
        (kind.get(), scope.norm, scope.values, scope.classes)
    });
    let help = move || {
        let kind = kind.get();
        let catalog = form.catalog.get_value();
        catalog
            .attacks
            .iter()
            .find(|info| info.id == kind)
            .map(|info| info.help.clone())
    };
    let list = move |advanced: bool| {
        let (kind, ..) = scope.get();
        attack_fields(form, &kind, advanced)
    };
    html! {
        <fieldset class="group">
            <legend>"Attack"</legend>
            <div class="presets" role="group" aria-label="Presets">
                {presets}
            </div>
            <details>
                <summary>"More settings of the paper"</summary>
                <div class="presets" role="group" aria-label="More settings of the paper">
                    {published}
                </div>
            </details>
            <div class="fields">
                {slot(Slot {
                    path: "attack".to_owned(),
                    title: "Attack".to_owned(),
                    help: String::new(),
                    input: Input::Select(attacks),
                    limits: None,
                    text: kind.into(),
                    write: choose,
                    error: error(form, "attack".to_owned()),
                    reading: Signal::derive(help),
                })}
                {move || list(false)}
            </div>
            <details>
                <summary>"More about the attack"</summary>
                <div class="fields">{move || list(true)}</div>
            </details>
        </fieldset>
    }
}

/// Seed, batch, device.
pub fn machine(form: Form) -> View {
    html! {
        <fieldset class="group">
            <legend class="hidden-text">"Means"</legend>
            <details>
                <summary>"Seed, batch size, device, precision"</summary>
                <div class="fields">
                    {line(form, "seed", "Seed", "Of everything random. Several, with commas, repeat an attack with random start and show the spread between them.", "1")}
                    {run_fields(form, "", true)}
                </div>
            </details>
        </fieldset>
    }
}

fn select(
    form: Form,
    path: &str,
    title: &str,
    help: &str,
    options: Vec<(String, String)>,
    write: Callback<String>,
) -> View {
    slot(Slot {
        path: path.to_owned(),
        title: title.to_owned(),
        help: help.to_owned(),
        input: Input::Select(options),
        limits: None,
        text: text(form, path.to_owned()),
        write,
        error: error(form, path.to_owned()),
        reading: Signal::derive(|| None),
    })
}

/// The run's own fields: those below `data.`, or all others; made anew when model or data set change.
fn run_fields(form: Form, prefix: &'static str, advanced: bool) -> View {
    let subject = memo(move || {
        form.draft.with(|draft| {
            (
                draft.text("model").to_owned(),
                draft.text("data.set").to_owned(),
            )
        })
    });
    part(move || {
        subject.track();
        let catalog = form.catalog.get_value();
        let fields = form
            .draft
            .with_untracked(|draft| fields::of_run(&catalog, draft));
        let wanted = |field: &Field| {
            field.advanced == advanced && field.id.starts_with("data.") == (prefix == "data.")
        };
        let slots = fields
            .into_iter()
            .filter(wanted)
            .map(|field| described(form, field.id.clone(), field));
        slots.collect::<Vec<_>>()
    })
}

fn attack_fields(form: Form, kind: &str, advanced: bool) -> View {
    let catalog = form.catalog.get_value();
    let Some(info) = catalog.attacks.iter().find(|info| info.id == kind) else {
        return ().view();
    };
    let fields = info
        .fields
        .iter()
        .filter(|field| field.advanced == advanced);
    let slots =
        fields.map(|field| described(form, format!("attack.{kind}.{}", field.id), field.clone()));
    slots.collect::<Vec<_>>().view()
}

fn preset(form: Form, preset: Preset) -> View {
    let attack = preset.attack.clone();
    let taken = memo(move || {
        let same = |checked: &super::Checked| {
            checked
                .spec
                .as_ref()
                .is_some_and(|spec| spec.attack == attack)
        };
        form.checked.with(same)
    });
    let attack = preset.attack;
    html! {
        <button
            type="button"
            class="preset"
            aria-pressed=move || if taken.get() { "true" } else { "false" }
            on:click=act(move |_| form.draft.update(|draft| draft.take_attack(&attack)))
        >
            <b>{preset.title}</b>
            <span>{preset.help}</span>
        </button>
    }
}
