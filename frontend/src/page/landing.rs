//! The first page: a finished run, what is seen in it, and one button to run it oneself.

use crate::api;
use crate::dom::View;
use crate::lean::{act, memo};
use crate::load::{Load, load};
use crate::router::router;
use crate::signal::{RwSignal, Signal};
use crate::view::figure::{Chart, chart};
use crate::view::notice;
use crate::view::overlay::Pointer;
use crate::view::part::part;
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local;
use valleyscope_markup::html;
use valleyscope_shared::api::{RunView, Snapshot};
use valleyscope_shared::chart::{Source, build};
use valleyscope_shared::measure::Measure;
use valleyscope_shared::route::{self, Cursor, PointName, ViewState};
use valleyscope_shared::spec::RunSpec;

/// The id of the run that comes with the program.
const EXAMPLE: &str = "example";

/// The page `/`.
pub fn page() -> View {
    super::entitle("Start");
    let example = load::<Snapshot>(|| Some(route::snapshot(EXAMPLE)));
    html! {
        <section class="hero">
            <div class="words">
                <h1>"See how flat the loss surface is at every step of an attack"</h1>
                <p class="lead">
                    "An adversarial attack walks from a correctly classified image towards a wrong answer. On its way the loss surface around the model’s last layer grows sharp, is sharpest where the label flips, and then turns flat again while the label stays wrong: the attack has reached the "
                    <em>"uncanny valley"</em>
                    ", where a flat surface no longer means a right answer. "
                    {move || example.with(|example| example.ready().and_then(story))}
                </p>
                {start(example)}
            </div>
            <div>
                <h2 class="hidden-text">"An example"</h2>
                {picture(example)}
            </div>
        </section>
        {move || example.with(|example| example.ready().map(numbers))}
    }
}

/// What the example run says, in its own numbers.
fn story(example: &Snapshot) -> Option<String> {
    let results = example.run.results.as_ref()?;
    Some(format!(
        "In the run shown here, {} of {} images are still right after the attack; of those that flip, {} are sharpest at the flip or one step before it, and {} end in the valley.",
        words::percent(results.robust_accuracy.share.0),
        results.n,
        words::percent(results.peak_at_flip.share.0),
        words::percent(results.in_valley.share.0),
    ))
}

fn start(example: RwSignal<Load<Snapshot>>) -> View {
    let router = router();
    let starting = RwSignal::new(false);
    let failed = RwSignal::new(None);
    let go = move |_| {
        let spec = example
            .with_untracked(|example| example.ready().map(|example| example.run.spec.clone()));
        let Some(spec) = spec else {
            router.go("/new");
            return;
        };
        if starting.get_untracked() {
            return;
        }
        starting.set(true);
        spawn_local(async move {
            match begin(&spec).await {
                Ok(run) => router.go(&format!("/runs/{}", run.id)),
                Err(failure) => {
                    starting.try_set(false);
                    failed.try_set(Some(failure));
                }
            }
        });
    };
    html! {
        <p class="row">
            <button class="button primary large" on:click=act(go) aria-disabled=move || starting.get().then_some("true")>
                {move || if starting.get() { "Starting…" } else { "Run it yourself" }}
            </button>
            <a href="/new">"Choose the settings first"</a>
        </p>
        {move || failed.with(|failed| failed.as_ref().map(|failure| notice::failed(failure, None)))}
    }
}

async fn begin(spec: &RunSpec) -> Result<RunView, api::Failure> {
    let body = api::body(spec);
    api::create(&route::runs(), body, &api::fresh_key()).await
}

fn picture(example: RwSignal<Load<Snapshot>>) -> View {
    part(move || {
        example.with(|example| match example {
            Load::Waiting => notice::ghosts(1),
            Load::Ready(example) => figure(example),
            Load::Failed(failure) if failure.status() == Some(404) => html! {
                <div class="empty">
                    <p>"There is no example run in this data directory."</p>
                </div>
            },
            Load::Failed(failure) => notice::failed(failure, None),
        })
    })
}

fn figure(example: &Snapshot) -> View {
    let (state, title) = (example.state.clone(), example.run.title.clone());
    let drawn = memo(move || {
        let source = Source::new(&title, 0, &state);
        build("sharpness", &[source], &ViewState::default())
            .unwrap_or_else(|| super::run::empty("sharpness"))
    });
    let chosen = RwSignal::new(None::<PointName>);
    let pointer = Pointer {
        at: RwSignal::new(None),
        chosen: chosen.into(),
        mode: Signal::derive(|| Cursor::Line),
        choose: Callback::new(move |point| chosen.set(Some(point))),
    };
    chart(Chart {
        kind: "sharpness",
        figure: drawn,
        pointer: Some(pointer),
        files: Signal::derive(Vec::new),
        measures: Signal::derive(|| vec![Measure::KappaTr]),
        class: "",
    })
}

fn numbers(example: &Snapshot) -> View {
    let summary = example
        .state
        .passes
        .first()
        .and_then(|pass| pass.summary.as_ref());
    let facts = summary.map(|summary| super::run::facts(&summary.summary));
    html! {
        <section class="stack" aria-labelledby="example-run">
            <div class="row spread">
                <h2 id="example-run">{example.run.title.clone()}</h2>
                <a href=format!("/runs/{}", example.run.id)>"Open this run"</a>
            </div>
            {facts}
        </section>
    }
}
