//! One run in the list.

use super::columns::{COLUMNS, Column, asked, took};
use super::list::List;
use super::state::State;
use crate::base::at;
use crate::view::icons::{self, Icon};
use leptos::prelude::*;
use valleyscope_shared::api::RunView;

/// The row of the run with this id, fresh whenever the list is.
#[component]
pub fn Row(
    list: List,
    chosen: RwSignal<Vec<String>>,
    /// The run whose title, note and tags are being changed.
    edited: RwSignal<Option<RunView>>,
    /// Where it is likely to be in the list; nowhere for one that another goes on with.
    place: Option<usize>,
    /// Its line in the table, from 0.
    line: usize,
    id: String,
) -> impl IntoView {
    let href = at(&format!("/runs/{id}"));
    let id = StoredValue::new(id);
    let run = Memo::new(move |_| {
        let is_it = |run: &&RunView| id.with_value(|id| run.id == *id);
        let here = place.and_then(|place| {
            list.rows
                .with(|rows| rows.get(place).filter(is_it).cloned())
        });
        here.or_else(|| id.with_value(|id| list.find(id)))
    });
    let ticked = Memo::new(move |_| chosen.with(|ids| id.with_value(|id| ids.contains(id))));
    let tick = move |on: bool| {
        chosen.update(|ids| {
            let id = id.get_value();
            ids.retain(|known| *known != id);
            if on {
                ids.push(id);
            }
        });
    };
    let read = move |read: fn(&RunView) -> String| move || run.with(|run| run.as_ref().map(read));
    let title = read(|run| run.title.clone());
    let pinned = move || run.with(|run| run.as_ref().is_some_and(|run| run.pinned));
    let cell = move |column: &'static Column| {
        view! {
            <td data-label=column.title data-column=column.by.id() class:num=column.is_number() class:spare=column.spare>
                <span class="value">{read(column.read)}</span>
            </td>
        }
    };
    let edit = move |_| edited.set(run.get_untracked());
    view! {
        <tr
            data-row=""
            data-earlier=place.is_none().then_some("")
            aria-rowindex=(line + 2).to_string()
            data-chosen=move || ticked.get().then_some("")
        >
            <td class="tick">
                <label class="check">
                    <span class="hidden-text">"Compare " {title}</span>
                    <input type="checkbox" prop:checked=ticked on:change:target=move |event| tick(event.target().checked()) />
                </label>
            </td>
            <td class="clip title">
                <a class="name" href=href title=title>
                    <Show when=pinned>
                        <span class="pin" data-pinned="">
                            "Pinned"
                        </span>
                    </Show>
                    {title}
                </a>
                <Under list run />
            </td>
            <td data-column="phase" class="state">
                <State run />
            </td>
            {COLUMNS.iter().map(cell).collect_view()}
            <td data-label="Time" data-column="seconds" class="num">
                <span class="value">{read(took)}</span>
                <span class="under">{read(asked)}</span>
            </td>
            <td class="edit">
                <button class="button bare icon" aria-label=move || format!("Edit {}", title().unwrap_or_default()) title="Title, tags, note" on:click=edit>
                    <Icon path=icons::PENCIL />
                </button>
            </td>
        </tr>
    }
}

/// The second line: why it cannot be used, its batch, its tags and its note, and what it goes on with.
#[component]
fn Under(list: List, run: Memo<Option<RunView>>) -> impl IntoView {
    let parts = Memo::new(move |_| {
        run.with(|run| {
            let run = run.as_ref()?;
            let batch = run.batch.clone().zip(run.batch_title.clone());
            Some((
                run.problem.clone(),
                run.example,
                batch,
                run.tags.clone(),
                run.note.clone(),
                run.resumes.is_some(),
            ))
        })
    });
    let open = move || {
        run.with(|run| {
            let id = run.as_ref().map(|run| &run.id);
            list.opened
                .with(|opened| id.is_some_and(|id| opened.contains(id)))
        })
    };
    let fold = move |_| {
        if let Some(run) = run.get_untracked() {
            list.fold(&run);
        }
    };
    let history = move || {
        view! {
            <button class="link small" data-history="" aria-expanded=move || open().to_string() on:click=fold>
                "goes on with an earlier run"
            </button>
        }
    };
    move || {
        let (problem, example, batch, tags, note, resumes) = parts.get()?;
        let tag = |tag: String| view! { <span class="tag">{tag}</span> };
        let note = (!note.is_empty())
            .then(|| view! { <span class="note" title=note.clone()>{note.clone()}</span> });
        Some(view! {
            <span class="under">
                {problem} {example.then_some("Example ")} {resumes.then(history)}
                {batch.map(|(id, title)| view! { <a href=at(&format!("/batches/{id}"))>{title}</a> })}
                {tags.into_iter().map(tag).collect_view()} {note}
            </span>
        })
    }
}
