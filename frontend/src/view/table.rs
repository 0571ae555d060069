//! Tables made from data.

use leptos::prelude::*;
use valleyscope_shared::chart::{Cell, Table};

/// A figure's numbers, exactly those that are drawn.
pub fn table(table: &Table, name: &str) -> AnyView {
    let header = table.columns.iter().enumerate().map(|(place, name)| {
        let class = if place > 0 { "num" } else { "" };
        view! {
            <th scope="col" class=class>
                {name.clone()}
            </th>
        }
        .into_any()
    });
    let rows = table.rows.iter().map(|cells| {
        let cells = cells
            .iter()
            .enumerate()
            .map(|(place, cell)| match (place, cell) {
                (0, cell) => view! { <th scope="row">{cell.text()}</th> }.into_any(),
                (_, Cell::Text(text)) => view! { <td>{text.clone()}</td> }.into_any(),
                (_, cell) => view! { <td class="num">{cell.text()}</td> }.into_any(),
            });
        view! { <tr>{cells.collect_view()}</tr> }.into_any()
    });
    view! {
        <table>
            <caption class="hidden-text">{name.to_owned()}</caption>
            <thead>
                <tr>{header.collect_view()}</tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}
