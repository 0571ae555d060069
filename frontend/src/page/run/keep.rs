//! Pictures of an image that its run did not keep: computed as soon as somebody looks.

use super::example::Look;
use super::phase;
use crate::api::{self, Answer};
use crate::base::at;
use crate::view::notice::Failed;
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;
use valleyscope_shared::api::Keeping;
use valleyscope_shared::route;

/// How far the pictures are, until they are there.
#[component]
pub fn Keep(look: Look) -> impl IntoView {
    let ended = Memo::new(move |_| phase(look.page.live).ended());
    view! {
        <Show
            when=move || ended.get()
            fallback=|| {
                view! {
                    <p class="empty">
                        "The run does not keep the pictures of this image. They are computed once it has ended."
                    </p>
                }
            }
        >
            <Computed look />
        </Show>
    }
}

#[component]
fn Computed(look: Look) -> impl IntoView {
    let (standing, retry) = keep(look);
    let failure = move || standing.with(|standing| standing.as_ref()?.as_ref().err().cloned());
    let far = move || {
        let keeping = standing.with(|standing| standing.as_ref()?.as_ref().ok().copied());
        keeping.unwrap_or(Keeping {
            kept: false,
            done: 0,
            points: 0,
        })
    };
    let words = move || match far() {
        Keeping { done: 0, .. } => {
            "This image is attacked again, as its pictures were not kept…".to_owned()
        }
        Keeping { done, points, .. } => {
            format!(
                "This image is attacked again, as its pictures were not kept: {done} of {points} points"
            )
        }
    };
    let share = move || far().done as f64 / far().points.max(1) as f64;
    let place = |_| view! { <div class="ghost"></div> };
    let waiting = move || {
        view! {
            <div class="pictures" aria-hidden="true">
                {(0..3).map(place).collect_view()}
            </div>
            <div class="progress">
                <div class="bar" aria-hidden="true">
                    <div style:transform=move || format!("scaleX({:.4})", share())></div>
                </div>
                <p class="small quiet" role="status">
                    {words}
                </p>
            </div>
        }
    };
    move || match failure() {
        None => waiting().into_any(),
        Some(failure) => view! {
            <Failed failure retry />
            <Alone look />
        }
        .into_any(),
    }
}

/// Asks until the pictures are there, and then for the example again; how far they are, and how to try again.
fn keep(look: Look) -> (RwSignal<Option<Answer<Keeping>>>, Option<Callback<()>>) {
    let page = look.page;
    let standing = RwSignal::new(None);
    let again = RwSignal::new(());
    // Not the detail itself, which changes when the pictures are there.
    let path = Memo::new(move |_| {
        let row = look.known(|detail| (!detail.kept).then_some(detail.path.row))??;
        // The detail of the image before stays until the next is there.
        let looked_at = page.address.view.with(|view| view.example);
        looked_at.filter(|looked_at| *looked_at == row)?;
        let path = page.id.with_value(|id| route::keep(id, &row.to_string()));
        let pass = page.address.view.with(|view| view.pass);
        let pass = pass.map(|pass| format!("?pass={pass}")).unwrap_or_default();
        Some(format!("{path}{pass}"))
    });
    Effect::new(move || {
        again.track();
        let Some(path) = path.get() else { return };
        standing.set(None);
        spawn_local_scoped_with_cancellation(async move {
            loop {
                // The server takes its time to answer while it computes.
                let answer = api::post::<Keeping>(&path).await;
                let kept = answer.as_ref().map(|keeping| keeping.kept);
                let over = kept != Ok(false);
                if kept == Ok(true) {
                    page.extra.example.refetch();
                }
                standing.set(Some(answer));
                if over {
                    break;
                }
            }
        });
    });
    let retry = Callback::new(move |()| again.notify());
    (standing, Some(retry))
}

/// The way to pictures of this image as it is computed now.
#[component]
fn Alone(look: Look) -> impl IntoView {
    let link = move || {
        let index = look.known(|detail| detail.path.index).unwrap_or(0);
        at(&format!(
            "/new?from={}&image={index}",
            look.page.id.get_value()
        ))
    };
    view! {
        <a class="button" href=link>
            "Run it for this image alone"
        </a>
    }
}
