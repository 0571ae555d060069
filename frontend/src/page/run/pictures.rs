//! Clean, difference, adversarial; and how probable each class is.

use super::example::Look;
use super::keep::Keep;
use crate::base::at;
use crate::words;
use leptos::prelude::*;
use valleyscope_shared::field::Norm;
use valleyscope_shared::measure::Measure;
use valleyscope_shared::num::Num;
use valleyscope_shared::route;

/// So many classes are shown at most; the label is always among them.
const MOST_CLASSES: usize = 12;

/// The three pictures at the chosen point, or how far they are.
#[component]
pub fn Pictures(look: Look) -> impl IntoView {
    let kept = Memo::new(move |_| look.known(|detail| detail.kept).unwrap_or(false));
    view! {
        <Show when=move || kept.get() fallback=move || view! { <Keep look /> }>
            <Three look />
        </Show>
    }
}

/// What they say outlives the example: a picture may be asked for its words once more when that is closed.
#[component]
fn Three(look: Look) -> impl IntoView {
    let clean = move || standing(look, 0);
    let now = move || standing(look, look.point());
    let clean_says = move || format!("Clean image, label {}: {}", label(look), clean());
    let difference_says = move || {
        format!(
            "Difference from the clean image at {}, {}; grey is no change",
            look.label(),
            scale(look)
        )
    };
    let adversarial_says = move || {
        format!(
            "Image at {}, label {}: {}",
            look.label(),
            label(look),
            now()
        )
    };
    view! {
        <div class="pictures">
            <Picture
                look
                file="clean.png"
                says=ArcSignal::derive(clean_says)
                title="Clean"
                caption=ArcSignal::derive(clean)
            />
            <Picture
                look
                file="difference.png"
                says=ArcSignal::derive(difference_says)
                title="Difference"
                caption=ArcSignal::derive(move || scale(look))
            />
            <Picture
                look
                file="adversarial.png"
                says=ArcSignal::derive(adversarial_says)
                title="Adversarial"
                caption=ArcSignal::derive(now)
            />
        </div>
    }
}

#[component]
fn Picture(
    look: Look,
    file: &'static str,
    /// What it shows, for who does not see it.
    says: ArcSignal<String>,
    title: &'static str,
    caption: ArcSignal<String>,
) -> impl IntoView {
    let source = move || {
        let page = look.page;
        let row = look.known(|detail| detail.path.row).unwrap_or(0);
        let point = match file {
            "clean.png" => 0,
            _ => look.point(),
        };
        let pass = page.address.view.with(|view| view.pass);
        let pass = pass.map(|pass| format!("?pass={pass}")).unwrap_or_default();
        let (row, point) = (row.to_string(), point.to_string());
        let path = page
            .id
            .with_value(|id| route::image(id, &row, &point, file));
        at(&format!("{path}{pass}"))
    };
    view! {
        <figure>
            <img src=source alt=says width="96" height="96" />
            <figcaption>
                <b>{title}</b>
                {caption}
            </figcaption>
        </figure>
    }
}

fn label(look: Look) -> String {
    look.known(|detail| look.page.class(detail.path.label))
        .unwrap_or_default()
}

/// What the model says at a point: `predicted cat, 93.1 %`.
fn standing(look: Look, point: usize) -> String {
    let at = |measure| look.reading(measure, point).unwrap_or(f64::NAN);
    let predicted = at(Measure::Pred);
    if predicted.is_nan() {
        return "no prediction".to_owned();
    }
    format!(
        "predicted {}, {}",
        look.page.class(predicted as u32),
        words::percent(at(Measure::Confidence))
    )
}

/// How the difference is drawn. With a bound on every value, the bound is the full scale, all along the attack.
fn scale(look: Look) -> String {
    let bound = look.page.spec.with(|spec| {
        let attack = &spec.as_ref()?.attack;
        let bounded = attack.norm() == Norm::Linf && attack.epsilon() > 0.0;
        bounded.then(|| attack.epsilon())
    });
    let largest = look.reading(Measure::Linf, look.point()).unwrap_or(0.0);
    let full = bound.unwrap_or(largest);
    if full <= 0.0 {
        return "no change".to_owned();
    }
    format!(
        "× {}: black is −{full}, white +{full}; largest {}",
        words::number(1.0 / full),
        words::number(largest),
        full = words::number(full)
    )
}

/// The class probabilities at the chosen point.
#[component]
pub fn Bars(look: Look) -> impl IntoView {
    let rows = move || {
        let point = look.point();
        look.known(|detail| {
            let probabilities = detail.probabilities.get(point)?;
            let label = detail.path.label as usize;
            let predicted = (0..probabilities.len())
                .max_by(|a, b| probabilities[*a].0.total_cmp(&probabilities[*b].0));
            let bar = |class: usize| {
                let role = match class {
                    class if class == label => "label",
                    class if Some(class) == predicted => "predicted",
                    _ => "other",
                };
                let name = look.page.class(class as u32);
                view! { <Bar name share=probabilities[class].0 role /> }
            };
            let classes = shown(probabilities, label);
            Some(classes.into_iter().map(bar).collect_view())
        })
    };
    let any = Memo::new(move |_| {
        look.known(|detail| !detail.probabilities.is_empty())
            .unwrap_or(false)
    });
    view! {
        <Show when=move || any.get()>
            <h4 class="small">"Class probabilities at " {move || look.label()}</h4>
            <div class="bars">{rows}</div>
        </Show>
    }
}

/// The classes that are shown, in their order: all of them, or the most probable and the label.
fn shown(probabilities: &[Num], label: usize) -> Vec<usize> {
    let mut classes: Vec<usize> = (0..probabilities.len()).collect();
    while classes.len() > MOST_CLASSES {
        let others = classes.iter().copied().filter(|class| *class != label);
        let least = others.min_by(|a, b| probabilities[*a].0.total_cmp(&probabilities[*b].0));
        classes.retain(|class| Some(*class) != least);
    }
    classes
}

#[component]
fn Bar(name: String, share: f64, role: &'static str) -> impl IntoView {
    let mark = match role {
        "label" => " (label)",
        "predicted" => " (predicted)",
        _ => "",
    };
    let length = if share.is_finite() { share } else { 0.0 };
    view! {
        <span>{name} <span class="quiet">{mark}</span></span>
        <span class="bar" data-role=role aria-hidden="true">
            <div style:transform=format!("scaleX({length:.4})")></div>
        </span>
        <span class="num">{words::percent(share)}</span>
    }
}
