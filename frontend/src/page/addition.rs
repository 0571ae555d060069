//! A file on its way to becoming a model: how far it is, what it was understood as, and which candidate is chosen.

mod choose;

use crate::api::{self, Answer, Failure};
use crate::base::at;
use crate::clock::sleep;
use crate::view::notice::{Failed, Ghosts, Notice};
use crate::view::progress::Bar;
use crate::view::title::PageTitle;
use crate::words;
use choose::Choose;
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;
use leptos_router::hooks::use_params_map;
use valleyscope_shared::adding::{Addition as Way, Phase, Understood};
use valleyscope_shared::route;

/// How often it is asked how far it is.
const ASK_EVERY_MS: u32 = 400;

/// The page `/additions/{id}`.
#[component]
pub fn Addition() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    let standing = api::document::<Way>(move || Some(route::addition(&id.get())));
    // Until nothing more comes by itself, and while the server does not answer.
    Effect::new(move || {
        let again = match standing.get() {
            Some(Ok(way)) => !way.rests(),
            Some(Err(failure)) => failure == Failure::Offline,
            None => false,
        };
        if again {
            spawn_local_scoped_with_cancellation(async move {
                sleep(ASK_EVERY_MS).await;
                standing.refetch();
            });
        }
    });
    // Made anew when it changes from one state to another.
    let state = Memo::new(move |_| {
        standing.with(|answer| match answer {
            None => (None, None),
            Some(Ok(way)) => (Some(way.phase), None),
            Some(Err(failure)) => (None, Some(failure.words())),
        })
    });
    let way = Memo::new(move |_| standing.ready(Clone::clone));
    let is_going = Memo::new(move |_| way.with(|way| way.as_ref().is_some_and(|way| !way.rests())));
    let going = move || is_going.get().then(|| view! { <Going way /> });
    // Made anew when the phase changes only, so that what is typed stays.
    let rest = move || {
        // Read, not only tracked: a memo that nobody reads hears of nothing.
        state.get();
        let answer: Option<Answer<Way>> = standing.get_untracked();
        match answer {
            None => view! { <Ghosts count=1 /> }.into_any(),
            Some(Err(failure)) if failure.status() == Some(404) => view! { <Gone /> }.into_any(),
            Some(Err(failure)) => view! { <Failed failure /> }.into_any(),
            Some(Ok(way)) => view! { <Resting way /> }.into_any(),
        }
    };
    let failed = Memo::new(move |_| matches!(standing.get(), Some(Err(Failure::Offline))));
    let offline = move || {
        failed.get().then(
            || view! { <Notice kind="warn" words="The server does not answer; asking again." /> },
        )
    };
    view! {
        <PageTitle text="Add a model" />
        <div class="stack">
            <h1>"Add a model"</h1>
            <p class="lead">
                {move || standing.ready(|way| way.file.clone()).unwrap_or_default()}
            </p>
        </div>
        {offline}
        {going}
        {rest}
    }
}

/// How far it is, with a way to stop it.
#[component]
fn Going(way: Memo<Option<Way>>) -> impl IntoView {
    let look =
        move |look: fn(&Way) -> String| way.with(|way| way.as_ref().map(look)).unwrap_or_default();
    let said = move || {
        look(|way| match way.phase {
            Phase::Waiting => "Waiting for another file".to_owned(),
            Phase::Reading => "Reading the file".to_owned(),
            _ => format!(
                "Comparing candidates: {} of {} images",
                words::count(way.done),
                words::count(way.total)
            ),
        })
    };
    let left = move || {
        let seconds = way.with(|way| way.as_ref()?.left())?;
        Some(format!(
            "about {} left",
            words::duration(seconds.max(1.0).round())
        ))
    };
    let far = move || {
        let far = |way: &Way| (way.done as f64, way.total as f64);
        way.with(|way| way.as_ref().map(far)).unwrap_or_default()
    };
    let give_up = Action::new_local(move |(): &()| {
        let path = route::addition(&look(|way| way.id.clone()));
        async move { api::delete(&path).await }
    });
    let answer = give_up.value();
    let failed = move || {
        let failure = answer.get()?.err()?;
        Some(view! { <Notice kind="bad" words=failure.words() /> })
    };
    view! {
        <section class="card stack">
            <Bar label="Understanding the file" far said left />
            <div role="alert">{failed}</div>
            <p>
                <button class="button" on:click=move |_| { give_up.dispatch_local(()); }>
                    "Cancel"
                </button>
            </p>
        </section>
    }
}

/// What came of it.
#[component]
fn Resting(way: Way) -> impl IntoView {
    match (way.phase, way.understood.clone()) {
        (Phase::Ready, Some(understood)) => view! {
            <Read understood=understood.clone() />
            <Choose way understood />
        }
        .into_any(),
        (Phase::Added, _) => {
            let model = way.model.unwrap_or_default();
            view! { <Added model /> }.into_any()
        }
        (Phase::Failed, _) => {
            let words = way
                .problem
                .map(|problem| problem.detail)
                .unwrap_or_default();
            view! {
                <div role="alert"><Notice kind="bad" words /></div>
                <Again />
            }
            .into_any()
        }
        (Phase::Cancelled, _) => view! { <Gone /> }.into_any(),
        _ => ().into_any(),
    }
}

/// What the file is and says.
#[component]
fn Read(understood: Understood) -> impl IntoView {
    let first = understood.candidates.first();
    let network = first.map(|first| {
        format!(
            "{}, {} parameters, {} classes",
            first.architecture,
            words::count(first.parameters),
            first.classes
        )
    });
    let fact = |(name, value): (String, Option<String>)| {
        let value = value?;
        Some(view! { <dt>{name}</dt> <dd>{value}</dd> })
    };
    let mut facts = vec![
        ("Recognised as".to_owned(), network),
        (
            "File".to_owned(),
            Some(format!(
                "{}, {}",
                understood.kind,
                words::bytes(understood.bytes)
            )),
        ),
        ("SHA-256".to_owned(), Some(understood.sha256.clone())),
    ];
    facts.extend(
        understood
            .facts
            .iter()
            .map(|fact| (format!("It says: {}", fact.name), Some(fact.value.clone()))),
    );
    if !understood.passed_over.is_empty() {
        facts.push((
            "Passed over".to_owned(),
            Some(understood.passed_over.join("; ")),
        ));
    }
    view! {
        <section class="card stack">
            <h2>"What the file is"</h2>
            <dl class="pairs">{facts.into_iter().filter_map(fact).collect_view()}</dl>
        </section>
    }
}

#[component]
fn Added(model: String) -> impl IntoView {
    view! {
        <section class="card stack">
            <h2>{format!("{model} is added")}</h2>
            <p class="row">
                <a class="button primary" href=at(&format!("/new?model={model}"))>"Attack it"</a>
                <a class="button" href=at(&format!("/models/{model}"))>"Its page"</a>
            </p>
        </section>
    }
}

#[component]
fn Gone() -> impl IntoView {
    view! {
        <p class="lead">"This file is not being added: it was given up, or nobody chose for an hour."</p>
        <Again />
    }
}

#[component]
fn Again() -> impl IntoView {
    view! {
        <p>
            <a class="button primary" href=at("/models")>"Add another file"</a>
        </p>
    }
}
