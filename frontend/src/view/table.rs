//! Tables made from data.

use leptos::prelude::*;
use valleyscope_shared::chart::{Cell, Table};

/// A figure's numbers, exactly those that are drawn.
#[component]
pub fn NumberTable(table: Table, name: String) -> impl IntoView {
    let head = |(place, name): (usize, String)| {
        view! {
            <th scope="col" class:num=place != 0>
                {name}
            </th>
        }
    };
    let cell = |(place, cell): (usize, &Cell)| match (place, cell) {
        (0, cell) => view! { <th scope="row">{cell.text()}</th> }.into_any(),
        (_, Cell::Text(text)) => view! { <td>{text.clone()}</td> }.into_any(),
        (_, cell) => view! { <td class="num">{cell.text()}</td> }.into_any(),
    };
    let row = |cells: &Vec<Cell>| {
        view! { <tr>{cells.iter().enumerate().map(cell).collect_view()}</tr> }
    };
    let body = table.rows.iter().map(row).collect_view();
    view! {
        <table>
            <caption class="hidden-text">{name}</caption>
            <thead>
                <tr>{table.columns.into_iter().enumerate().map(head).collect_view()}</tr>
            </thead>
            <tbody>{body}</tbody>
        </table>
    }
}
