//! Clean, difference, adversarial; and how probable each class is.

use super::example::Look;
use crate::dom::{IntoChild, View};
use crate::lean::memo;
use crate::signal::Signal;
use crate::view::part::part;
use crate::words;
use valleyscope_markup::html;
use valleyscope_shared::field::Norm;
use valleyscope_shared::measure::Measure;
use valleyscope_shared::num::Num;
use valleyscope_shared::route;

/// So many classes are shown at most; the label is always among them.
const MOST_CLASSES: usize = 12;

/// The three pictures at the chosen point.
pub fn pictures(look: Look) -> View {
    let kept = memo(move || {
        look.detail
            .with(|detail| detail.as_ref().is_some_and(|detail| detail.kept))
    });
    part(move || match kept.get() {
        true => three(look).view(),
        false => not_kept(look).view(),
    })
}

fn three(look: Look) -> View {
    let clean_says = move || format!("Clean image, label {}: {}", label(look), standing(look, 0));
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
            standing(look, look.point.get())
        )
    };
    html! {
        <div class="pictures">
            {picture(look, "clean.png", Signal::derive(clean_says), "Clean", Signal::derive(move || standing(look, 0)))}
            {picture(look, "difference.png", Signal::derive(difference_says), "Difference", Signal::derive(move || scale(look)))}
            {picture(
                look,
                "adversarial.png",
                Signal::derive(adversarial_says),
                "Adversarial",
                Signal::derive(move || standing(look, look.point.get())),
            )}
        </div>
    }
}

fn picture(
    look: Look,
    file: &'static str,
    says: Signal<String>,
    title: &'static str,
    caption: Signal<String>,
) -> View {
    let source = move || {
        let page = look.page;
        let row = look
            .detail
            .with(|detail| detail.as_ref().map_or(0, |detail| detail.path.row));
        let point = if file == "clean.png" {
            0
        } else {
            look.point.get()
        };
        let pass = page.address.view.with(|view| view.pass);
        let pass = pass.map(|pass| format!("?pass={pass}")).unwrap_or_default();
        let path = route::image(
            &page.id.get_value(),
            &row.to_string(),
            &point.to_string(),
            file,
        );
        format!("{path}{pass}")
    };
    html! {
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
    look.detail
        .with(|detail| {
            detail
                .as_ref()
                .map(|detail| look.page.class(detail.path.label))
        })
        .unwrap_or_default()
}

/// What the model says at a point: `predicted cat, 93.1 %`.
fn standing(look: Look, point: usize) -> String {
    look.detail.with(|detail| {
        let Some(detail) = detail else {
            return String::new();
        };
        let at = |measure| {
            let curve = detail.curves.get(&measure);
            curve
                .and_then(|curve| curve.get(point))
                .map_or(f64::NAN, |value| value.0)
        };
        if at(Measure::Pred).is_nan() {
            return "no prediction".to_owned();
        }
        let class = look.page.class(at(Measure::Pred) as u32);
        format!(
            "predicted {class}, {}",
            words::percent(at(Measure::Confidence))
        )
    })
}

/// How the difference is drawn. With a bound on every value, the bound is the full scale, all along the attack.
fn scale(look: Look) -> String {
    let attack = look
        .page
        .spec
        .with(|spec| spec.as_ref().map(|spec| spec.attack.clone()));
    let largest = look.reading(Measure::Linf).unwrap_or(0.0);
    let full = match attack {
        Some(attack) if attack.norm() == Norm::Linf && attack.epsilon() > 0.0 => attack.epsilon(),
        _ => largest,
    };
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

fn not_kept(look: Look) -> View {
    let link = move || {
        let page = look.page;
        let index = look
            .detail
            .with(|detail| detail.as_ref().map_or(0, |detail| detail.path.index));
        format!("/new?from={}&image={index}", page.id.get_value())
    };
    html! {
        <div class="empty">
            <p>"The pictures of this image were not kept."</p>
            <a class="button" href=link>
                "Run it for this image alone"
            </a>
        </div>
    }
}

/// The class probabilities at the chosen point, the largest first.
pub fn bars(look: Look) -> View {
    let rows = move || {
        let point = look.point.get();
        look.detail.with(|detail| {
            let detail = detail.as_ref()?;
            let probabilities = detail.probabilities.get(point)?;
            let order = shown(probabilities, detail.path.label as usize);
            let predicted = (0..probabilities.len())
                .max_by(|a, b| probabilities[*a].0.total_cmp(&probabilities[*b].0));
            let rows = order.into_iter().map(|class| {
                let role = match class {
                    class if class == detail.path.label as usize => "label",
                    class if Some(class) == predicted => "predicted",
                    _ => "other",
                };
                bar(look.page.class(class as u32), probabilities[class].0, role)
            });
            Some(rows.collect::<Vec<_>>())
        })
    };
    let any = move || {
        look.detail.with(|detail| {
            detail
                .as_ref()
                .is_some_and(|detail| !detail.probabilities.is_empty())
        })
    };
    part(move || {
        any().then(|| {
            html! {
                <h4 class="small">"Class probabilities at " {move || look.label()}</h4>
                <div class="bars">{rows}</div>
            }
        })
    })
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

fn bar(name: String, share: f64, role: &'static str) -> View {
    let mark = match role {
        "label" => " (label)",
        "predicted" => " (predicted)",
        _ => "",
    };
    html! {
        <span>{name} <span class="quiet">{mark}</span></span>
        <span class="bar" data-role=role aria-hidden="true">
            <div style:transform=format!("scaleX({:.4})", if share.is_finite() { share } else { 0.0 })></div>
        </span>
        <span class="num">{words::percent(share)}</span>
    }
}
