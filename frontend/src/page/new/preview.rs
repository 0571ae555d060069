//! What will run, how long it will take and what it will need, and the button that starts it.

use super::form::Form;
use crate::api::{self, Answer, Failure};
use crate::clock::sleep;
use crate::view::notice::{Failed, Notice};
use crate::words;
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;
use valleyscope_shared::api::Estimate;
use valleyscope_shared::measure::Measure;
use valleyscope_shared::route;
use valleyscope_shared::spec::RunSpec;

/// A pause in typing of this length asks for an estimate.
const PAUSE_MS: u32 = 300;

/// The side of the form.
#[component]
pub fn Preview(
    form: Form,
    /// Whether the run was sent and there is no answer yet.
    sending: Memo<bool>,
) -> impl IntoView {
    let spec = Memo::new(move |_| form.checked.with(|checked| checked.good().cloned()));
    let estimate = estimate(spec);
    let words = move || match spec.get() {
        Some(spec) => view! { <InWords form spec /> }.into_any(),
        None => {
            view! { <p class="quiet">"Mend the marked fields to see what will run."</p> }.into_any()
        }
    };
    let costs = move || {
        let good = spec.with(Option::is_some);
        good.then(|| view! { <Costs known=estimate.get() /> })
    };
    let whole = move || {
        form.error("")
            .map(|words| view! { <Notice kind="bad" words /> })
    };
    let refused = move || {
        let failure = form.refused.get().filter(|failure| !has_fields(failure));
        failure.map(|failure| view! { <Failed failure /> })
    };
    let to_mend = move || {
        let count = form.checked.with(|checked| checked.errors.len());
        (count > 0).then(|| format!("{count} to mend"))
    };
    view! {
        <h2>"What will run"</h2>
        {words}
        {costs}
        {whole}
        {refused}
        <button
            class="button primary large"
            type="submit"
            aria-disabled=move || sending.get().then_some("true")
        >
            {move || if sending.get() { "Starting…" } else { "Start the run" }}
        </button>
        <p class="error small" role="status">
            {to_mend}
        </p>
    }
}

fn has_fields(failure: &Failure) -> bool {
    matches!(failure, Failure::Refused(problem) if problem.errors.iter().any(|error| !error.path.is_empty()))
}

#[component]
fn InWords(form: Form, spec: RunSpec) -> impl IntoView {
    let model = form
        .catalog
        .with_value(|catalog| catalog.model(&spec.model).map(|model| model.title.clone()));
    let passes = spec.phases().len() as u64;
    let (images, points) = (spec.data.most(), spec.points() as u64);
    let axis = spec.axis();
    let thinned = axis.steps.len() <= spec.attack.steps();
    let points_help = match (thinned, axis.stages.is_empty(), axis.random_start) {
        _ if axis.ends_only => "clean and end: no trace",
        (true, true, _) => "clean, and steps ever farther apart",
        (true, false, _) => "clean, and of each part steps ever farther apart",
        (false, _, true) => "clean, start and every step",
        (false, _, false) => "clean and every step",
    };
    let readings = match axis.ends_only {
        true => "none: predictions and sizes alone".to_owned(),
        false => {
            let count = words::count(images * points * passes);
            format!("{count} × {} measures", Measure::COUNT)
        }
    };
    let repeated = (passes > 1).then(|| format!(" × {passes} passes"));
    view! {
        <p>
            <b>{spec.attack.summary()}</b>
            " against "
            {model}
        </p>
        <dl class="pairs">
            <dt>"Images"</dt>
            <dd>{words::count(images)} {repeated}</dd>
            <dt>"Points each"</dt>
            <dd>{words::count(points)} " " <span class="quiet">"(" {points_help} ")"</span></dd>
            <dt>"Readings"</dt>
            <dd>{readings}</dd>
        </dl>
    }
}

#[component]
fn Costs(known: Option<Answer<Estimate>>) -> impl IntoView {
    match known {
        None => view! { <p class="quiet small">"Estimating…"</p> }.into_any(),
        Some(Err(failure)) => {
            view! { <p class="quiet small">"No estimate: " {failure.words()}</p> }.into_any()
        }
        Some(Ok(estimate)) => view! { <Known estimate /> }.into_any(),
    }
}

#[component]
fn Known(estimate: Estimate) -> impl IntoView {
    let time = match estimate.seconds {
        Some(seconds) => words::estimate(seconds, estimate.at_most, estimate.likely),
        None => "not known yet: no run of this model was timed on this machine".to_owned(),
    };
    let memory = match estimate.memory {
        Some(bytes) => format!("at most {}", words::bytes(bytes)),
        None => "not known before a program runs".to_owned(),
    };
    view! {
        <dl class="pairs">
            <dt>"Time"</dt>
            <dd>{time}</dd>
            <dt>"Passes"</dt>
            <dd>
                {words::count(estimate.passes)} " "
                <span class="quiet">"(one image forward or backward)"</span>
            </dd>
            <dt>"Memory"</dt>
            <dd>{memory}</dd>
            <dt>"Kept pictures"</dt>
            <dd>"at most " {words::bytes(estimate.kept_bytes)}</dd>
        </dl>
    }
}

/// The costs of a run, asked for after a pause in typing; another change drops the question.
fn estimate(spec: Memo<Option<RunSpec>>) -> RwSignal<Option<Answer<Estimate>>> {
    let known = RwSignal::new(None);
    Effect::new(move || {
        let Some(spec) = spec.get() else { return };
        spawn_local_scoped_with_cancellation(async move {
            sleep(PAUSE_MS).await;
            known.set(Some(api::send(&route::estimate(), &spec).await));
        });
    });
    known
}
