//! One model: facts, layers, the runs made with it.

use crate::api;
use crate::base::at;
use crate::page::models::{Unusable, facts_of, measured};
use crate::state::shared;
use crate::view::notice::Loaded;
use crate::view::title::PageTitle;
use crate::words;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_params_map};
use valleyscope_shared::catalog::{LayerInfo, ModelDetail};
use valleyscope_shared::route;

/// The page `/models/{id}`.
#[component]
pub fn Model() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let detail = api::document::<ModelDetail>(move || Some(route::model(&id.get())));
    view! {
        <PageTitle text="Model" />
        <Loaded of=detail retry=true ghosts=1 let:detail>
            <Detail detail />
        </Loaded>
    }
}

#[component]
fn Detail(detail: ModelDetail) -> impl IntoView {
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
                {remove}
            </p>
        </div>
        {accuracy}
        <section class="card stack">
            <h2>"What it is"</h2>
            {facts}
        </section>
        {listed.then(layers)}
    }
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
