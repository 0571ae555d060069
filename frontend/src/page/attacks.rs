//! Several attacks on one model at once: the form, and the page that compares them while they run.

mod batch;

pub use batch::page as batch;

use crate::api::{self, Failure};
use crate::dom::View;
use crate::lean::{act, ticked, typed};
use crate::router::{Router, router};
use crate::signal::RwSignal;
use crate::state::app;
use crate::view::notice;
use crate::view::part::part;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::{Map, Value, json};
use valleyscope_markup::html;
use valleyscope_shared::catalog::Catalog;
use valleyscope_shared::route;

/// What is ticked at first: cheap, strong, and one of each kind.
const FIRST: [&str; 4] = ["fgsm", "pgd", "mi_fgsm", "apgd"];

/// What the form holds.
#[derive(Clone, Copy)]
struct Form {
    model: RwSignal<String>,
    count: RwSignal<String>,
    epsilon: RwSignal<String>,
    ticked: RwSignal<Vec<String>>,
    refused: RwSignal<Option<Failure>>,
    sending: RwSignal<bool>,
}

/// The page `/attacks`.
pub fn page() -> View {
    super::entitle("Compare attacks");
    let app = app();
    let retry = Callback::new(move |()| app.ask_catalog());
    html! {
        <div class="stack">
            <h1>"Compare attacks"</h1>
            <p class="lead">"Several attacks on one model and the same images: robust accuracy by step, by epsilon and by passes spent, and sharpness along each."</p>
        </div>
        {notice::loaded(app.catalog(), Some(retry), |catalog| body(catalog))}
    }
}

fn body(catalog: &Catalog) -> View {
    let usable = || {
        catalog
            .models
            .iter()
            .filter(|model| model.problem.is_none())
    };
    let first = usable()
        .next()
        .map(|model| model.id.clone())
        .unwrap_or_default();
    let asked = router()
        .asked("model")
        .filter(|asked| usable().any(|model| model.id == *asked));
    let form = Form {
        model: RwSignal::new(asked.unwrap_or(first)),
        count: RwSignal::new("100".to_owned()),
        epsilon: RwSignal::new("8/255".to_owned()),
        ticked: RwSignal::new(FIRST.map(str::to_owned).into()),
        refused: RwSignal::new(None),
        sending: RwSignal::new(false),
    };
    let models: Vec<_> = usable()
        .map(|model| {
            let (id, own) = (model.id.clone(), model.id.clone());
            html! {
                <option value=id prop:selected=move || form.model.with(|model| *model == own)>
                    {model.title.clone()}
                </option>
            }
        })
        .collect();
    let attacks: Vec<_> = catalog
        .attacks
        .iter()
        .map(|info| {
            let has_epsilon = info.fields.iter().any(|field| field.id == "epsilon");
            choice(form, &info.id, &info.title, &info.help, has_epsilon)
        })
        .collect();
    let known = catalog.clone();
    let router = router();
    let start = act(move |_| submit(form, &known, router));
    let refused = part(move || {
        form.refused.with(|failure| {
            failure.as_ref().map(|failure| {
                let errors = match failure {
                    Failure::Refused(problem) => problem.errors.as_slice(),
                    _ => &[],
                };
                let mut words: Vec<String> = errors
                    .iter()
                    .map(|error| format!("{}: {}", error.path, error.message))
                    .collect();
                if words.is_empty() {
                    words.push(failure.words());
                }
                notice::notice("bad", words.join("; "))
            })
        })
    });
    html! {
        <form class="stack" on:submit=act(|event: leptos::ev::Event| event.prevent_default())>
            <fieldset class="group">
                <legend>"Model and images"</legend>
                <div class="row">
                    <label class="inline">"Model" <select on:change=typed(move |text| form.model.set(text)) data-field="model">{models}</select></label>
                    <label class="inline">"Images" <input inputmode="numeric" size="6" prop:value=move || form.count.get() on:input=typed(move |text| form.count.set(text)) data-field="count" /></label>
                    <label class="inline">"Epsilon" <input size="18" prop:value=move || form.epsilon.get() on:input=typed(move |text| form.epsilon.set(text)) data-field="epsilon" /></label>
                </div>
                <p class="small quiet">"The model's own data set, from its first image. Epsilon holds for every attack that has one, in pixel units; several with commas, such as 2/255, 4/255, 8/255, give a curve by epsilon."</p>
            </fieldset>
            <fieldset class="group">
                <legend>"Attacks"</legend>
                <div class="choices">{attacks}</div>
            </fieldset>
            {refused}
            <p class="row">
                <button class="button primary" type="button" on:click=start prop:disabled=move || form.sending.get()>
                    {part(move || match form.ticked.with(Vec::len) {
                        1 => "Start 1 attack".to_owned(),
                        count => format!("Start {count} attacks"),
                    })}
                </button>
            </p>
        </form>
    }
}

fn choice(form: Form, id: &str, title: &str, help: &str, has_epsilon: bool) -> View {
    let (own, shown) = (id.to_owned(), id.to_owned());
    let turn = move |on: bool| {
        form.ticked.update(|ticked| {
            ticked.retain(|id| *id != own);
            if on {
                ticked.push(own.clone());
            }
        });
    };
    let whole = match has_epsilon {
        true => help.to_owned(),
        false => format!("{help} It has no epsilon."),
    };
    html! {
        <label title=whole>
            <input type="checkbox" value=id.to_owned() prop:checked=move || form.ticked.with(|ticked| ticked.contains(&shown)) on:change=ticked(turn) />
            {title.to_owned()}
        </label>
    }
}

/// The epsilon of the form as JSON: one, or a list.
fn epsilon(text: &str) -> Value {
    let parts: Vec<Value> = text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .map(|part| {
            part.parse::<serde_json::Number>()
                .map_or_else(|_| json!(part), Value::Number)
        })
        .collect();
    match parts.as_slice() {
        [one] => one.clone(),
        _ => Value::Array(parts),
    }
}

fn document(form: Form, catalog: &Catalog) -> Value {
    let model = form.model.get_untracked();
    let shape = catalog.model(&model);
    let trained = shape.and_then(|model| model.data.clone());
    let fits = |set: &&valleyscope_shared::catalog::DataInfo| {
        shape.is_some_and(|model| model.input_shape == set.shape) && set.problem.is_none()
    };
    let sets = || catalog.data_sets.iter().filter(fits);
    let set = sets()
        .find(|set| Some(&set.id) == trained.as_ref())
        .or_else(|| sets().next());
    let epsilon = epsilon(&form.epsilon.get_untracked());
    let ticked = form.ticked.get_untracked();
    // In the order of the list, whatever was ticked first.
    let chosen = catalog
        .attacks
        .iter()
        .filter(|info| ticked.contains(&info.id));
    let attacks: Vec<Value> = chosen
        .map(|info| {
            let mut parameters = Map::new();
            if info.fields.iter().any(|field| field.id == "epsilon") {
                parameters.insert("epsilon".to_owned(), epsilon.clone());
            }
            json!({ info.id.as_str(): parameters })
        })
        .collect();
    let count = form.count.get_untracked();
    let count = count
        .trim()
        .parse::<u64>()
        .map_or_else(|_| json!(count), |count| json!(count));
    json!({
        "models": [model],
        "attacks": attacks,
        "data": { "set": set.map(|set| set.id.as_str()).unwrap_or_default(), "count": count },
        "keep_examples": 8,
    })
}

fn submit(form: Form, catalog: &Catalog, router: Router) {
    if form.sending.get_untracked() {
        return;
    }
    form.sending.set(true);
    let body = Some(crate::json::write(&document(form, catalog)));
    spawn_local(async move {
        let answer = api::create::<Value>(&route::batches(), body, &api::fresh_key()).await;
        form.sending.try_set(false);
        match answer {
            Ok(batch) => router.go(&format!(
                "/batches/{}",
                batch["id"].as_str().unwrap_or_default()
            )),
            Err(failure) => {
                form.refused.try_set(Some(failure));
            }
        }
    });
}
