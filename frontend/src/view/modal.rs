//! Dialogues over the page.

use leptos::html::Dialog;
use leptos::prelude::*;

/// The place of a dialogue that is open while there is something in `open`.
pub fn modal<T: Send + Sync + 'static>(open: RwSignal<Option<T>>) -> NodeRef<Dialog> {
    let dialog = NodeRef::<Dialog>::new();
    Effect::new(move || {
        let Some(dialog) = dialog.get() else { return };
        match open.with(Option::is_some) {
            true if !dialog.open() => {
                let _ = dialog.show_modal();
            }
            false => dialog.close(),
            true => {}
        }
    });
    dialog
}
