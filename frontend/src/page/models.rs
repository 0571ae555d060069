//! The models: what they are and how well they do.

use crate::dom::View;
use crate::state::app;
use crate::view::notice;
use crate::words;
use leptos::prelude::*;
use valleyscope_markup::html;
use valleyscope_shared::catalog::{Accuracy, Catalog, DataInfo, ModelInfo};

/// The page `/models`.
pub fn page() -> View {
    super::entitle("Models");
    let app = app();
    let retry = Callback::new(move |()| app.ask_catalog());
    html! {
        <div class="stack">
            <h1>"Models and data"</h1>
            <p class="lead">"What runs can name. The first ones come with the program; others are added on the command line and are checked when they are."</p>
        </div>
        {notice::loaded(app.catalog(), Some(retry), |catalog| body(catalog))}
    }
}

fn body(catalog: &Catalog) -> View {
    let models: Vec<_> = catalog.models.iter().map(model).collect();
    let sets: Vec<_> = catalog.data_sets.iter().map(data_set).collect();
    html! {
        <section class="cards" aria-label="Models">
            {models}
        </section>
        <details class="card">
            <summary>"Add a model or a data set"</summary>
            <pre tabindex="0">
                "valleyscope models add FILE.safetensors --name NAME --arch resnet --depth 20 --shortcut both --normalisation imagenet\n\
                 valleyscope models add FILE.safetensors --name NAME --arch bn_free_resnet --normalisation MEAN/DEVIATION\n\
                 valleyscope models add FILE.safetensors --name NAME --arch vit --heads 3 --normalisation cifar10\n\
                 valleyscope models add FILE.safetensors --name NAME --arch lenet --normalisation none\n\
                 valleyscope data add cifar10-test PATH"
            </pre>
        </details>
        <h2>"Data sets"</h2>
        <section class="cards" aria-label="Data sets">
            {sets}
        </section>
    }
}

fn model(model: &ModelInfo) -> View {
    let shape = sizes(&model.input_shape);
    let usable = model.problem.is_none();
    let facts = [
        ("Architecture", Some(model.architecture.clone())),
        ("Parameters", Some(words::count(model.parameters))),
        ("Input", Some(shape)),
        ("Classes", Some(classes(&model.classes))),
        ("Normalisation", Some(model.normalisation.clone())),
        ("Data set", model.data.clone()),
        ("Training", model.training.clone()),
        ("Source", model.source.clone()),
        ("Remark", model.remark.clone()),
    ];
    let accuracies: Vec<_> = model.accuracy.iter().map(accuracy).collect();
    html! {
        <article class="card stack">
            <div class="row spread">
                <h2>{model.title.clone()}</h2>
                {model.embedded.then(|| html! { <span class="small quiet">"comes with the program"</span> })}
            </div>
            {problem(model.problem.as_ref())}
            {(!accuracies.is_empty()).then(|| html! { <dl class="facts">{accuracies}</dl> })}
            {pairs(&facts)}
            <p class="row">
                {usable.then(|| html! { <a class="button" href=format!("/new?model={}", model.id)>"Attack it"</a> })}
                <code>{model.id.clone()}</code>
            </p>
        </article>
    }
}

fn data_set(set: &DataInfo) -> View {
    let facts = [
        ("Images", Some(words::count(set.count))),
        ("Shape", Some(sizes(&set.shape))),
        ("Classes", Some(classes(&set.classes))),
        ("Source", set.source.clone()),
    ];
    html! {
        <article class="card stack">
            <h3>{set.title.clone()}</h3>
            {problem(set.problem.as_ref())}
            {pairs(&facts)}
            <p>
                <code>{set.id.clone()}</code>
            </p>
        </article>
    }
}

fn problem(words: Option<&String>) -> Option<View> {
    words.map(|words| notice::notice("bad", format!("Cannot be used: {words}")))
}

fn accuracy(accuracy: &Accuracy) -> View {
    html! {
        <div>
            <dt>{accuracy.name.clone()}</dt>
            <dd>
                {words::percent(accuracy.share)}
                <small>"on " {words::count(accuracy.n)} " images"</small>
            </dd>
        </div>
    }
}

fn pairs(facts: &[(&'static str, Option<String>)]) -> View {
    let rows = facts.iter().filter_map(|(name, value)| {
        let value = value.clone().filter(|value| !value.is_empty())?;
        Some(html! {
            <dt>{*name}</dt>
            <dd>{value}</dd>
        })
    });
    let rows: Vec<_> = rows.collect();
    html! { <dl class="pairs">{rows}</dl> }
}

fn sizes(shape: &[usize]) -> String {
    let parts: Vec<String> = shape.iter().map(usize::to_string).collect();
    parts.join(" × ")
}

/// Ten names are read at a glance; a thousand are counted.
fn classes(names: &[String]) -> String {
    match names.len() {
        0..=12 => names.join(", "),
        many => format!("{many}: {}, …", names[..4].join(", ")),
    }
}
