//! The table per class: how many, how early they flip, how sharply they peak.

use super::Page;
use crate::dom::View;
use crate::lean::memo;
use crate::words;
use valleyscope_markup::html;
use valleyscope_shared::valley::ClassRow;

/// The table, under a disclosure.
pub fn classes(page: Page) -> View {
    let rows = memo(move || {
        let chosen = page.address.view.with(|view| view.pass);
        page.live
            .state
            .with(|state| {
                let pass = chosen.unwrap_or(state.started.as_ref()?.main_pass());
                let pass = state.passes.get(pass)?;
                Some(pass.summary.as_ref()?.summary.classes.clone())
            })
            .unwrap_or_default()
    });
    let body = move || rows.with(|rows| rows.iter().map(|row| line(page, row)).collect::<Vec<_>>());
    html! {
        <section class="card stack" aria-labelledby="classes-title">
            <h2 id="classes-title">"Per class"</h2>
            <div class="scroll">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">"Label"</th>
                            <th scope="col" class="num">"Images"</th>
                            <th scope="col" class="num">"Flipped"</th>
                            <th scope="col" class="num">"First flip, median"</th>
                            <th scope="col" class="num">"Peak over clean"</th>
                            <th scope="col" class="num">"End over peak"</th>
                            <th scope="col">"Flips mostly to"</th>
                        </tr>
                    </thead>
                    <tbody>{body}</tbody>
                </table>
            </div>
            <p class="small quiet">
                "Medians over the images of the class that were right at the clean point and flipped."
            </p>
        </section>
    }
}

fn line(page: Page, row: &ClassRow) -> View {
    let to = row.flipped_to.iter().max_by_key(|(_, count)| **count);
    let to = to.map(|(class, count)| format!("{} ({count})", page.class(*class)));
    let numbers = [
        row.n.to_string(),
        row.flipped.to_string(),
        words::number(row.first_flip.median.0),
        words::number(row.peak_over_clean.median.0),
        words::number(row.end_over_peak.median.0),
    ];
    let numbers = numbers.map(|text| html! { <td class="num">{text}</td> });
    html! {
        <tr>
            <th scope="row">{page.class(row.class)}</th>
            {numbers}
            <td>{to}</td>
        </tr>
    }
}
