//! The form: what is to be computed, and what it will take.

use super::Page;
use crate::api::{self, Failure};
use crate::clock::sleep;
use crate::view::form::{Field as FieldView, Input};
use crate::view::notice::{Failed, Loaded};
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;
use serde_json::{Map, Value};
use valleyscope_shared::curvature::{
    CurvatureCatalog, CurvatureEstimate, CurvatureLayers, CurvatureMeasureInfo, CurvatureView,
};
use valleyscope_shared::field::{Field, Kind};
use valleyscope_shared::route;

/// So long the form is left alone before it asks what it will take.
const PAUSE_MS: u32 = 500;

/// What the form has so far: the document that is sent.
type Draft = RwSignal<Map<String, Value>>;

/// The form, as soon as it is known what can be asked for.
#[component]
pub fn Ask(page: Page, model: String) -> impl IntoView {
    let catalog = api::document::<CurvatureCatalog>(|| Some(route::curvature_fields()));
    let layers = api::document::<CurvatureLayers>(move || Some(route::layers(&model)));
    let form = move |catalog: CurvatureCatalog| {
        view! {
            <Loaded of=layers retry=true ghosts=1 let:layers>
                <Form page catalog=catalog.clone() layers />
            </Loaded>
        }
    };
    view! {
        <section class="card stack">
            <h2>"Compute"</h2>
            <Loaded of=catalog retry=true ghosts=1 let:catalog>
                {form(catalog)}
            </Loaded>
        </section>
    }
}

#[component]
fn Form(page: Page, catalog: CurvatureCatalog, layers: CurvatureLayers) -> impl IntoView {
    let mut first = Map::new();
    first.insert(
        "measures".to_owned(),
        serde_json::json!(["trace", "lambda_max"]),
    );
    first.insert("layers".to_owned(), "all".into());
    first.insert("points".to_owned(), "marks".into());
    let draft: Draft = RwSignal::new(first);
    let refused = RwSignal::new(None::<Failure>);
    let takes = RwSignal::new(None::<CurvatureEstimate>);
    let asked = StoredValue::new(0_u32);
    Effect::new(move || {
        let document = draft.get();
        let turn = asked.with_value(|asked| asked + 1);
        asked.set_value(turn);
        spawn_local_scoped_with_cancellation(async move {
            sleep(PAUSE_MS).await;
            if asked.try_get_value() != Some(turn) {
                return;
            }
            let path = page.id.with_value(|id| route::curvature_estimate(id));
            match api::send::<CurvatureEstimate>(&path, &document).await {
                Ok(estimate) => {
                    takes.try_set(Some(estimate));
                    refused.try_set(None);
                }
                Err(failure) => {
                    takes.try_set(None);
                    refused.try_set(Some(failure));
                }
            }
        });
    });
    let start = Action::new_local(move |(): &()| {
        let document = draft.get_untracked();
        let path = page.id.with_value(|id| route::curvature(id));
        async move {
            match api::create::<CurvatureView>(&path, &document).await {
                Ok(job) => {
                    page.chosen.try_set(Some(job.job));
                    page.jobs.refetch();
                }
                Err(failure) => {
                    refused.try_set(Some(failure));
                }
            }
        }
    });
    let (plain, advanced): (Vec<Field>, Vec<Field>) = catalog
        .fields
        .into_iter()
        .filter(|field| field.id != "measures")
        .partition(|field| !field.advanced);
    let one = move |field: Field| view! { <Line draft field refused /> };
    let estimate = move || {
        let takes = takes.get()?;
        let seconds = takes
            .seconds
            .map(|seconds| format!(", at most {}", words::duration(seconds.round())));
        Some(format!(
            "{} places, {} passes of an image at most, {} of memory{}.{}",
            words::count(takes.places),
            words::count(takes.passes),
            words::bytes(takes.memory),
            seconds.unwrap_or_default(),
            if takes.fits {
                ""
            } else {
                " That is more memory than it may take."
            }
        ))
    };
    let failed = move || refused.get().map(|failure| view! { <Failed failure /> });
    let sending = start.pending();
    view! {
        <Measures draft measures=catalog.measures />
        <div class="fields">
            <Layers draft layers />
            <Points draft />
            {plain.into_iter().map(one).collect_view()}
        </div>
        <details>
            <summary>"More settings"</summary>
            <div class="fields">{advanced.into_iter().map(one).collect_view()}</div>
        </details>
        {failed}
        <p class="row">
            <button
                class="button primary"
                aria-disabled=move || sending.get().then_some("true")
                on:click=move |_| {
                    if !sending.get_untracked() {
                        start.dispatch(());
                    }
                }
            >
                {move || if sending.get() { "Asking…" } else { "Compute" }}
            </button>
            <span class="small quiet" data-estimate>
                {estimate}
            </span>
        </p>
    }
}

#[component]
fn Measures(draft: Draft, measures: Vec<CurvatureMeasureInfo>) -> impl IntoView {
    let one = move |measure: CurvatureMeasureInfo| {
        let id = measure.id.id();
        let has = move || {
            draft.with(|draft| {
                let chosen = draft.get("measures").and_then(Value::as_array);
                chosen.is_some_and(|chosen| chosen.iter().any(|known| known == id))
            })
        };
        let turn = move |on: bool| {
            draft.update(|draft| {
                if let Some(chosen) = draft.get_mut("measures").and_then(Value::as_array_mut) {
                    chosen.retain(|known| known != id);
                    if on {
                        chosen.push(id.into());
                    }
                }
            });
        };
        view! {
            <label class="inline" title=measure.help>
                <input
                    type="checkbox"
                    data-measure=id
                    prop:checked=has
                    on:change:target=move |event| turn(event.target().checked())
                />
                {measure.title}
            </label>
        }
    };
    view! {
        <div class="row" role="group" aria-label="Measures">
            {measures.into_iter().map(one).collect_view()}
        </div>
    }
}

fn text_of(draft: Draft, id: String) -> Signal<String> {
    Signal::derive(move || {
        draft.with(|draft| match draft.get(&id) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Array(values)) => values
                .iter()
                .map(|value| {
                    value
                        .as_str()
                        .map_or_else(|| value.to_string(), str::to_owned)
                })
                .collect::<Vec<_>>()
                .join(", "),
            Some(other) => other.to_string(),
            None => String::new(),
        })
    })
}

#[component]
fn Layers(draft: Draft, layers: CurvatureLayers) -> impl IntoView {
    let mut options = vec![
        (
            "all".to_owned(),
            format!("Each of the {} layers", layers.layers.len()),
        ),
        ("network".to_owned(), "All weights together".to_owned()),
    ];
    options.extend(layers.layers.into_iter().map(|layer| {
        let words = format!(
            "{} ({}, {} weights)",
            layer.name, layer.kind, layer.parameters
        );
        (layer.name, words)
    }));
    let text = text_of(draft, "layers".to_owned());
    let write = move |value: String| {
        draft.update(|draft| {
            draft.insert("layers".to_owned(), value.into());
        });
    };
    view! {
        <FieldView
            path="curvature.layers"
            title="Layers"
            help="Whose weights vary."
            input=Input::Select(options)
            text
            write
        />
    }
}

#[component]
fn Points(draft: Draft) -> impl IntoView {
    let options = [
        ("marks", "Clean, flip, peak and end of each path"),
        ("all", "Every recorded point"),
    ];
    let options = options.map(|(id, words)| (id.to_owned(), words.to_owned()));
    let text = text_of(draft, "points".to_owned());
    let write = move |value: String| {
        draft.update(|draft| {
            draft.insert("points".to_owned(), value.into());
        });
    };
    view! {
        <FieldView
            path="curvature.points"
            title="Points"
            help="Where on the path. Every point is needed to see whether peak and flip come together."
            input=Input::Select(options.into())
            text
            write
        />
    }
}

/// Any other field, by its description.
#[component]
fn Line(draft: Draft, field: Field, refused: RwSignal<Option<Failure>>) -> impl IntoView {
    let id = StoredValue::new(field.id.clone());
    let usual = match &field.default {
        Value::String(text) => text.clone(),
        Value::Null => "the main one".to_owned(),
        other => other.to_string(),
    };
    let (input, numeric) = match &field.kind {
        Kind::Choice { options } => {
            let options = options
                .iter()
                .map(|option| (option.id.clone(), option.title.clone()));
            (Input::Select(options.collect()), false)
        }
        Kind::Flag => (Input::Flag, true),
        _ => (
            Input::Line {
                placeholder: usual,
                digits: matches!(field.kind, Kind::Integer { .. }),
            },
            true,
        ),
    };
    let text = text_of(draft, field.id.clone());
    let write = move |value: String| {
        draft.update(|draft| {
            let id = id.get_value();
            // What is no number is sent as it is, so that the server says what would be right.
            let read = || serde_json::from_str(&value).ok().filter(|_| numeric);
            match value.trim().is_empty() {
                true => draft.remove(&id),
                false => draft.insert(id, read().unwrap_or_else(|| value.clone().into())),
            };
        });
    };
    let error = Signal::derive(move || {
        refused.with(|refused| match refused {
            Some(Failure::Refused(problem)) => {
                let mut errors = problem.errors.iter();
                let own = errors.find(|error| id.with_value(|id| error.path == *id))?;
                Some(own.message.clone())
            }
            _ => None,
        })
    });
    view! {
        <FieldView
            path=format!("curvature.{}", field.id)
            title=field.title
            help=field.help
            input
            text
            write
            error
        />
    }
}
