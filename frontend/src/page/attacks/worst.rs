//! The rows under all attacks: what is left of the model under all of them together.

use super::batch::Known;
use crate::words;
use leptos::prelude::*;
use valleyscope_shared::batch::WorstCase;
use valleyscope_shared::field::Norm;

/// A row for each epsilon at which an attack has finished.
#[component]
pub fn WorstRows(batch: Known) -> impl IntoView {
    let cases = worst(batch);
    let several = Memo::new(move |_| {
        let models = batch.with(|batch| batch.as_ref().map(|batch| batch.spec.models.len()));
        models > Some(1)
    });
    let rows = move || {
        let row = |case: WorstCase| row(&case, several.get());
        cases.get().into_iter().map(row).collect_view()
    };
    view! { <tfoot>{rows}</tfoot> }
}

/// What the rows mean, and which attacks are not in them.
#[component]
pub fn WorstNotes(batch: Known) -> impl IntoView {
    let cases = worst(batch);
    let several = Memo::new(move |_| {
        let attacks = batch.with(|batch| batch.as_ref().map(|batch| batch.spec.attacks.len()));
        attacks > Some(1)
    });
    move || {
        let told = cases.with(|cases| words_of(cases, several.get()))?;
        Some(view! { <p class="small quiet" data-worst-notes="">{told}</p> })
    }
}

fn worst(batch: Known) -> Memo<Vec<WorstCase>> {
    Memo::new(move |_| {
        let worst = batch.with(|batch| batch.as_ref().map(|batch| batch.worst.clone()));
        worst.unwrap_or_default()
    })
}

fn words_of(cases: &[WorstCase], several: bool) -> Option<String> {
    if cases.is_empty() {
        let words =
            "The worst case over all attacks is told as soon as one with an epsilon has finished.";
        return several.then(|| words.to_owned());
    }
    let mut told = "Worst case: an image survives that is right at every step of every attack at this ε, over all seeds. \
                    A broken image is counted for the first attack in the order of the table that broke it."
        .to_owned();
    for case in cases.iter().filter(|case| !case.left_out.is_empty()) {
        let left = format!(
            " Not in it at {} {}: {}, as they have another norm or not this ε, or are no attacks.",
            sign(case.norm),
            case.epsilon,
            case.left_out.join(", ")
        );
        if !told.contains(&left) {
            told += &left;
        }
    }
    Some(told)
}

fn row(case: &WorstCase, several: bool) -> impl IntoView + use<> {
    let name = match several {
        true => format!("Worst case of {}", case.model),
        false => "Worst case".to_owned(),
    };
    let by = (!case.broken.is_empty()).then(|| {
        let words = format!("broken first by {}", case.broken_first());
        let lost = match case.not_finite {
            0 => String::new(),
            n => format!("; {n} without a prediction"),
        };
        view! { <span class="small quiet">{words} {lost}</span> }
    });
    let over = match (&case.note, case.attacks) {
        (Some(note), _) => note.clone(),
        (None, 1) => "one attack".to_owned(),
        (None, attacks) => format!("over {attacks} attacks"),
    };
    let cells = [
        Some(format!("{} {}", sign(case.norm), case.epsilon)),
        case.clean(),
        case.robust(),
        case.interval(),
        None,
        None,
    ];
    let cell = |text: Option<String>| {
        view! { <td class="num">{text.unwrap_or_else(|| words::NONE.to_owned())}</td> }
    };
    view! {
        <tr data-worst=case.epsilon.to_string()>
            <th scope="row">{name} {by}</th>
            <td class="small">{over}</td>
            {cells.map(cell).collect_view()}
        </tr>
    }
}

fn sign(norm: Norm) -> &'static str {
    match norm {
        Norm::Linf => "ℓ∞",
        Norm::L2 => "ℓ2",
        Norm::L1 => "ℓ1",
    }
}
