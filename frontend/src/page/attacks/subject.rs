//! Of what a batch's verdicts are: model, images, seeds and settings; and the table as a file.

use super::batch::Known;
use crate::base::at;
use crate::state::shared;
use crate::view::menu::Menu;
use leptos::prelude::*;
use valleyscope_shared::route;

/// The formats of the table.
const FILES: [(&str, &str); 3] = [
    ("Table (CSV)", "csv"),
    ("Table (Markdown)", "md"),
    ("Table (LaTeX)", "tex"),
];

/// What the table is about, in pairs, with the menu of its files.
#[component]
pub fn Subject(batch: Known) -> impl IntoView {
    let catalog = shared().catalog();
    let pairs = Memo::new(move |_| {
        let spec = batch.with(|batch| batch.as_ref().map(|batch| batch.spec.clone()));
        let spec = spec?;
        let known = catalog.ready(|catalog| spec.subject(Some(catalog.as_ref())));
        Some(known.unwrap_or_else(|| spec.subject(None)))
    });
    let pair = |(name, words)| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{words}</dd>
            </div>
        }
    };
    let pairs = move || {
        let pairs = pairs.get().into_iter().flatten();
        pairs.map(pair).collect_view()
    };
    let id = Memo::new(move |_| batch.with(|batch| Some(batch.as_ref()?.id.clone())));
    let file = |id: &str, (title, ending)| {
        view! {
            <a href=at(&route::batch_table(id, ending)) download="" rel="external">
                {title}
            </a>
        }
    };
    let files = move || {
        let id = id.get()?;
        Some(FILES.map(|one| file(&id, one)).collect_view())
    };
    view! {
        <div class="row spread">
            <dl class="about" data-subject="">
                {pairs}
            </dl>
            <Menu label="Save table".into_any() name="Save the table as a file" class="small">
                {files}
            </Menu>
        </div>
    }
}
