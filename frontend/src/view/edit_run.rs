//! A dialogue that changes what people say of a run: its title, its tags, a note, and whether it stays on top.

use crate::api::{self, Failure};
use crate::aside::{Aside, aside};
use crate::view::modal::modal;
use leptos::prelude::*;
use valleyscope_shared::api::RunView;
use valleyscope_shared::listing::{LONGEST_NOTE, LONGEST_TAG, LONGEST_TITLE, MOST_TAGS, RunChange};
use valleyscope_shared::route;

/// The dialogue, open while there is a run in `run`.
#[component]
pub fn EditRun(run: RwSignal<Option<RunView>>, saved: Callback<RunView>) -> impl IntoView {
    let dialog = modal(run);
    let form = move || {
        let run_now = run.get()?;
        Some(aside(Aside::Edit(Box::new(run_now), run, saved)))
    };
    view! {
        <dialog node_ref=dialog class="edit-run" aria-labelledby="edit-run-title" on:close=move |_| run.set(None)>
            {form}
        </dialog>
    }
}

/// The form for what is said of `of`; it closes by taking the run out of `run`.
#[component]
pub fn EditForm(
    of: RunView,
    run: RwSignal<Option<RunView>>,
    saved: Callback<RunView>,
) -> impl IntoView {
    let title = RwSignal::new(of.title.clone());
    let tags = RwSignal::new(of.tags.join(", "));
    let note = RwSignal::new(of.note.clone());
    let pinned = RwSignal::new(of.pinned);
    let of = StoredValue::new(of);
    let save = Action::new_local(move |wanted: &RunChange| {
        let (id, wanted) = (of.with_value(|of| of.id.clone()), wanted.clone());
        async move {
            let answer = api::change::<RunView>(&route::run(&id), &wanted).await;
            if let Ok(fresh) = &answer {
                saved.run(fresh.clone());
                run.set(None);
            }
            answer.map(drop)
        }
    });
    let (sending, answer) = (save.pending(), save.value());
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if !sending.get_untracked() {
            let wanted = (
                title.get_untracked(),
                tags.get_untracked(),
                note.get_untracked(),
            );
            save.dispatch(of.with_value(|of| wanted_change(of, wanted, pinned.get_untracked())));
        }
    };
    let failed = move || {
        let failure = answer.get()?.err()?;
        let words = |words: String| view! { <p class="notice" data-kind="bad">{words}</p> };
        let all: Vec<String> = match &failure {
            Failure::Refused(problem) if !problem.errors.is_empty() => {
                let errors = problem.errors.iter();
                errors.map(|error| error.message.clone()).collect()
            }
            _ => vec![failure.words()],
        };
        Some(
            view! { <div class="stack" role="alert">{all.into_iter().map(words).collect_view()}</div> },
        )
    };
    view! {
        <form class="stack" on:submit=submit>
            <h2 id="edit-run-title">"Title, tags and note"</h2>
            <div class="field">
                <label for="edit-run-name">
                    "Title" <span class="limits">{format!(" up to {LONGEST_TITLE} characters")}</span>
                </label>
                <input
                    id="edit-run-name"
                    autofocus
                    prop:value=title
                    on:input:target=move |event| title.set(event.target().value())
                />
                <span class="help">"Empty, the run is called after its model and attack again."</span>
            </div>
            <div class="field">
                <label for="edit-run-tags">
                    "Tags"
                    <span class="limits">
                        {format!(" up to {MOST_TAGS} of up to {LONGEST_TAG} characters, with commas between them")}
                    </span>
                </label>
                <input id="edit-run-tags" prop:value=tags on:input:target=move |event| tags.set(event.target().value()) />
            </div>
            <div class="field">
                <label for="edit-run-note">
                    "Note" <span class="limits">{format!(" up to {LONGEST_NOTE} characters")}</span>
                </label>
                <textarea
                    id="edit-run-note"
                    rows="4"
                    prop:value=note
                    on:input:target=move |event| note.set(event.target().value())
                ></textarea>
            </div>
            <label class="check">
                <input
                    type="checkbox"
                    prop:checked=pinned
                    on:change:target=move |event| pinned.set(event.target().checked())
                />
                "Pinned: comes first in the list"
            </label>
            {failed}
            <p class="row">
                <button class="button primary" aria-disabled=move || sending.get().then_some("true")>
                    {move || if sending.get() { "Saving…" } else { "Save" }}
                </button>
                <button type="button" class="button" on:click=move |_| run.set(None)>
                    "Cancel"
                </button>
            </p>
        </form>
    }
}

/// What differs from the run; the rest stays as it is, whoever else changes it meanwhile.
fn wanted_change(of: &RunView, texts: (String, String, String), pinned: bool) -> RunChange {
    let (title, tags, note) = texts;
    let (title, note) = (title.trim().to_owned(), note.trim().to_owned());
    let parts = tags.split(',').map(|tag| tag.trim().to_owned());
    let tags: Vec<String> = parts.filter(|tag| !tag.is_empty()).collect();
    let given = |text: String| (!text.is_empty()).then_some(text);
    RunChange {
        title: (title != of.title).then(|| given(title)),
        note: (note != of.note).then(|| given(note)),
        tags: (tags != of.tags).then_some(Some(tags)),
        pinned: (pinned != of.pinned).then_some(Some(pinned)),
    }
}
