//! The models: what they are and how well they do.

mod drop;

use crate::base::at;
use crate::state::shared;
use crate::view::notice::{Loaded, Notice};
use crate::view::title::PageTitle;
use crate::words;
use drop::DropZone;
use leptos::prelude::*;
use std::sync::Arc;
use valleyscope_shared::catalog::{Accuracy, Catalog, DataInfo, ModelInfo};

/// What there is to say of a model or a data set; what is not known is left out.
type Facts = Vec<(&'static str, Option<String>)>;

/// The page `/models`.
#[component]
pub fn Models() -> impl IntoView {
    view! {
        <PageTitle text="Models" />
        <div class="stack">
            <h1>"Models and data"</h1>
            <p class="lead">
                "What runs can name. The first ones come with the program; your own are recognised by the names and shapes of their tensors."
            </p>
        </div>
        <Loaded of=shared().catalog() retry=true let:catalog>
            <Everything catalog />
        </Loaded>
    }
}

#[component]
fn Everything(catalog: Arc<Catalog>) -> impl IntoView {
    let models = catalog.models.iter().cloned();
    let sets = catalog.data_sets.iter().cloned();
    view! {
        <section class="card stack">
            <h2>"Add a model"</h2>
            <DropZone sets=catalog.data_sets.clone() />
            <details>
                <summary>"On the command line, and data sets"</summary>
                <pre tabindex="0">
                    "valleyscope models add CHECKPOINT --data NAME\n\
                     valleyscope models add CHECKPOINT --data NAME --choose 1\n\
                     valleyscope data add cifar10-test PATH\n\
                     valleyscope data fetch mnist"
                </pre>
            </details>
        </section>
        <section class="cards" aria-label="Models">
            {models.map(|model| view! { <Model model /> }).collect_view()}
        </section>
        <h2>"Data sets"</h2>
        <section class="cards" aria-label="Data sets">
            {sets.map(|set| view! { <DataSet set /> }).collect_view()}
        </section>
    }
}

#[component]
fn Model(model: ModelInfo) -> impl IntoView {
    let attack = model.problem.is_none().then(|| {
        view! {
            <a class="button" href=at(&format!("/new?model={}", model.id))>
                "Attack it"
            </a>
        }
    });
    let embedded = model
        .embedded
        .then(|| view! { <span class="small quiet">"comes with the program"</span> });
    let accuracies = measured(&model.accuracy);
    let facts = facts_of(&model);
    let page = at(&format!("/models/{}", model.id));
    view! {
        <article class="card stack">
            <div class="row spread">
                <h2>
                    <a href=page>{model.title}</a>
                </h2>
                {embedded}
            </div>
            <Unusable problem=model.problem />
            {accuracies}
            {facts}
            <p class="row">{attack} <code>{model.id}</code></p>
        </article>
    }
}

/// Accuracies that were measured, where there are some.
pub fn measured(accuracies: &[Accuracy]) -> Option<impl IntoView + use<>> {
    let accuracies = accuracies.to_vec();
    (!accuracies.is_empty()).then(|| {
        let measured = |accuracy| view! { <Measured accuracy /> };
        view! { <dl class="facts">{accuracies.into_iter().map(measured).collect_view()}</dl> }
    })
}

/// What there is to say of a model.
pub fn facts_of(model: &ModelInfo) -> impl IntoView + use<> {
    let model = model.clone();
    let facts = vec![
        ("Architecture", Some(model.architecture)),
        ("Program", model.program),
        ("Parameters", Some(words::count(model.parameters))),
        ("Input", Some(sizes(&model.input_shape))),
        ("Classes", Some(classes(&model.classes))),
        ("Normalisation", Some(model.normalisation)),
        ("Data set", model.data),
        ("Training", model.training),
        ("Source", model.source),
        ("Licence", model.licence),
        ("Remark", model.remark),
    ];
    view! { <Pairs facts /> }
}

#[component]
fn DataSet(set: DataInfo) -> impl IntoView {
    let page = at(&format!("/data/{}", set.id));
    let facts = vec![
        ("Images", Some(words::count(set.count))),
        ("Shape", Some(sizes(&set.shape))),
        ("Classes", Some(classes(&set.classes))),
        ("Source", set.source),
    ];
    view! {
        <article class="card stack">
            <h3>
                <a href=page>{set.title}</a>
            </h3>
            <Unusable problem=set.problem />
            <Pairs facts />
            <p>
                <code>{set.id}</code>
            </p>
        </article>
    }
}

#[component]
pub fn Unusable(problem: Option<String>) -> impl IntoView {
    problem
        .map(|problem| view! { <Notice kind="bad" words=format!("Cannot be used: {problem}") /> })
}

#[component]
fn Measured(accuracy: Accuracy) -> impl IntoView {
    view! {
        <div>
            <dt>{accuracy.name}</dt>
            <dd>
                {words::percent(accuracy.share)}
                <small>"on " {words::count(accuracy.n)} " images"</small>
            </dd>
        </div>
    }
}

#[component]
pub fn Pairs(facts: Facts) -> impl IntoView {
    let row = |(name, value): (&'static str, Option<String>)| {
        let value = value.filter(|value| !value.is_empty())?;
        Some(view! {
            <dt>{name}</dt>
            <dd>{value}</dd>
        })
    };
    view! { <dl class="pairs">{facts.into_iter().filter_map(row).collect_view()}</dl> }
}

pub fn sizes(shape: &[usize]) -> String {
    let parts: Vec<String> = shape.iter().map(usize::to_string).collect();
    parts.join(" × ")
}

/// Ten names are read at a glance; a thousand are counted.
pub fn classes(names: &[String]) -> String {
    match names.len() {
        0..=12 => names.join(", "),
        many => format!("{many}: {}, …", names[..4].join(", ")),
    }
}
