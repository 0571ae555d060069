//! The sharpness along the example's attack.

use super::Example;
use crate::view::figure::Chart;
use crate::view::notice::{Failed, Ghosts};
use crate::view::overlay::Pointer;
use leptos::prelude::*;
use valleyscope_shared::api::Snapshot;
use valleyscope_shared::chart::{Figure, Source, build};
use valleyscope_shared::measure::Measure;
use valleyscope_shared::route::{Cursor, PointName, ViewState};

/// The figure that is shown.
const KIND: &str = "sharpness";

/// The example's figure, or why there is none.
#[component]
pub fn Picture(example: Example) -> impl IntoView {
    let none = || {
        view! {
            <div class="empty">
                <p>"There is no example run in this data directory."</p>
            </div>
        }
    };
    move || match example.get() {
        None => view! { <Ghosts count=1 /> }.into_any(),
        Some(Ok(example)) => view! { <Drawn example /> }.into_any(),
        Some(Err(failure)) if failure.status() == Some(404) => none().into_any(),
        Some(Err(failure)) => view! { <Failed failure /> }.into_any(),
    }
}

#[component]
fn Drawn(example: Snapshot) -> impl IntoView {
    let (state, title) = (example.state, example.run.title);
    let figure = Memo::new(move |_| {
        let source = Source::new(&title, 0, &state);
        let figure = build(KIND, &[source], &ViewState::default());
        figure.unwrap_or_else(|| Figure::blank(KIND))
    });
    let chosen = RwSignal::new(None::<PointName>);
    let pointer = Pointer {
        at: RwSignal::new(None),
        chosen: chosen.into(),
        mode: Signal::stored(Cursor::Line),
        choose: Callback::new(move |point| chosen.set(Some(point))),
        zoom: None,
    };
    view! {
        <Chart kind=KIND figure pointer=Some(pointer) measures=Signal::stored(vec![Measure::KappaTr]) />
    }
}
