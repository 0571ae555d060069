//! What looking at every picture shows.

use crate::api;
use crate::page::models::Pairs;
use crate::state::shared;
use crate::view::notice::{Loaded, Notice};
use crate::words;
use leptos::prelude::*;
use valleyscope_shared::catalog::DataInfo;
use valleyscope_shared::data::{DataChecks, SamePicture};
use valleyscope_shared::route;

/// More classes are counted together.
const MOST_CLASSES: usize = 100;

/// The checks, asked for when somebody wants them: every picture is read.
#[component]
pub fn Checks(set: DataInfo) -> impl IntoView {
    let set = StoredValue::new(set);
    // What was asked last, and what the choice is now.
    let asked: RwSignal<Option<String>> = RwSignal::new(None);
    let other = RwSignal::new(String::new());
    let found = api::document::<DataChecks>(move || {
        let path = set.with_value(|set| route::data_checks(&set.id));
        let other = asked.get()?;
        Some(match other.is_empty() {
            true => path,
            false => format!("{path}?with={other}"),
        })
    });
    let others = move || {
        let catalog = shared().catalog();
        let sets = catalog
            .ready(|catalog| catalog.data_sets.clone())
            .unwrap_or_default();
        let own = set.with_value(|set| set.id.clone());
        let fits = |one: &DataInfo| one.id != own && one.problem.is_none();
        let option =
            |one: DataInfo| view! { <option value=one.id.clone()>{one.id.clone()}</option> };
        sets.into_iter().filter(fits).map(option).collect_view()
    };
    view! {
        <section class="card stack">
            <h2>"Checks"</h2>
            <div class="row">
                <label class="inline">
                    "Also look for its pictures in"
                    <select on:change:target=move |event| other.set(event.target().value())>
                        <option value="">"no other set"</option>
                        {others}
                    </select>
                </label>
                <button class="button" on:click=move |_| asked.set(Some(other.get_untracked()))>
                    "Look at every picture"
                </button>
            </div>
            <Show when=move || asked.with(Option::is_some)>
                <div class="stack" aria-live="polite">
                    <Loaded of=found retry=true ghosts=1 let:found>
                        <Found found classes=set.with_value(|set| set.classes.clone()) />
                    </Loaded>
                </div>
            </Show>
        </section>
    }
}

#[component]
fn Found(found: DataChecks, classes: Vec<String>) -> impl IntoView {
    let partial = (!found.is_whole()).then(|| {
        let words = format!(
            "This takes long, so only the first {} of {} pictures were looked at; \"valleyscope data show\" looks at all.",
            words::count(found.looked_at + found.other_looked_at),
            words::count(found.count + found.other_count)
        );
        view! { <Notice kind="warn" words /> }
    });
    let constants: Vec<String> = found.constants.iter().map(u64::to_string).collect();
    let in_both = found.other.clone().map(|other| {
        if found.other_shape {
            return format!("none: the pictures of {other} have another shape");
        }
        let which = listed(found.shared, &pairs(&found.in_both));
        format!(
            "{which} (of {} of {other})",
            words::count(found.other_looked_at)
        )
    });
    let facts = vec![
        (
            "Bytes",
            Some(format!("from {} to {}", found.least, found.most)),
        ),
        ("Of one colour", Some(listed(found.constant, &constants))),
        (
            "Equal to an earlier one",
            Some(listed(found.duplicate, &pairs(&found.duplicates))),
        ),
        ("In both sets", in_both),
        ("SHA-256", found.digest.clone()),
    ];
    view! {
        {partial}
        <Pairs facts />
        <h3>"Pictures of each class"</h3>
        <Balance counts=found.per_class.clone() classes />
    }
}

/// How many pictures each class has.
#[component]
fn Balance(counts: Vec<u64>, classes: Vec<String>) -> impl IntoView {
    let most = counts.iter().copied().max().unwrap_or(0).max(1);
    if counts.len() > MOST_CLASSES {
        let least = counts.iter().copied().min().unwrap_or(0);
        let said = format!(
            "{} classes of {} to {} pictures",
            words::count(counts.len() as u64),
            words::count(least),
            words::count(most)
        );
        return view! { <p>{said}</p> }.into_any();
    }
    let row = |(name, count): (String, u64)| {
        let share = count as f64 / most as f64;
        view! {
            <span>{name}</span>
            <span class="bar" aria-hidden="true">
                <div style:transform=format!("scaleX({share:.4})")></div>
            </span>
            <span class="num">{words::count(count)}</span>
        }
    };
    let rows = classes.into_iter().zip(counts).map(row).collect_view();
    view! { <div class="bars">{rows}</div> }.into_any()
}

fn pairs(pairs: &[SamePicture]) -> Vec<String> {
    let pair = |pair: &SamePicture| match pair.same_class {
        true => format!("{} and {}", pair.index, pair.other),
        false => format!("{} and {} of other classes", pair.index, pair.other),
    };
    pairs.iter().map(pair).collect()
}

/// How many, and the first of them.
fn listed(count: u64, first: &[String]) -> String {
    match (count, first.is_empty()) {
        (0, _) => "none".to_owned(),
        (count, true) => words::count(count),
        (count, false) => {
            let more = if count > first.len() as u64 {
                ", …"
            } else {
                ""
            };
            format!("{}: {}{more}", words::count(count), first.join(", "))
        }
    }
}
