//! What opens beside a page or over it: one piece, fetched when the first of it is opened.

use crate::page::{Drawer, LandscapePage, RunPage, Snippet, SnippetKind, TheoryPage, Thumbnails};
use crate::view::about::{About, Told};
use crate::view::edit_run::EditForm;
use crate::view::save::{Saving, Sheet};
use leptos::prelude::*;
use valleyscope_shared::api::RunView;
use valleyscope_shared::spec::RunSpec;

/// What is opened.
pub enum Aside {
    /// All about a figure.
    About(About),
    /// What is said of a run, the dialogue's own run, and who hears what it is now.
    Edit(Box<RunView>, RwSignal<Option<RunView>>, Callback<RunView>),
    /// The example that a run's address names.
    Example(RunPage),
    /// The images of a run as small pictures.
    Thumbnails(RunPage),
    /// A run as a command, and what it does.
    Snippet(SnippetKind, Box<RunSpec>),
    /// A figure as a file, and how its form is closed.
    Save(Saving, Callback<()>),
    /// A page that looks deeper into a run.
    Deeper(Deeper),
}

/// The pages that look deeper into a run: they need most of what opens over its page.
pub enum Deeper {
    Theory,
    Landscape,
}

/// Such a page, as soon as it is there.
pub async fn deeper(page: Deeper) -> AnyView {
    content(Aside::Deeper(page)).await
}

/// Its content, as soon as that is there.
pub fn aside(what: Aside) -> impl IntoView {
    Suspend::new(content(what))
}

#[lazy]
fn content(what: Aside) -> AnyView {
    match what {
        Aside::About(about) => view! { <Told about /> }.into_any(),
        Aside::Edit(of, run, saved) => view! { <EditForm of=*of run saved /> }.into_any(),
        Aside::Example(page) => view! { <Drawer page /> }.into_any(),
        Aside::Thumbnails(page) => view! { <Thumbnails page /> }.into_any(),
        Aside::Snippet(kind, spec) => view! { <Snippet kind spec=*spec /> }.into_any(),
        Aside::Deeper(Deeper::Theory) => view! { <TheoryPage /> }.into_any(),
        Aside::Deeper(Deeper::Landscape) => view! { <LandscapePage /> }.into_any(),
        Aside::Save(saving, close) => view! { <Sheet saving close /> }.into_any(),
    }
}
