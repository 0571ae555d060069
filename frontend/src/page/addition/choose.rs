//! The candidates beside each other, one of which is chosen.

use crate::api::{self, Failure};
use crate::state::shared;
use crate::words;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use valleyscope_shared::adding::{Addition as Way, Candidate, Choice, Understood};
use valleyscope_shared::route;

/// Candidates that are shown at first.
const SHOWN: usize = 10;

/// A table, a name, and a button.
#[component]
pub fn Choose(way: Way, understood: Understood) -> impl IntoView {
    let number = RwSignal::new(1u32);
    let name = RwSignal::new(way.name.clone());
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
            <div class="row">
                <div class="field">
                    <label for="model-name">"Name"</label>
                    <input id="model-name" required=true maxlength="64" pattern="[a-z0-9][a-z0-9._\\-]*" prop:value=name on:input:target=move |event| name.set(event.target().value()) />
                    <p class="help">"Small letters, digits, dots, dashes; runs will use it."</p>
                </div>
            </div>
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
    let Some(data) = &understood.data else {
        return "Every tensor is accounted for. What a file cannot tell, as the normalisation, is left open: no data set was given on whose images the candidates could be compared.".to_owned();
    };
    let compared = format!(
        "Every tensor is accounted for. What a file cannot tell was tried on the first {} images of {data}, best first.",
        understood.images
    );
    let first = understood.candidates.first();
    if first.is_some_and(|first| first.images < understood.images) {
        return format!(
            "Every tensor is accounted for, but on images of {data} no candidate is better than chance. Is it the right data set?"
        );
    }
    match (understood.candidates.len(), understood.is_clear()) {
        (1, _) => format!("{compared} Nothing was left open."),
        (_, true) => format!("{compared} The first is clearly the one."),
        (_, false) => {
            format!("{compared} Not all can be told apart: choose what you know to be right.")
        }
    }
}

#[component]
fn Table(understood: Understood, number: RwSignal<u32>, shown: Signal<usize>) -> impl IntoView {
    let compared = understood.data.is_some();
    let images = understood.images;
    let norms = understood
        .candidates
        .iter()
        .any(|one| one.divergence.is_some());
    let first = understood.candidates.first().cloned();
    let differs = |look: &dyn Fn(&Candidate) -> String| {
        let own = first.as_ref().map(look);
        understood
            .candidates
            .iter()
            .any(|one| Some(look(one)) != own)
    };
    let parts = differs(&|one| one.part.clone());
    let networks = differs(&|one| format!("{}{}", one.family, one.parameters));
    let options = understood.differ_in();
    let titles = options.clone();
    let head = view! {
        <tr>
            <th></th>
            {compared.then(|| view! { <th>"Clean accuracy (95 %)"</th> })}
            {parts.then(|| view! { <th>"Part"</th> })}
            {networks.then(|| view! { <th>"Network"</th> })}
            {titles.into_iter().map(|name| view! { <th>{capital(&name)}</th> }).collect_view()}
            {norms.then(|| view! { <th class="num">"First norm off by"</th> })}
            {compared.then(|| view! { <th class="num">"Loss"</th> })}
        </tr>
    };
    let row = move |one: Candidate| {
        let own = one.number;
        let cells = options
            .iter()
            .map(|name| one.assumed(name).unwrap_or_default().to_owned());
        let cells = cells
            .map(|value| view! { <td class="clip" title=value.clone()>{value.clone()}</td> })
            .collect_view();
        let fixed = |value: Option<f64>| value.map(|value| format!("{value:.4}"));
        view! {
            <tr data-chosen=move || (number.get() == own).then_some("")>
                <td>
                    <label class="check">
                        <input type="radio" name="candidate" prop:checked=move || number.get() == own on:change=move |_| number.set(own) />
                        {own}
                    </label>
                </td>
                {compared.then(|| view! { <td>{accuracy(&one, images)}</td> })}
                {parts.then(|| view! { <td>{one.part.clone()}</td> })}
                {networks.then(|| view! { <td>{one.architecture.clone()}</td> })}
                {cells}
                {norms.then(|| view! { <td class="num">{fixed(one.divergence)}</td> })}
                {compared.then(|| view! { <td class="num">{fixed(one.loss)}</td> })}
            </tr>
        }
    };
    let candidates = understood.candidates;
    let rows = move || {
        let some = candidates.iter().take(shown.get()).cloned();
        some.map(&row).collect_view()
    };
    view! {
        <div class="scroll">
            <table data-candidates>
                <thead>{head}</thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {norms.then(|| view! {
            <p class="small quiet">
                "“First norm off by” is how far the input of the first batch norm is from what it was in training: near 0 with the right normalisation only."
            </p>
        })}
    }
}

fn accuracy(one: &Candidate, images: u64) -> String {
    let Some(rate) = one.accuracy else {
        return "clearly worse".to_owned();
    };
    let part = match one.images < images {
        true => format!(" of {}", one.images),
        false => String::new(),
    };
    let ends = [rate.low.0, rate.high.0].map(|end| format!("{:.1}", 100.0 * end));
    format!(
        "{} ({}–{}){part}",
        words::percent(rate.share.0),
        ends[0],
        ends[1]
    )
}

/// As the head of a column.
fn capital(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}
