//! The candidates beside each other, one of which is chosen.

use crate::api::{self, Failure};
use crate::state::shared;
use crate::view::model_words::ModelWords;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use valleyscope_shared::adding::{Addition as Way, Candidate, Choice, Column, Outcome, Understood};
use valleyscope_shared::route;

/// Candidates that are shown at first.
const SHOWN: usize = 10;

/// A table, a name, and a button.
#[component]
pub fn Choose(way: Way, understood: Understood) -> impl IntoView {
    let number = RwSignal::new(1u32);
    let name = RwSignal::new(way.name.clone());
    let licence = RwSignal::new(String::new());
    let all = RwSignal::new(false);
    let navigate = use_navigate();
    let id = way.id.clone();
    let keep = Action::new_local(move |choice: &Choice| {
        let (path, choice) = (route::choose(&id), choice.clone());
        let navigate = navigate.clone();
        async move {
            let answer = api::send::<Way>(&path, &choice).await;
            if let Ok(way) = &answer {
                shared().catalog().refetch();
                let model = way.model.clone().unwrap_or_default();
                let how = NavigateOptions::default();
                navigate(&format!("/models/{model}"), how);
            }
            answer.map(drop)
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        keep.dispatch_local(Choice {
            number: number.get_untracked(),
            name: Some(name.get_untracked()),
            title: None,
            licence: Some(licence.get_untracked()).filter(|words| !words.is_empty()),
        });
    };
    let answer = keep.value();
    let failed = move || {
        let failure = answer.get()?.err()?;
        let words = match &failure {
            Failure::Refused(problem) if !problem.errors.is_empty() => {
                problem.errors[0].message.clone()
            }
            other => other.words(),
        };
        Some(view! { <p class="notice" data-kind="bad" role="alert">{words}</p> })
    };
    let count = understood.candidates.len();
    let more = (count > SHOWN).then(|| {
        let said = move || match all.get() {
            true => "Show the best only".to_owned(),
            false => format!("Show all {count} candidates"),
        };
        view! {
            <p>
                <button type="button" class="button small" on:click=move |_| all.update(|all| *all = !*all)>
                    {said}
                </button>
            </p>
        }
    });
    let advice = advice(&understood);
    let shown = move || if all.get() { count } else { SHOWN.min(count) };
    view! {
        <form class="card stack" on:submit=submit>
            <h2>"Which network it is"</h2>
            <p class="prose">{advice}</p>
            <Table understood=understood.clone() number shown=Signal::derive(shown) />
            {more}
            <ModelWords name licence help="Small letters, digits, dots, dashes; runs will use it." />
            {failed}
            <p>
                <button class="button primary" disabled=move || keep.pending().get()>
                    {move || format!("Add candidate {}", number.get())}
                </button>
            </p>
        </form>
    }
}

/// What the table says, in a sentence or two.
fn advice(understood: &Understood) -> String {
    let data = understood.data.as_deref().unwrap_or_default();
    let compared = format!(
        "Every tensor is accounted for. What a file cannot tell was tried on the first {} images of {data}, best first.",
        understood.images
    );
    match understood.outcome() {
        Outcome::Open => "Every tensor is accounted for. What a file cannot tell, as the normalisation, is left open: no data set was given on whose images the candidates could be compared.".to_owned(),
        Outcome::Chance => format!(
            "Every tensor is accounted for, but on images of {data} no candidate is better than chance. Is it the right data set?"
        ),
        Outcome::Only => format!("{compared} Nothing was left open."),
        Outcome::Clear => format!("{compared} The first is clearly the one."),
        Outcome::Several => {
            format!("{compared} Not all can be told apart: choose what you know to be right.")
        }
    }
}

#[component]
fn Table(understood: Understood, number: RwSignal<u32>, shown: Signal<usize>) -> impl IntoView {
    let columns = understood.columns();
    let norms = understood
        .candidates
        .iter()
        .any(|one| one.divergence.is_some());
    let heading = |column: &Column| {
        let class = column.is_number.then_some("num");
        view! { <th scope="col" class=class>{column.title.clone()}</th> }
    };
    let head = columns.iter().map(heading).collect_view();
    let row = move |(place, one): (usize, &Candidate)| {
        let own = one.number;
        let cell = |column: &Column| {
            let value = column.cells[place].clone();
            let class = if column.is_number { "num" } else { "clip" };
            view! { <td class=class title=value.clone()>{value.clone()}</td> }
        };
        // What a screen reader says of the button: the row in a breath.
        let spoken: Vec<&str> = columns
            .iter()
            .map(|column| column.cells[place].as_str())
            .collect();
        let spoken = format!("Candidate {own}: {}", spoken.join(", "));
        view! {
            <tr data-chosen=move || (number.get() == own).then_some("")>
                <td>
                    <label class="check">
                        <input type="radio" name="candidate" aria-label=spoken prop:checked=move || number.get() == own on:change=move |_| number.set(own) />
                        {own}
                    </label>
                </td>
                {columns.iter().map(cell).collect_view()}
            </tr>
        }
    };
    let candidates = understood.candidates;
    let rows = move || {
        let some = candidates.iter().enumerate().take(shown.get());
        some.map(&row).collect_view()
    };
    view! {
        <div class="scroll">
            <table data-candidates>
                <thead>
                    <tr>
                        <th scope="col">
                            <span class="hidden-text">"Candidate"</span>
                        </th>
                        {head}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {norms.then(|| view! {
            <p class="small quiet">
                "“First norm off by” is how far the input of the first batch norm is from what it was in training: near 0 with the right normalisation only. Where no candidate comes near, training saw other images than these, and the accuracy decides."
            </p>
        })}
    }
}
