//! A run's state over some of its examples.

use super::{Beat, Live};
use crate::api;
use leptos::prelude::*;
use valleyscope_shared::route;
use valleyscope_shared::run::{Pass, RunState};

/// The state over the examples that `question` names to the server, once it has told it; nothing while there is no question.
pub fn narrowed(
    id: StoredValue<String>,
    live: Live,
    beat: Beat,
    question: Memo<Option<String>>,
    pass: Signal<Option<usize>>,
) -> Memo<Option<RunState>> {
    let asked = Memo::new(move |_| {
        let of = question.get()?;
        let count = live.state.with(|state| state.passes.len());
        let passes = pass.get().map_or(0..count, |pass| pass..pass + 1);
        let path = id.with_value(|id| route::subset(id));
        let paths = passes.map(|pass| format!("{path}?{of}&pass={pass}"));
        Some(paths.collect::<Vec<_>>())
    });
    let passes = api::documents::<Pass>(move || {
        let paths = asked.get().unwrap_or_default().into_iter();
        paths.filter_map(|path| beat.ask(path)).collect()
    });
    Memo::new(move |_| {
        asked.with(Option::is_some).then_some(())?;
        let passes = passes.ready(Clone::clone)?;
        Some(live.state.with(|state| state.narrowed(passes)))
    })
}
