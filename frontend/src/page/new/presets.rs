//! Attacks that are ready to take.

use super::draft::Checked;
use super::form::Form;
use leptos::prelude::*;
use valleyscope_shared::spec::preset::Preset;

/// The presets; the settings of the paper's other experiments are there for who looks for them.
#[component]
pub fn Presets(form: Form) -> impl IntoView {
    let presets = form.catalog.with_value(|catalog| catalog.presets.clone());
    let button = move |preset| view! { <Button form preset /> };
    let (other, first): (Vec<Preset>, Vec<Preset>) = presets
        .into_iter()
        .partition(|preset| preset.id.starts_with("e3"));
    view! {
        <div class="presets" role="group" aria-label="Presets">
            {first.into_iter().map(button).collect_view()}
        </div>
        <details>
            <summary>"More settings of the paper"</summary>
            <div class="presets" role="group" aria-label="More settings of the paper">
                {other.into_iter().map(button).collect_view()}
            </div>
        </details>
    }
}

#[component]
fn Button(form: Form, preset: Preset) -> impl IntoView {
    let attack = StoredValue::new(preset.attack);
    let taken = Memo::new(move |_| {
        let same = |checked: &Checked| {
            let spec = checked.spec.as_ref();
            spec.is_some_and(|spec| attack.with_value(|attack| spec.attack == *attack))
        };
        form.checked.with(same)
    });
    let take = move |_| {
        attack.with_value(|attack| form.draft.update(|draft| draft.take_attack(attack)));
    };
    view! {
        <button type="button" class="preset" aria-pressed=move || taken.get().to_string() on:click=take>
            <b>{preset.title}</b>
            <span>{preset.help}</span>
        </button>
    }
}
