//! What will run, how long it will take and what it will need, and the button that starts it.

use super::Form;
use crate::api::{self, Failure};
use crate::clock::sleep;
use crate::dom::View;
use crate::lean::{effect, memo};
use crate::load::Load;
use crate::signal::{RwSignal, StoredValue};
use crate::view::notice;
use crate::words;
use leptos::task::spawn_local;
use valleyscope_markup::html;
use valleyscope_shared::api::Estimate;
use valleyscope_shared::measure::Measure;
use valleyscope_shared::readings::EVERY_STEP_UP_TO;
use valleyscope_shared::route;
use valleyscope_shared::spec::RunSpec;

/// A pause in typing of this length asks for an estimate.
const PAUSE_MS: i32 = 300;

/// The side of the form.
pub fn preview(form: Form) -> View {
    let estimate = estimate(form);
    let words = move || {
        form.checked.with(|checked| match checked.good() {
            Some(spec) => in_words(form, spec),
            None => html! { <p class="quiet">"Mend the marked fields to see what will run."</p> },
        })
    };
    let costs = move || {
        let good = form.checked.with(|checked| checked.good().is_some());
        good.then(|| estimate.with(costs))
    };
    let whole = move || form.error("").map(|words| notice::notice("bad", words));
    let refused = move || {
        form.refused.with(|refused| {
            let shown = refused.as_ref().filter(|failure| !has_fields(failure));
            shown.map(|failure| notice::failed(failure, None))
        })
    };
    html! {
        <h2>"What will run"</h2>
        {words}
        {costs}
        {whole}
        {refused}
        <button class="button primary large" type="submit" aria-disabled=move || form.sending.get().then_some("true")>
            {move || if form.sending.get() { "Starting…" } else { "Start the run" }}
        </button>
        <p class="error small" role="status">
            {move || {
                let count = form.checked.with(|checked| checked.errors.len());
                (count > 0).then(|| format!("{count} to mend"))
            }}
        </p>
    }
}

fn has_fields(failure: &Failure) -> bool {
    matches!(failure, Failure::Refused(problem) if problem.errors.iter().any(|error| !error.path.is_empty()))
}

fn in_words(form: Form, spec: &RunSpec) -> View {
    let catalog = form.catalog.get_value();
    let model = catalog.model(&spec.model).map(|model| model.title.clone());
    let passes = spec.phases().len() as u64;
    let (images, points) = (spec.data.most(), spec.points() as u64);
    let random = spec.attack.random_start();
    let points_help = if random {
        "clean, start and every step"
    } else {
        "clean and every step"
    };
    let points_help = match spec.attack.steps() > EVERY_STEP_UP_TO {
        true => "clean, and steps ever farther apart",
        false => points_help,
    };
    let repeated = (passes > 1).then(|| format!(" × {passes} passes"));
    html! {
        <p>
            <b>{spec.attack.summary()}</b>
            " against "
            {model}
        </p>
        <dl class="pairs">
            <dt>"Images"</dt>
            <dd>{words::count(images)}{repeated}</dd>
            <dt>"Points each"</dt>
            <dd>{words::count(points)} " " <span class="quiet">"(" {points_help} ")"</span></dd>
            <dt>"Readings"</dt>
            <dd>
                {words::count(images * points * passes)} " × " {Measure::COUNT} " measures"
            </dd>
        </dl>
    }
}

fn costs(known: &Load<Estimate>) -> View {
    match known {
        Load::Waiting => html! { <p class="quiet small">"Estimating…"</p> },
        Load::Failed(failure) => {
            html! { <p class="quiet small">"No estimate: " {failure.words()}</p> }
        }
        Load::Ready(estimate) => {
            let time = match estimate.seconds {
                Some(seconds) => words::estimate(seconds, estimate.at_most),
                None => "not known yet: no run of this model was timed on this machine".to_owned(),
            };
            html! {
                <dl class="pairs">
                    <dt>"Time"</dt>
                    <dd>{time}</dd>
                    <dt>"Passes"</dt>
                    <dd>
                        {words::count(estimate.passes)}
                        " "
                        <span class="quiet">"(one image forward or backward)"</span>
                    </dd>
                    <dt>"Memory"</dt>
                    <dd>"at most " {words::bytes(estimate.memory)}</dd>
                    <dt>"Kept pictures"</dt>
                    <dd>"at most " {words::bytes(estimate.kept_bytes)}</dd>
                </dl>
            }
        }
    }
}

fn estimate(form: Form) -> RwSignal<Load<Estimate>> {
    let known = RwSignal::new(Load::Waiting);
    let asked = StoredValue::new(0_u32);
    let spec = memo(move || form.checked.with(|checked| checked.good().cloned()));
    effect(move || {
        let Some(spec) = spec.get() else { return };
        asked.update_value(|count| *count += 1);
        let ticket = asked.get_value();
        spawn_local(async move {
            sleep(PAUSE_MS).await;
            if asked.try_get_value() != Some(ticket) {
                return;
            }
            let body = api::body(&spec);
            let answer = api::post::<Estimate>(&route::estimate(), body).await;
            if asked.try_get_value() == Some(ticket) {
                known.try_set(answer.into());
            }
        });
    });
    known
}
