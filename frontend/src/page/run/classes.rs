//! The table per class: how many, how early they flip, how sharply they peak.

use super::Page;
use crate::words;
use leptos::prelude::*;
use valleyscope_shared::valley::ClassRow;

/// The table.
#[component]
pub fn Classes(page: Page) -> impl IntoView {
    let rows = Memo::new(move |_| {
        let chosen = page.address.view.with(|view| view.pass);
        let rows = page.shown(|state| {
            let pass = chosen.unwrap_or(state.started.as_ref()?.main_pass());
            let pass = state.passes.get(pass)?;
            Some(pass.summary.as_ref()?.summary.classes.clone())
        });
        rows.unwrap_or_default()
    });
    let line = move |row| view! { <Line page row /> };
    view! {
        <section class="card stack" id="classes" aria-labelledby="classes-title">
            <h2 id="classes-title">"Per class"</h2>
            <div class="scroll">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">"Label"</th>
                            <th scope="col" class="num">
                                "Images"
                            </th>
                            <th scope="col" class="num">
                                "Flipped"
                            </th>
                            <th scope="col" class="num">
                                "First flip, median"
                            </th>
                            <th scope="col" class="num of-trace">
                                "Peak over clean"
                            </th>
                            <th scope="col" class="num of-trace">
                                "End over peak"
                            </th>
                            <th scope="col" class="of-trace">
                                "Flips mostly to"
                            </th>
                        </tr>
                    </thead>
                    <tbody>{move || rows.get().into_iter().map(line).collect_view()}</tbody>
                </table>
            </div>
            <p class="small quiet">
                "Medians over the images of the class that were right at the clean point and flipped."
            </p>
        </section>
    }
}

#[component]
fn Line(page: Page, row: ClassRow) -> impl IntoView {
    let to = row.flipped_to.iter().max_by_key(|(_, count)| **count);
    let to = to.map(|(class, count)| (*class, *count));
    let numbers = [
        row.n.to_string(),
        row.flipped.to_string(),
        words::number(row.first_flip.median.0),
    ];
    let of_trace = [
        words::number(row.peak_over_clean.median.0),
        words::number(row.end_over_peak.median.0),
    ];
    let number = |class| move |text| view! { <td class=class>{text}</td> };
    let only = move |_| page.address.push(|view| view.only.label = Some(row.class));
    view! {
        <tr>
            <th scope="row">
                <button class="link" title="Show only the images of this class" on:click=only>
                    {move || page.class(row.class)}
                </button>
            </th>
            {numbers.map(number("num")).collect_view()}
            {of_trace.map(number("num of-trace")).collect_view()}
            <td class="of-trace">{move || to.map(|(class, count)| format!("{} ({count})", page.class(class)))}</td>
        </tr>
    }
}
