//! What the parts of the form share.

use super::draft::{Checked, Draft};
use crate::api::Failure;
use leptos::prelude::*;
use std::sync::Arc;
use valleyscope_shared::catalog::Catalog;

/// The run that is being written, and what is wrong with it.
#[derive(Clone, Copy)]
pub struct Form {
    pub catalog: StoredValue<Arc<Catalog>>,
    pub draft: RwSignal<Draft>,
    pub checked: Memo<Checked>,
    /// Refusals of the server, shown until something changes.
    pub refused: RwSignal<Option<Failure>>,
}

impl Form {
    /// The form of a first visitor.
    pub fn new(catalog: Arc<Catalog>) -> Self {
        let draft = RwSignal::new(Draft::first(&catalog));
        let checked = Memo::new({
            let catalog = catalog.clone();
            move |_| draft.with(|draft| draft.check(&catalog))
        });
        let refused = RwSignal::new(None);
        Effect::new(move || {
            draft.track();
            refused.set(None);
        });
        Self {
            catalog: StoredValue::new(catalog),
            draft,
            checked,
            refused,
        }
    }

    /// What is wrong at a path, by our own check or by the server's; the empty path is the run as a whole.
    pub fn error(self, path: &str) -> Option<String> {
        let ours = self.checked.with(|checked| checked.error(path));
        ours.or_else(|| {
            self.refused.with(|refused| match refused {
                Some(Failure::Refused(problem)) => problem
                    .errors
                    .iter()
                    .find(|error| error.path == path)
                    .map(|error| error.message.clone()),
                _ => None,
            })
        })
    }

    /// What is wrong with a field.
    pub fn error_at(self, path: &str) -> Memo<Option<String>> {
        let path = path.to_owned();
        Memo::new(move |_| self.error(&path))
    }

    /// The text of a field.
    pub fn text(self, path: &str) -> Memo<String> {
        let path = path.to_owned();
        Memo::new(move |_| self.draft.with(|draft| draft.text(&path).to_owned()))
    }

    /// Writes the text of a field.
    pub fn writer(self, path: &str) -> Callback<String> {
        let path = path.to_owned();
        Callback::new(move |text| self.draft.update(|draft| draft.write(&path, text)))
    }
}
