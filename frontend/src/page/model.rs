//! One model: facts, layers, the runs made with it, and what may be changed of it.

mod edit;

use crate::api;
use crate::base::at;
use crate::page::models::{Unusable, facts_of, measured};
use crate::state::shared;
use crate::view::notice::Loaded;
use crate::view::title::PageTitle;
use crate::words;
use edit::Edit;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};
use valleyscope_shared::adding::{About, Fact};
use valleyscope_shared::catalog::{LayerInfo, ModelDetail};
use valleyscope_shared::route;

/// The page `/models/{id}`.
#[component]
pub fn Model() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let answer = api::document::<ModelDetail>(move || Some(route::model(&id.get())));
    // What was kept is shown anew, with the word for it.
    let kept = RwSignal::new(false);
    view! {
        <PageTitle text="Model" />
        <Loaded of=answer retry=true ghosts=1 let:detail>
            <Detail detail answer kept />
        </Loaded>
    }
}

#[component]
fn Detail(
    detail: ModelDetail,
    answer: api::Document<ModelDetail>,
    kept: RwSignal<bool>,
) -> impl IntoView {
    let model = detail.model;
    let id = model.id.clone();
    let usable = model.problem.is_none();
    let accuracy = measured(&model.accuracy);
    let facts = facts_of(&model);
    let sum = words::count(detail.multiply_adds);
    let listed = !detail.layers.is_empty();
    let layers = move || {
        view! {
            <section class="card stack">
                <h2>"Layers"</h2>
                <p class="small quiet">{format!("{sum} multiplications and additions for one image")}</p>
                <Layers layers=detail.layers />
            </section>
        }
    };
    let remove = (!model.embedded).then(|| view! { <Remove id=id.clone() /> });
    let edit = (!model.embedded).then(|| view! { <Edit model=model.clone() answer kept /> });
    let said = said(&detail.about);
    let formerly = detail.about.formerly.into_iter();
    let formerly = formerly.map(|name| {
        let runs = at(&format!("/runs?model={name}"));
        view! { <a class="button" href=runs>{format!("Runs made as {name}")}</a> }
    });
    view! {
        <div class="stack">
            <h1>{model.title.clone()}</h1>
            <p>
                <code>{model.id.clone()}</code>
            </p>
            <Unusable problem=model.problem.clone() />
            <p class="row">
                {usable.then(|| view! { <a class="button primary" href=at(&format!("/new?model={id}"))>"Attack it"</a> })}
                <a class="button" href=at(&format!("/runs?model={id}"))>"Runs made with it"</a>
                {formerly.collect_view()}
                {remove}
            </p>
        </div>
        {accuracy}
        <section class="card stack">
            <h2>"What it is"</h2>
            {facts}
        </section>
        {said}
        {edit}
        {listed.then(layers)}
    }
}

/// What the file said of itself that it was read from.
fn said(about: &About) -> Option<impl IntoView + use<>> {
    let fact = |fact: &Fact| view! { <dt>{fact.name.clone()}</dt> <dd>{fact.value.clone()}</dd> };
    let facts = about.facts.iter().map(fact).collect_view();
    (!about.facts.is_empty()).then(|| {
        view! {
            <section class="card stack">
                <h2>"What its file says"</h2>
                <dl class="pairs">{facts}</dl>
            </section>
        }
    })
}

#[component]
fn Layers(layers: Vec<LayerInfo>) -> impl IntoView {
    let row = |layer: LayerInfo| {
        let shape: Vec<String> = layer.shape.iter().map(usize::to_string).collect();
        let some = |number: u64| (number > 0).then(|| words::count(number));
        view! {
            <tr>
                <td><code>{layer.name}</code></td>
                <td>{layer.kind}</td>
                <td>{shape.join(" × ")}</td>
                <td class="num">{some(layer.parameters)}</td>
                <td class="num">{some(layer.multiply_adds)}</td>
            </tr>
        }
    };
    view! {
        <div class="scroll">
            <table data-layers>
                <thead>
                    <tr>
                        <th>"Layer"</th>
                        <th>"Kind"</th>
                        <th>"Shape"</th>
                        <th class="num">"Parameters"</th>
                        <th class="num">"Multiply-adds"</th>
                    </tr>
                </thead>
                <tbody>{layers.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

/// Removes the model; where runs were made with it, only when that is said twice.
#[component]
fn Remove(id: String) -> impl IntoView {
    let navigate = use_navigate();
    let remove = Action::new_local(move |force: &bool| {
        let path = match force {
            true => format!("{}?force=true", route::model(&id)),
            false => route::model(&id),
        };
        let navigate = navigate.clone();
        async move {
            let answer = api::delete(&path).await;
            if answer.is_ok() {
                shared().catalog().refetch();
                navigate("/models", NavigateOptions::default());
            }
            answer
        }
    });
    let answer = remove.value();
    let asked = move || {
        answer
            .get()
            .and_then(Result::err)
            .filter(|why| why.status() == Some(409))
    };
    let failed = move || {
        answer
            .get()
            .and_then(Result::err)
            .filter(|why| why.status() != Some(409))
    };
    view! {
        <button class="button danger" on:click=move |_| { remove.dispatch_local(false); }>"Remove"</button>
        {move || asked().map(|why| view! {
            <span class="row" role="alert">
                <span class="small">{why.words()}</span>
                <button class="button danger small" on:click=move |_| { remove.dispatch_local(true); }>"Remove it all the same"</button>
            </span>
        })}
        {move || failed().map(|why| view! { <span class="small" role="alert">{why.words()}</span> })}
    }
}
