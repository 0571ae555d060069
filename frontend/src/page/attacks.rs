//! Several attacks on one model at once: the form, and the page that compares them while they run.

mod ask;
mod batch;

pub use batch::page as batch;

use crate::clock::now_ms;
use crate::dom::View;
use crate::lean::{act, ticked};
use crate::load::{Load, load};
use crate::router::router;
use crate::signal::{RwSignal, Signal};
use crate::state::app;
use crate::view::form::{Input, Slot, slot};
use crate::view::notice;
use crate::view::part::{part, text};
use crate::words;
use ask::{Form, estimated, submit};
use leptos::prelude::*;
use serde_json::Value;
use valleyscope_markup::html;
use valleyscope_shared::catalog::Catalog;
use valleyscope_shared::route;
use valleyscope_shared::spec::attack::AttackInfo;

/// What is ticked at first: cheap, strong, and one of each kind.
const FIRST: [&str; 4] = ["fgsm", "pgd", "mi_fgsm", "apgd"];

/// How many earlier comparisons are listed.
const MOST_SHOWN: usize = 12;

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
        {earlier()}
    }
}

/// The comparisons that there are, newest first; nothing while there is none.
fn earlier() -> View {
    let batches = load::<Value>(|| Some(route::batches()));
    part(move || {
        let rows: Vec<_> = batches.with(|batches| {
            let list = batches.ready()?["batches"]
                .as_array()?
                .iter()
                .take(MOST_SHOWN);
            Some(list.map(line).collect())
        })?;
        (!rows.is_empty()).then(|| {
            html! {
                <section class="card stack" aria-labelledby="earlier-title">
                    <h2 id="earlier-title">"Earlier comparisons"</h2>
                    <ul class="plain">{rows}</ul>
                </section>
            }
        })
    })
}

fn line(batch: &Value) -> View {
    let text = |key: &str| batch[key].as_str().unwrap_or_default().to_owned();
    let count = batch["runs"].as_u64().unwrap_or_default();
    let when = words::ago(batch["created_ms"].as_f64().unwrap_or_default(), now_ms());
    let runs = if count == 1 { "run" } else { "runs" };
    html! {
        <li>
            <a href=format!("/batches/{}", text("id"))>{text("title")}</a>
            <span class="small quiet">{format!(" {count} {runs}, {when}")}</span>
        </li>
    }
}

fn body(catalog: &Catalog) -> View {
    let usable = catalog
        .models
        .iter()
        .filter(|model| model.problem.is_none());
    let models: Vec<(String, String)> = usable
        .map(|model| (model.id.clone(), model.title.clone()))
        .collect();
    let first = models.first().map(|(id, _)| id.clone()).unwrap_or_default();
    let asked = router()
        .asked("model")
        .filter(|asked| models.iter().any(|(id, _)| id == asked));
    let form = Form {
        model: RwSignal::new(asked.unwrap_or(first)),
        count: RwSignal::new("100".to_owned()),
        epsilon: RwSignal::new("8/255".to_owned()),
        ticked: RwSignal::new(FIRST.map(str::to_owned).into()),
        known: RwSignal::new(Load::Waiting),
        sending: RwSignal::new(false),
    };
    estimated(form, catalog);
    let choices = |path: bool| {
        let these = catalog.attacks.iter().filter(|info| info.path == path);
        these.map(|info| choice(form, info)).collect::<Vec<_>>()
    };
    let (attacks, paths) = (choices(false), choices(true));
    let (known, router) = (catalog.clone(), router());
    let start = act(move |event: leptos::ev::Event| {
        event.prevent_default();
        submit(form, &known, router);
    });
    let line = |digits| Input::Line {
        placeholder: String::new(),
        digits,
    };
    html! {
        <form class="stack" on:submit=start>
            <fieldset class="group">
                <legend>"Model and images"</legend>
                <div class="fields">
                    {field(form, "models", "Model", "", Input::Select(models), form.model)}
                    {field(form, "data.count", "Number of images", "From the first of the model's own data set.", line(true), form.count)}
                    {field(form, "epsilon", "Epsilon", "For every attack that has one, in pixel units; several with commas, such as 2/255, 4/255, 8/255, give a curve by epsilon.", line(false), form.epsilon)}
                </div>
            </fieldset>
            <fieldset class="group">
                <legend>"Attacks"</legend>
                <div class="choices">{attacks}</div>
                <p class="small quiet">"To compare with, paths that no adversary chooses:"</p>
                <div class="choices">{paths}</div>
            </fieldset>
            {part(move || form.known.with(|known| Some(costs(known))))}
            <p class="row">
                <button class="button primary" type="submit" prop:disabled=move || form.sending.get() || form.ticked.with(Vec::is_empty)>
                    {text(move || match form.ticked.with(Vec::len) {
                        1 => "Start 1 attack".to_owned(),
                        count => format!("Start {count} attacks"),
                    })}
                </button>
            </p>
        </form>
    }
}

fn field(
    form: Form,
    path: &'static str,
    title: &str,
    help: &str,
    input: Input,
    value: RwSignal<String>,
) -> View {
    slot(Slot {
        path: path.to_owned(),
        title: title.to_owned(),
        help: help.to_owned(),
        input,
        limits: None,
        text: value.into(),
        write: Callback::new(move |text| value.set(text)),
        error: Signal::derive(move || form.wrong(path)),
        reading: Signal::derive(|| None),
    })
}

fn choice(form: Form, info: &AttackInfo) -> View {
    let (own, shown) = (info.id.clone(), info.id.clone());
    let turn = move |on: bool| {
        form.ticked.update(|ticked| {
            ticked.retain(|id| *id != own);
            if on {
                ticked.push(own.clone());
            }
        });
    };
    let whole = match ask::has_epsilon(info) {
        true => info.help.clone(),
        false => format!("{} It has no epsilon.", info.help),
    };
    html! {
        <label title=whole>
            <input type="checkbox" value=info.id.clone() prop:checked=move || form.ticked.with(|ticked| ticked.contains(&shown)) on:change=ticked(turn) />
            {info.title.clone()}
        </label>
    }
}

/// What it will take, or what is wrong beside the fields.
fn costs(known: &Load<Value>) -> View {
    match known {
        Load::Waiting => html! { <p class="quiet small">"Estimating…"</p> },
        Load::Failed(failure) => match ask::elsewhere(failure) {
            Some(words) => notice::notice("bad", words),
            None => html! { <p class="error small">"Mend the marked fields to start."</p> },
        },
        Load::Ready(estimate) => {
            let time = match estimate["seconds"].as_f64() {
                Some(seconds) => {
                    words::estimate(seconds, estimate["at_most"].as_bool() == Some(true))
                }
                None => "a time not known yet, as no run of this model was timed on this machine"
                    .to_owned(),
            };
            let memory = words::bytes(estimate["memory"].as_u64().unwrap_or_default());
            let passes = words::count(estimate["passes"].as_u64().unwrap_or_default());
            html! {
                <p class="small" data-estimate="">
                    {format!("All together take {time}, {passes} passes of one image forward or backward, and at most {memory} of memory.")}
                </p>
            }
        }
    }
}
