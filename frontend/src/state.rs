//! What every page shares: the catalogue, the theme, the voice for screen readers.

use crate::api::{self, Document};
use crate::clock::{now_ms, sleep};
use crate::theme::Theme;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;
use valleyscope_shared::catalog::Catalog;
use valleyscope_shared::route;

/// Screen readers hear about changes at most this often.
const SPEAK_EVERY_MS: f64 = 5_000.0;

/// The catalogue, once it was asked for.
pub type KnownCatalog = Document<Arc<Catalog>>;

/// The state of the page, handed down by context.
#[derive(Clone, Copy)]
pub struct Shared {
    /// Light or dark.
    pub theme: Theme,
    /// The text of the live region.
    pub spoken: RwSignal<String>,
    catalog: KnownCatalog,
    wanted: RwSignal<bool>,
    next_word: StoredValue<Option<String>>,
    last_word_ms: StoredValue<f64>,
}

impl Shared {
    /// A page that knows nothing yet.
    pub fn start() -> Self {
        let wanted = RwSignal::new(false);
        let catalog = api::document(move || wanted.get().then(route::catalog));
        Self {
            theme: Theme::start(),
            spoken: RwSignal::new(String::new()),
            catalog,
            wanted,
            next_word: StoredValue::new(None),
            last_word_ms: StoredValue::new(0.0),
        }
    }

    /// The catalogue; asked for when it is first needed.
    pub fn catalog(self) -> KnownCatalog {
        if !self.wanted.get_untracked() {
            self.wanted.set(true);
        }
        self.catalog
    }

    /// Has a screen reader say something, not more often than every five seconds; the latest word wins.
    pub fn say(self, words: impl Into<String>) {
        let waiting = self.next_word.get_value().is_some();
        self.next_word.set_value(Some(words.into()));
        if waiting {
            return;
        }
        let pause = (self.last_word_ms.get_value() + SPEAK_EVERY_MS - now_ms()).max(0.0);
        spawn_local(async move {
            sleep(pause as u32).await;
            self.last_word_ms.set_value(now_ms());
            if let Some(words) = self.next_word.try_update_value(Option::take).flatten() {
                self.spoken.set(words);
            }
        });
    }
}

/// The page's state.
pub fn shared() -> Shared {
    expect_context::<Shared>()
}
