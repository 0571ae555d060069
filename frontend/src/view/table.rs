//! Tables made from data.

use crate::dom::View;
use valleyscope_markup::html;
use valleyscope_shared::chart::{Cell, Table};

/// A figure's numbers, exactly those that are drawn.
pub fn table(table: &Table, name: &str) -> View {
    let header = table.columns.iter().enumerate().map(|(place, name)| {
        let class = if place > 0 { "num" } else { "" };
        html! {
            <th scope="col" class=class>
                {name.clone()}
            </th>
        }
    });
    let rows = table.rows.iter().map(|cells| {
        let cells = cells
            .iter()
            .enumerate()
            .map(|(place, cell)| match (place, cell) {
                (0, cell) => html! { <th scope="row">{cell.text()}</th> },
                (_, Cell::Text(text)) => html! { <td>{text.clone()}</td> },
                (_, cell) => html! { <td class="num">{cell.text()}</td> },
            });
        html! { <tr>{cells.collect::<Vec<_>>()}</tr> }
    });
    html! {
        <table>
            <caption class="hidden-text">{name.to_owned()}</caption>
            <thead>
                <tr>{header.collect::<Vec<_>>()}</tr>
            </thead>
            <tbody>{rows.collect::<Vec<_>>()}</tbody>
        </table>
    }
}
