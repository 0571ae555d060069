//! One data set: facts, pictures, classes, and what looking at every picture shows.

mod checks;

use crate::api;
use crate::base::at;
use crate::page::models::{Pairs, Unusable, classes, sizes};
use crate::view::notice::Loaded;
use crate::view::title::PageTitle;
use crate::words;
use checks::Checks;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use valleyscope_shared::catalog::DataInfo;
use valleyscope_shared::data::{DataDetail, Sample};
use valleyscope_shared::route;

/// The page `/data/{id}`.
#[component]
pub fn Data() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let detail = api::document::<DataDetail>(move || Some(route::data_set(&id.get())));
    view! {
        <PageTitle text="Data set" />
        <Loaded of=detail retry=true ghosts=2 let:detail>
            <Detail detail />
        </Loaded>
    }
}

#[component]
fn Detail(detail: DataDetail) -> impl IntoView {
    let set = detail.set;
    let usable = set.problem.is_none();
    let attack = at(&format!("/new?data={}", set.id));
    let pictures = usable.then(|| {
        let set = set.clone();
        view! {
            <Pictures set=set.clone() samples=detail.samples />
            <Checks set />
        }
    });
    view! {
        <div class="stack">
            <h1>{set.title.clone()}</h1>
            <p>
                <code>{set.id.clone()}</code>
            </p>
            <Unusable problem=set.problem.clone() />
            <p class="row">
                {usable.then(|| view! { <a class="button primary" href=attack>"Attack it"</a> })}
            </p>
        </div>
        <section class="card stack">
            <h2>"What it is"</h2>
            <Facts set />
        </section>
        {pictures}
    }
}

#[component]
fn Facts(set: DataInfo) -> impl IntoView {
    let corrupted = set.corrupted.as_ref();
    let corruptions = corrupted.map(|corrupted| {
        let names: Vec<String> = corrupted
            .corruptions
            .iter()
            .map(|name| name.replace('_', " "))
            .collect();
        format!("{}; a run chooses one, and its severity", names.join(", "))
    });
    let facts = vec![
        ("Images", Some(words::count(set.count))),
        ("Shape", Some(sizes(&set.shape))),
        ("Classes", Some(classes(&set.classes))),
        ("Corruptions", corruptions),
        ("Source", set.source),
    ];
    let note = |note: String| view! { <li>{note}</li> };
    let notes = (!set.notes.is_empty()).then(|| {
        view! {
            <h3>"How its files are read"</h3>
            <ul class="small notes">{set.notes.into_iter().map(note).collect_view()}</ul>
        }
    });
    view! {
        <Pairs facts />
        {notes}
    }
}

/// The first pictures of each class.
#[component]
fn Pictures(set: DataInfo, samples: Vec<Sample>) -> impl IntoView {
    let picture = |sample: Sample| {
        let class = set.classes.get(sample.label);
        let class = class.cloned().unwrap_or_else(|| sample.label.to_string());
        let source = at(&route::data_image(&set.id, sample.index));
        let says = format!("Image {}, {class}", sample.index);
        // Where a name may break that has no blanks.
        let class = class.replace('_', "_\u{200b}");
        view! {
            <figure>
                <img src=source alt=says loading="lazy" width="96" height="96" />
                <figcaption>
                    {class} <span class="quiet">" " {sample.index}</span>
                </figcaption>
            </figure>
        }
    };
    view! {
        <section class="card stack">
            <h2>"Pictures"</h2>
            <p class="small quiet">"The first of each class, with their indices."</p>
            <div class="samples" data-samples>
                {samples.into_iter().map(picture).collect_view()}
            </div>
        </section>
    }
}
