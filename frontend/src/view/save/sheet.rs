//! The form: what the file is asked to be, how it looks, and its formats.

use super::Saving;
use super::wish::{FORMS, OWN, WISHES, Wish};
use crate::api::{self, Failure};
use crate::base::at;
use crate::view::form::{Field, Input};
use codee::string::FromToStringCodec;
use js_sys::encode_uri_component;
use leptos::prelude::*;
use leptos_use_clipboard::{UseClipboardReturn, use_clipboard};
use leptos_use_storage::use_local_storage;
use web_sys::UrlSearchParams;

/// Where the choices are kept.
const KEY: &str = "valleyscope-paper";

/// What is asked for, kept from figure to figure.
#[derive(Clone, Copy)]
struct Wished {
    query: Signal<String>,
    write: WriteSignal<String>,
}

impl Wished {
    fn start() -> Self {
        let (query, write, _) = use_local_storage::<String, FromToStringCodec>(KEY);
        Self { query, write }
    }

    fn of(self, wish: &Wish) -> String {
        let said = self
            .query
            .with(|query| UrlSearchParams::new_with_str(query).ok());
        let said = said.and_then(|said| said.get(wish.key));
        said.unwrap_or_else(|| wish.usual.to_owned())
    }

    fn set(self, key: &str, value: &str) {
        self.write.update(|query| {
            if let Ok(said) = UrlSearchParams::new_with_str(query) {
                said.set(key, value);
                *query = String::from(said.to_string());
            }
        });
    }

    /// Whether the width stands in the field for one's own.
    fn own_width(self) -> bool {
        self.of(&WISHES[0]) == OWN
    }

    /// The parameters of the address.
    fn parameters(self) -> String {
        let own = self.own_width();
        let wishes = WISHES.iter().filter_map(|wish| {
            let value = self.of(wish);
            let key = match wish.key {
                "width" if own => return None,
                OWN if !own => return None,
                OWN => "width",
                key => key,
            };
            (!value.is_empty()).then(|| format!("&{key}={}", encode_uri_component(&value)))
        });
        wishes.collect()
    }
}

/// The form for a figure.
#[component]
pub fn Sheet(saving: Saving, close: Callback<()>) -> impl IntoView {
    let wished = Wished::start();
    let Saving { title, file, view } = saving;
    let view = String::from(encode_uri_component(&view));
    let file = StoredValue::new((file, view));
    let path = move |ending: &str| {
        let look = wished.parameters();
        file.with_value(|(file, view)| format!("{file}.{ending}?view={view}{look}"))
    };
    let drawn = api::text("image/svg+xml", move || Some(path("svg")));
    let error = move |key: &'static str| {
        Signal::derive(move || {
            let key = if key == OWN { "width" } else { key };
            drawn.with(|drawn| match drawn {
                Some(Err(Failure::Refused(problem))) => {
                    let mut errors = problem.errors.iter();
                    let error = errors.find(|error| error.path == key)?;
                    Some(error.message.clone())
                }
                _ => None,
            })
        })
    };
    let field = move |wish: &'static Wish| {
        let shown = move || match wish.key {
            OWN => wished.own_width(),
            _ => true,
        };
        let input = move || match wish.values {
            [] => Input::Line {
                placeholder: wish.usual.to_owned(),
                digits: false,
            },
            values => Input::Select(
                values
                    .iter()
                    .map(|(value, words)| ((*value).to_owned(), (*words).to_owned()))
                    .collect(),
            ),
        };
        let text = Signal::derive(move || wished.of(wish));
        let write = move |value: String| wished.set(wish.key, &value);
        view! {
            <Show when=shown>
                <Field
                    path=format!("paper.{}", wish.key)
                    title=wish.title
                    help=wish.help
                    input=input()
                    text
                    write
                    error=error(wish.key)
                />
            </Show>
        }
    };
    let link = move |(ending, words): &(&'static str, &'static str)| {
        let ending = *ending;
        let href = move || at(&path(ending));
        view! {
            <a class="button" href=href download="" rel="external" data-form=ending>
                {*words}
            </a>
        }
    };
    let picture = move || {
        drawn.with(|drawn| match drawn {
            None => view! { <div class="ghost"></div> }.into_any(),
            Some(Ok(svg)) => {
                let source = format!("data:image/svg+xml,{}", encode_uri_component(svg));
                view! { <img src=source alt="The figure as it will be saved" data-preview="" /> }
                    .into_any()
            }
            Some(Err(failure)) => {
                let words = failure.words();
                view! { <p class="notice" data-kind="bad" role="alert">{words}</p> }.into_any()
            }
        })
    };
    let UseClipboardReturn { copy, copied, .. } = use_clipboard();
    let script = move |_| {
        let origin = window().location().origin().unwrap_or_default();
        copy(&format!("{origin}{}", untrack(|| at(&path("pdf")))));
    };
    view! {
        <div class="stack">
            <h2 id="save-title">{format!("Save “{title}”")}</h2>
            <div class="paper">
                <div class="fields">{WISHES.iter().map(field).collect_view()}</div>
                <div class="stack">
                    <div class="preview">{picture}</div>
                    <p class="small quiet">
                        "What you choose here is kept for the next figure. A script gets the same file at its address."
                    </p>
                </div>
            </div>
            <div class="row">
                {FORMS.iter().map(link).collect_view()}
                <button type="button" class="button" on:click=script>
                    {move || if copied.get() { "Copied" } else { "Copy the PDF's address" }}
                </button>
                <button type="button" class="button" on:click=move |_| close.run(())>
                    "Close"
                </button>
            </div>
        </div>
    }
}
