//! The table of examples: sortable, a page at a time; a row opens the example.

use super::{Page, example};
use crate::dom::View;
use crate::lean::{act, effect_after, memo, ticked};
use crate::load::{Load, load};
use crate::signal::RwSignal;
use crate::view::notice;
use crate::words;
use valleyscope_markup::html;
use valleyscope_shared::api::ExamplePage;
use valleyscope_shared::route::{self, ExampleSort, MOST_CURVES, Sort};
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

/// The table and the example that is looked at.
pub fn examples(page: Page) -> View {
    // The cursors of the pages before this one, and of this one.
    let trail = RwSignal::new(Vec::<String>::new());
    let sort = memo(move || page.address.view.with(|view| view.sort));
    effect_after(move |before: Option<Sort>| {
        let now = sort.get();
        if before.is_some_and(|before| before != now) {
            trail.set(Vec::new());
        }
        now
    });
    let known = load::<ExamplePage>(move || path(page, sort.get(), trail.get().last()));
    let open = memo(move || page.address.view.with(|view| view.example));
    html! {
        <section class="card stack" id="examples" aria-labelledby="examples-title">
            <h2 id="examples-title">"Examples"</h2>
            <p class="small quiet">
                "Choose an image to see its pictures, probabilities and curves; tick it to draw its curve into the figures above."
            </p>
            {move || open.get().map(|_| example::example(page))}
            {move || known.with(|known| table(page, known))}
            {pager(known, trail)}
        </section>
    }
}

fn path(page: Page, sort: Sort, cursor: Option<&String>) -> Option<String> {
    page.extra.beat.track();
    let begun = page.live.state.with(|state| state.started.is_some());
    let pass = page.address.view.with(|view| view.pass);
    let mut path = format!("{}?limit={PAGE}", route::examples(&page.id.get_value()));
    path.push_str(&format!("&sort={}&desc={}", sort.by.id(), sort.descending));
    if let Some(pass) = pass {
        path.push_str(&format!("&pass={pass}"));
    }
    if let Some(cursor) = cursor {
        path.push_str(&format!("&cursor={cursor}"));
    }
    begun.then_some(path)
}

fn table(page: Page, known: &Load<ExamplePage>) -> View {
    let rows = match known {
        Load::Waiting => {
            return html! { <p class="quiet">"No example has begun yet."</p> };
        }
        Load::Failed(failure) => return notice::failed(failure, None),
        Load::Ready(page) => &page.examples,
    };
    let header = COLUMNS.map(|(by, title)| column(page, by, title));
    let rows: Vec<_> = rows.iter().map(|path| row(page, path)).collect();
    html! {
        <div class="scroll">
            <table>
                <thead>
                    <tr>
                        <th scope="col">
                            <span class="hidden-text">"Draw into the figures"</span>
                        </th>
                        {header}
                        <th scope="col">"At the end"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}

fn column(page: Page, by: ExampleSort, title: &'static str) -> View {
    let sort = move || page.address.view.with(|view| view.sort);
    let direction = move || {
        let sort = sort();
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
    let class = if by == ExampleSort::Row || by == ExampleSort::Label {
        ""
    } else {
        "num"
    };
    html! {
        <th scope="col" class=class aria-sort=direction>
            <button class="sort" on:click=act(turn)>
                {title}
                <span aria-hidden="true">{sign}</span>
            </button>
        </th>
    }
}

fn row(page: Page, path: &Path) -> View {
    let row = path.row;
    let view = page.address.view;
    let chosen = move || {
        view.with(|view| view.example == Some(row))
            .then_some("true")
    };
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
    let name = format!("image {}", path.index);
    let end = match (path.right, path.in_valley(), path.flipped_at_end) {
        (false, ..) => "wrong from the start",
        (_, true, _) => "in the valley",
        (_, _, true) => "flipped",
        _ => "right",
    };
    let whole = |step: Option<u32>| step.map_or(words::NONE.to_owned(), |step| step.to_string());
    let difference = path
        .peak_minus_flip()
        .map_or(words::NONE.to_owned(), |number| number.to_string());
    let numbers = [
        whole(path.first_flip),
        whole(path.peak_step),
        difference.replace('-', "−"),
        words::number(path.peak_over_clean()),
        words::number(path.end_over_peak()),
    ];
    let numbers = numbers.map(|text| html! { <td class="num">{text}</td> });
    let flip_to = path.flip_to;
    let label = path.label;
    let labels = move || match flip_to {
        Some(to) => format!("{} → {}", page.class(label), page.class(to)),
        None => page.class(label),
    };
    html! {
        <tr aria-selected=chosen>
            <td>
                <label class="check">
                    <span class="hidden-text">"Draw the curve of " {name.clone()}</span>
                    <input
                        type="checkbox"
                        prop:checked=drawn
                        disabled=full
                        on:change=ticked(draw)
                    />
                </label>
            </td>
            <td>
                <button class="link" on:click=act(move |_| page.address.push(|view| view.example = Some(row)))>
                    {name}
                </button>
            </td>
            <td>{labels}</td>
            {numbers}
            <td>{end}</td>
        </tr>
    }
}

fn pager(known: RwSignal<Load<ExamplePage>>, trail: RwSignal<Vec<String>>) -> View {
    let next = memo(move || known.with(|known| known.ready().and_then(|page| page.next.clone())));
    let begun = move || known.with(|known| known.ready().map_or(0, |page| page.begun));
    let words = move || {
        let from = trail.with(Vec::len) * PAGE;
        let shown = known.with(|known| known.ready().map_or(0, |page| page.examples.len()));
        match shown {
            0 => String::new(),
            shown => format!(
                "{} to {} of {}",
                from + 1,
                from + shown,
                words::count(begun() as u64)
            ),
        }
    };
    let back = move |_| trail.update(|trail| drop(trail.pop()));
    let on = move |_| {
        if let Some(next) = next.get_untracked() {
            trail.update(|trail| trail.push(next));
        }
    };
    html! {
        <div class="row">
            <button class="button" disabled=move || trail.with(Vec::is_empty) on:click=act(back)>
                "Back"
            </button>
            <button class="button" disabled=move || next.with(Option::is_none) on:click=act(on)>
                "Next"
            </button>
            <span class="small quiet">{words}</span>
        </div>
    }
}
