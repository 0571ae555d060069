//! One example, looked at closely: pictures, probabilities and curves at the chosen step.

use super::Page;
use super::pictures::{Bars, Pictures};
use super::scrubber::Scrubber;
use super::walk::Walk;
use crate::view::figure::Chart;
use crate::view::notice::{Failed, Ghosts};
use crate::words;
use leptos::prelude::*;
use valleyscope_shared::api::ExampleDetail;
use valleyscope_shared::measure::Measure;
use valleyscope_shared::readings::Axis;
use valleyscope_shared::route::PointName;

/// The readings that are printed at the chosen point.
const READINGS: [Measure; 7] = [
    Measure::KappaTr,
    Measure::Gini,
    Measure::PhiSq,
    Measure::Loss,
    Measure::Margin,
    Measure::Linf,
    Measure::L2,
];

/// What the parts of the example share.
///
/// It holds nothing of its own: what is drawn of a closed example may be asked once more before it is gone, and finds the page's.
#[derive(Clone, Copy)]
pub struct Look {
    pub page: Page,
}

impl Look {
    fn axis(self) -> Option<Axis> {
        let state = self.page.live.state;
        state.with(|state| state.started.as_ref().map(|started| started.axis.clone()))
    }

    /// The recorded point that is looked at.
    pub fn point(self) -> usize {
        let chosen = self.page.address.view.with(|view| view.step);
        let last = self.last();
        let place = self.axis().zip(chosen);
        let place = place.and_then(|(axis, chosen)| place_of(&axis, chosen));
        place.unwrap_or(last).min(last)
    }

    /// Looks at the example, where it is there.
    pub fn known<T>(self, look: impl FnOnce(&ExampleDetail) -> T) -> Option<T> {
        self.page.extra.example.ready(look)
    }

    /// The last recorded point.
    pub fn last(self) -> usize {
        self.known(last_of).unwrap_or(0)
    }

    /// A reading of the example at a point.
    pub fn reading(self, measure: Measure, point: usize) -> Option<f64> {
        self.known(|detail| Some(detail.curves.get(&measure)?.get(point)?.0))
            .flatten()
    }

    /// What the chosen point is called.
    pub fn label(self) -> String {
        let name = self.axis().map(|axis| axis.name(self.point()));
        name.unwrap_or_default()
    }

    /// Chooses a recorded point.
    pub fn choose(self, point: usize) {
        let step = untrack(|| self.axis()).map(|axis| axis.step_at(point));
        let name = step.map(|step| step.map_or(PointName::Start, PointName::Step));
        self.page.address.replace(|view| view.step = name);
    }
}

fn last_of(detail: &ExampleDetail) -> usize {
    detail.path.points.saturating_sub(1)
}

fn place_of(axis: &Axis, point: PointName) -> Option<usize> {
    match point {
        PointName::Start => axis.random_start.then_some(1),
        PointName::Step(step) => axis
            .steps
            .iter()
            .position(|known| *known == step)
            .map(|place| axis.point_of(place)),
    }
}

/// The example that the address names, beside the figures.
#[component]
pub fn Drawer(page: Page) -> impl IntoView {
    let look = Look { page };
    let there = Memo::new(move |_| look.known(|_| ()).is_some());
    let title = move || {
        let title = look.known(|detail| {
            let label = page.class(detail.path.label);
            format!("Image {}, a {label}", detail.path.index)
        });
        title.unwrap_or_else(|| "Example".to_owned())
    };
    let answer = page.extra.example;
    let failure = move || answer.with(|answer| Some(answer.as_ref()?.as_ref().err().cloned()));
    let missing = move || match failure() {
        None => Some(view! { <Ghosts count=1 /> }.into_any()),
        Some(Some(failure)) => Some(view! { <Failed failure /> }.into_any()),
        Some(None) => None,
    };
    view! {
        <aside class="drawer stack" id="example" aria-labelledby="example-title">
            <div class="row spread">
                <h2 id="example-title">{title}</h2>
                <Walk page />
            </div>
            {missing}
            <Show when=move || there.get()>
                <Parts look />
            </Show>
        </aside>
    }
}

#[component]
fn Parts(look: Look) -> impl IntoView {
    let page = look.page;
    let figure = page.figure("example");
    let measures = Signal::derive(move || page.address.view.with(|view| vec![view.measure]));
    view! {
        <Scrubber look />
        <Pictures look />
        <Chart kind="example" figure pointer=Some(page.pointer) measures class="bare" />
        <Bars look />
        <Readout look />
    }
}

/// The readings at the chosen point.
#[component]
fn Readout(look: Look) -> impl IntoView {
    let row = move |measure: Measure| {
        let value = move || {
            let value = look.reading(measure, look.point());
            value.map_or(words::NONE.to_owned(), words::number)
        };
        view! {
            <dt>{measure.title()}</dt>
            <dd>{value} " " <span class="quiet">{measure.unit()}</span></dd>
        }
    };
    view! {
        <dl class="pairs" data-readout="">
            {READINGS.map(row).collect_view()}
        </dl>
    }
}
