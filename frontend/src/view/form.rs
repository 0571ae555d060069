//! One field of a form: label, limits, input, help, and what is wrong with it.

use leptos::prelude::*;
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

/// The smallest and the largest value of a field.
#[derive(Clone)]
pub struct Limits {
    pub words: String,
    pub min: String,
    pub max: String,
}

/// The element's id for a path.
pub fn id_of(path: &str) -> String {
    format!("field-{}", path.replace('.', "-"))
}

/// The field.
#[component]
pub fn Field(
    /// The path in the run's JSON, which errors name.
    #[prop(into)]
    path: String,
    #[prop(into)] title: String,
    #[prop(into)] help: String,
    input: Input,
    #[prop(optional_no_strip)] limits: Option<Limits>,
    #[prop(into)] text: Signal<String>,
    #[prop(into)] write: Callback<String>,
    #[prop(optional, into)] error: Signal<Option<String>>,
    /// The value read another way: a fraction as a decimal number.
    #[prop(optional, into)]
    reading: Signal<Option<String>>,
) -> impl IntoView {
    let id = StoredValue::new(id_of(&path));
    let part = move |name: &str| format!("{}-{name}", id.get_value());
    let described = Signal::derive(move || {
        let there = [
            ("error", error.with(Option::is_some)),
            ("reading", reading.with(Option::is_some)),
            ("help", true),
        ];
        let named = there.into_iter().filter(|(_, there)| *there);
        let ids: Vec<String> = named.map(|(name, _)| part(name)).collect();
        ids.join(" ")
    });
    let flag = matches!(input, Input::Flag);
    let words = limits.as_ref().map(|limits| limits.words.clone());
    let label = view! {
        <label for=id.get_value()>
            {title} {words.map(|words| view! { <span class="limits">" " {words}</span> })}
        </label>
    };
    let control =
        view! { <Control id=id.get_value() name=path input limits text write error described /> };
    let (first, second) = match flag {
        true => (control.into_any(), label.into_any()),
        false => (label.into_any(), control.into_any()),
    };
    let line = move |class: &'static str, words: Signal<Option<String>>| {
        move || {
            let words = words.get()?;
            Some(view! { <span class=class id=part(class)>{words}</span> })
        }
    };
    view! {
        <div class="field" class:flag=flag>
            {first}
            {second}
            {line("reading", reading)}
            {line("error", error)}
            <span class="help" id=part("help")>
                {help}
            </span>
        </div>
    }
}

#[component]
fn Control(
    id: String,
    name: String,
    input: Input,
    limits: Option<Limits>,
    text: Signal<String>,
    write: Callback<String>,
    error: Signal<Option<String>>,
    described: Signal<String>,
) -> impl IntoView {
    let invalid = move || error.with(Option::is_some).then_some("true");
    match input {
        Input::Line {
            placeholder,
            digits,
        } => {
            let (min, max) = limits.map(|limits| (limits.min, limits.max)).unzip();
            view! {
                <input
                    id=id
                    type="text"
                    name=name
                    autocomplete="off"
                    inputmode=if digits { "numeric" } else { "text" }
                    placeholder=placeholder
                    data-min=min
                    data-max=max
                    aria-invalid=invalid
                    aria-describedby=described
                    prop:value=text
                    on:input:target=move |event| write.run(event.target().value())
                />
            }
            .into_any()
        }
        Input::Select(options) => {
            let option = |(value, words): (String, String)| {
                let mine = value.clone();
                view! {
                    <option value=value prop:selected=move || text.with(|text| *text == mine)>
                        {words}
                    </option>
                }
            };
            view! {
                <select
                    id=id
                    name=name
                    aria-invalid=invalid
                    aria-describedby=described
                    on:change:target=move |event| write.run(event.target().value())
                >
                    {options.into_iter().map(option).collect_view()}
                </select>
            }
            .into_any()
        }
        Input::Flag => view! {
            <input
                id=id
                type="checkbox"
                name=name
                aria-invalid=invalid
                aria-describedby=described
                prop:checked=move || text.with(|text| text == "true")
                on:change:target=move |event| write.run(event.target().checked().to_string())
            />
        }
        .into_any(),
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
