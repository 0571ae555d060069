//! The table of examples: sortable, a page at a time; a row opens the example.

use super::Page;
use super::pages::{Pager, Place};
use crate::api;
use crate::view::notice::Failed;
use crate::words;
use leptos::prelude::*;
use valleyscope_shared::api::ExamplePage;
use valleyscope_shared::route::{ExampleSort, MOST_CURVES, Sort};
use valleyscope_shared::valley::Path;

/// How many examples a page of the table has.
const PAGE: usize = 20;

const COLUMNS: [(ExampleSort, &str); 7] = [
    (ExampleSort::Row, "Image"),
    (ExampleSort::Label, "Label"),
    (ExampleSort::FirstFlip, "First flip"),
    (ExampleSort::PeakStep, "Peak step"),
    (ExampleSort::PeakMinusFlip, "Peak − flip"),
    (ExampleSort::PeakOverClean, "Peak / clean"),
    (ExampleSort::EndOverPeak, "End / peak"),
];

/// The table.
#[component]
pub fn Examples(page: Page) -> impl IntoView {
    let place = Place::open(page, PAGE);
    let found = api::document::<ExamplePage>(move || page.extra.beat.ask(place.path(page)));
    // Up and down go through the images in this order.
    Effect::new(move || {
        let rows = found.ready(|page| page.examples.iter().map(|path| path.row).collect());
        if let Some(rows) = rows {
            page.listed.set(rows);
        }
    });
    let table = move || match found.get() {
        None => view! { <p class="quiet">"No example has begun yet."</p> }.into_any(),
        Some(Err(failure)) => view! { <Failed failure /> }.into_any(),
        Some(Ok(found)) => view! { <Table page paths=found.examples /> }.into_any(),
    };
    view! {
        <section class="card stack" id="examples" aria-labelledby="examples-title">
            <h2 id="examples-title">"Images"</h2>
            <p class="small quiet">
                "Choose an image to see its pictures, probabilities and curves beside the figures"
                <span class="of-trace">"; tick it to draw its curve into them"</span>
                "."
            </p>
            {table}
            <Pager found place />
        </section>
    }
}

#[component]
fn Table(page: Page, paths: Vec<Path>) -> impl IntoView {
    let column = |(by, title)| view! { <Column page by title /> };
    let row = |path| view! { <Row page path /> };
    view! {
        <div class="scroll">
            <table>
                <thead>
                    <tr>
                        <th scope="col" class="of-trace">
                            <span class="hidden-text">"Draw into the figures"</span>
                        </th>
                        {COLUMNS.map(column).collect_view()}
                        <th scope="col" class="of-trace">
                            "Flips first to"
                        </th>
                        <th scope="col">"Predicted at the end"</th>
                        <th scope="col">"At the end"</th>
                    </tr>
                </thead>
                <tbody>{paths.into_iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}

#[component]
fn Column(page: Page, by: ExampleSort, title: &'static str) -> impl IntoView {
    let direction = move || {
        let sort = page.address.view.with(|view| view.sort);
        (sort.by == by).then_some(if sort.descending {
            "descending"
        } else {
            "ascending"
        })
    };
    let sign = move || match direction() {
        Some("descending") => "↓",
        Some(_) => "↑",
        None => "",
    };
    let turn = move |_| {
        page.address.push(|view| {
            let descending = view.sort.by == by && !view.sort.descending;
            view.sort = Sort { by, descending };
        });
    };
    let class = match by {
        ExampleSort::Row | ExampleSort::Label => "",
        ExampleSort::FirstFlip => "num",
        _ => "num of-trace",
    };
    view! {
        <th scope="col" class=class aria-sort=direction>
            <button class="sort" on:click=turn>
                {title}
                <span aria-hidden="true">{sign}</span>
            </button>
        </th>
    }
}

#[component]
fn Row(page: Page, path: Path) -> impl IntoView {
    let view = page.address.view;
    let row = path.row;
    let chosen = move || view.with(|view| (view.example == Some(row)).then_some("true"));
    let drawn = move || view.with(|view| view.curves.contains(&row));
    let full = move || !drawn() && view.with(|view| view.curves.len() >= MOST_CURVES);
    let draw = move |on: bool| {
        page.address.push(|view| {
            view.curves.retain(|known| *known != row);
            if on {
                view.curves.push(row);
            }
        });
    };
    let bounded = page.live.state.with_untracked(|state| {
        let started = state.started.as_ref();
        started.is_some_and(|started| started.bounded)
    });
    let open = move |_| page.address.push(|view| view.example = Some(row));
    let name = format!("image {}", path.index);
    let class = move |class: Option<u32>| {
        move || class.map_or_else(|| words::NONE.to_owned(), |class| page.class(class))
    };
    let number = |(place, text)| {
        // The first is the first flip, the others are of the sharpness.
        let class = if place == 0 { "num" } else { "num of-trace" };
        view! { <td class=class>{text}</td> }
    };
    view! {
        <tr aria-selected=chosen>
            <td class="of-trace">
                <label class="check">
                    <span class="hidden-text">"Draw the curve of " {name.clone()}</span>
                    <input
                        type="checkbox"
                        prop:checked=drawn
                        disabled=full
                        on:change:target=move |event| draw(event.target().checked())
                    />
                </label>
            </td>
            <td>
                <button class="link" on:click=open>
                    {name}
                </button>
            </td>
            <td>{class(Some(path.label))}</td>
            {numbers(&path).into_iter().enumerate().map(number).collect_view()}
            <td class="of-trace">{class(path.flip_to)}</td>
            <td>{class(path.end_class)}</td>
            <td>{end(&path, bounded)}</td>
        </tr>
    }
}

fn numbers(path: &Path) -> [String; 5] {
    let whole = |step: Option<u32>| step.map_or(words::NONE.to_owned(), |step| step.to_string());
    let difference = path
        .peak_minus_flip()
        .map_or(words::NONE.to_owned(), |number| number.to_string());
    [
        whole(path.first_flip),
        whole(path.peak_step),
        difference.replace('-', "−"),
        words::number(path.peak_over_clean()),
        words::number(path.end_over_peak()),
    ]
}

/// How it stands at the end; where successes count within epsilon only, what is wrong beyond it alone is told apart.
fn end(path: &Path, bounded: bool) -> &'static str {
    let broken = path.ending.as_ref().is_none_or(|ending| ending.success());
    match (path.right, path.in_valley(), path.flipped_at_end) {
        (false, ..) => "wrong from the start",
        (.., true) if bounded && !broken => "wrong beyond ε only",
        (_, true, _) => "wrong, below clean",
        (_, _, true) => "wrong",
        _ => "right",
    }
}
