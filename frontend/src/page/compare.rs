//! Several runs over each other, and where their settings differ.

mod differences;
mod figures;
mod population;
mod slot;

pub use figures::Figures;
pub use slot::Slot;

use crate::base::at;
use crate::view::notice::Notice;
use crate::view::title::PageTitle;
use differences::Differences;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use valleyscope_shared::route::MOST_COMPARED;

/// The page `/compare?runs=a,b`.
#[component]
pub fn Compare() -> impl IntoView {
    let query = use_query_map();
    let ids =
        Memo::new(move |_| query.with(|query| named(query.get_str("runs").unwrap_or_default())));
    let body = |ids: Vec<String>| match ids.len() {
        0 | 1 => view! { <TooFew /> }.into_any(),
        _ => view! { <Compared ids /> }.into_any(),
    };
    view! {
        <PageTitle text="Compare runs" />
        <h1>"Compare runs"</h1>
        // By their key, other runs are other figures; without, their values would be put into these.
        <For each=move || Some(ids.get()) key=Clone::clone children=body />
    }
}

/// The ids of a list with commas, each once.
fn named(list: &str) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for id in list.split(',').filter(|id| !id.is_empty()) {
        let plain = id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if plain && ids.iter().all(|known| known != id) {
            ids.push(id.to_owned());
        }
    }
    ids
}

#[component]
fn TooFew() -> impl IntoView {
    view! {
        <div class="empty">
            <p>"Tick two or more runs in the list, then choose “Compare”."</p>
            <a class="button primary" href=at("/runs")>
                "To the list of runs"
            </a>
        </div>
    }
}

#[component]
fn Compared(ids: Vec<String>) -> impl IntoView {
    let left_out = ids.len().saturating_sub(MOST_COMPARED + 1);
    let ids: Vec<String> = ids.into_iter().take(MOST_COMPARED + 1).collect();
    let more = (left_out > 0).then(|| {
        let words = format!(
            "The page shows {} runs at a time; {left_out} of those that the address names are left out.",
            ids.len()
        );
        view! { <Notice kind="warn" words /> }
    });
    let slots = Slot::all(ids);
    let table = slots.clone();
    view! {
        {more}
        <Figures slots>
            <Differences slots=table />
        </Figures>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_run_is_compared_once_and_only_what_can_be_an_id() {
        assert_eq!(named("a,b-1,,a,<c>"), ["a", "b-1"]);
        let many: Vec<String> = (0..20).map(|id| id.to_string()).collect();
        // Failed before: a ninth run was dropped without a word.
        assert_eq!(named(&many.join(",")).len(), 20);
    }
}
