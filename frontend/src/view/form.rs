//! One field of a form: label, limits, input, help, and what is wrong with it.

use crate::dom::{IntoChild, View};
use crate::lean::{ticked, typed};
use crate::signal::Signal;
use crate::view::part::part;
use leptos::prelude::*;
use valleyscope_markup::html;
use wasm_bindgen::JsCast;
use web_sys::{HtmlDetailsElement, HtmlElement};

/// What the field is filled with.
#[derive(Clone)]
pub enum Input {
    /// A line of text, or a number.
    Line {
        /// What holds while it is empty.
        placeholder: String,
        /// Whether a phone should offer digits only.
        digits: bool,
    },
    /// One of these, `(value, words)`.
    Select(Vec<(String, String)>),
    /// Yes or no, written `true` and `false`.
    Flag,
}

/// Everything that a field shows.
#[derive(Clone)]
pub struct Slot {
    /// The path in the run's JSON, which errors name.
    pub path: String,
    pub title: String,
    pub help: String,
    pub input: Input,
    /// The smallest and the largest value, in words and as attributes.
    pub limits: Option<(String, String, String)>,
    pub text: Signal<String>,
    pub write: Callback<String>,
    pub error: Signal<Option<String>>,
    /// The value read another way: a fraction as a decimal number.
    pub reading: Signal<Option<String>>,
}

/// The element's id for a path.
pub fn id_of(path: &str) -> String {
    format!("field-{}", path.replace('.', "-"))
}

/// The field.
pub fn slot(slot: Slot) -> View {
    let id = id_of(&slot.path);
    let (help_id, error_id) = (format!("{id}-help"), format!("{id}-error"));
    let reading_id = format!("{id}-reading");
    let described = {
        let ids = [error_id.clone(), reading_id.clone(), help_id.clone()];
        let (error, reading) = (slot.error, slot.reading);
        move || {
            let there = [
                error.with(Option::is_some),
                reading.with(Option::is_some),
                true,
            ];
            let named = ids.iter().zip(there).filter(|(_, there)| *there);
            named
                .map(|(id, _)| id.as_str())
                .collect::<Vec<_>>()
                .join(" ")
        }
    };
    let control = control(&slot, &id, Signal::derive(described));
    let limits = slot
        .limits
        .as_ref()
        .map(|(words, _, _)| html! { <span class="limits">" " {words.clone()}</span> });
    let flag = matches!(slot.input, Input::Flag);
    let label = html! {
        <label for=id>
            {slot.title}
            {limits}
        </label>
    };
    let (before, after) = if flag {
        (control, label.view())
    } else {
        (label.view(), control)
    };
    let reading = slot.reading;
    let error = slot.error;
    html! {
        <div class="field" class:flag=flag>
            {before}
            {after}
            {part(move || {
                let words = reading.get()?;
                Some(html! { <span class="reading" id=reading_id.clone()>{words}</span> })
            })}
            {part(move || {
                let words = error.get()?;
                Some(html! { <span class="error" id=error_id.clone()>{words}</span> })
            })}
            <span class="help" id=help_id>
                {slot.help}
            </span>
        </div>
    }
}

fn control(slot: &Slot, id: &str, described: Signal<String>) -> View {
    let (text, write, error) = (slot.text, slot.write, slot.error);
    let id = id.to_owned();
    let invalid = move || error.with(Option::is_some).then_some("true");
    match slot.input.clone() {
        Input::Line {
            placeholder,
            digits,
        } => {
            let (min, max) = match &slot.limits {
                Some((_, min, max)) => (Some(min.clone()), Some(max.clone())),
                None => (None, None),
            };
            html! {
                <input
                    id=id
                    type="text"
                    name=slot.path.clone()
                    autocomplete="off"
                    inputmode=if digits { "numeric" } else { "text" }
                    placeholder=placeholder
                    data-min=min
                    data-max=max
                    aria-invalid=invalid
                    aria-describedby=described
                    prop:value=text
                    on:input=typed(move |text| write.run(text))
                />
            }
        }
        Input::Select(options) => {
            let options: Vec<_> = options
                .into_iter()
                .map(|(value, words)| {
                    let mine = value.clone();
                    let selected = move || text.with(|text| *text == mine);
                    html! {
                        <option value=value prop:selected=selected>
                            {words}
                        </option>
                    }
                })
                .collect();
            html! {
                <select
                    id=id
                    name=slot.path.clone()
                    aria-invalid=invalid
                    aria-describedby=described
                    on:change=typed(move |text| write.run(text))
                >
                    {options}
                </select>
            }
        }
        Input::Flag => html! {
            <input
                id=id
                type="checkbox"
                name=slot.path.clone()
                aria-invalid=invalid
                aria-describedby=described
                prop:checked=move || text.with(|text| text == "true")
                on:change=ticked(move |on| write.run(on.to_string()))
            />
        },
    }
}

/// Moves the focus to the field of a path, opening what hides it. Whether there is such a field.
pub fn focus(path: &str) -> bool {
    let field = document()
        .get_element_by_id(&id_of(path))
        .and_then(|field| field.dyn_into::<HtmlElement>().ok());
    let Some(field) = field else { return false };
    let hidden_in = field
        .closest("details")
        .ok()
        .flatten()
        .and_then(|details| details.dyn_into::<HtmlDetailsElement>().ok());
    if let Some(details) = hidden_in {
        details.set_open(true);
    }
    field.focus().is_ok()
}
