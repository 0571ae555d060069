//! One example, looked at closely: pictures, probabilities and curves at the chosen step.

use super::Page;
use super::pictures::{bars, pictures};
use super::scrubber::scrubber;
use crate::dom::View;
use crate::lean::{act, memo};
use crate::load::Load;
use crate::signal::{Memo, Signal};
use crate::view::figure::{Chart, chart};
use crate::view::notice;
use crate::words;
use valleyscope_markup::html;
use valleyscope_shared::api::ExampleDetail;
use valleyscope_shared::measure::Measure;
use valleyscope_shared::readings::Axis;
use valleyscope_shared::route::PointName;

/// What the parts of the example share.
#[derive(Clone, Copy)]
pub struct Look {
    pub page: Page,
    pub detail: Memo<Option<ExampleDetail>>,
    /// The recorded point that is looked at.
    pub point: Memo<usize>,
}

impl Look {
    fn open(page: Page) -> Self {
        let detail = memo(move || page.extra.example.with(|example| example.ready().cloned()));
        let point = memo(move || {
            let chosen = page.address.view.with(|view| view.step);
            let last = detail.with(|detail| detail.as_ref().map_or(0, |detail| detail.path.points));
            let last = last.saturating_sub(1);
            let place = axis(page).and_then(|axis| place_of(&axis, chosen?));
            place.unwrap_or(last).min(last)
        });
        Self {
            page,
            detail,
            point,
        }
    }

    /// A reading of the example at the chosen point.
    pub fn reading(self, measure: Measure) -> Option<f64> {
        let point = self.point.get();
        self.detail.with(|detail| {
            let curve = detail.as_ref()?.curves.get(&measure)?;
            curve.get(point).map(|value| value.0)
        })
    }

    /// What the chosen point is called.
    pub fn label(self) -> String {
        let name = axis(self.page)
            .map(|axis| axis.label(self.point.get()))
            .unwrap_or_default();
        match name.parse::<u32>() {
            Ok(step) => format!("step {step}"),
            Err(_) => name,
        }
    }

    /// Chooses a recorded point.
    pub fn choose(self, point: usize) {
        let name = axis(self.page).map(|axis| match axis.step_at(point) {
            Some(step) => PointName::Step(step),
            None => PointName::Start,
        });
        self.page.address.replace(|view| view.step = name);
    }
}

fn axis(page: Page) -> Option<Axis> {
    page.live
        .state
        .with(|state| state.started.as_ref().map(|started| started.axis.clone()))
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

/// The example that the address names.
pub fn example(page: Page) -> View {
    let look = Look::open(page);
    let failed = move || {
        page.extra.example.with(|example| match example {
            Load::Failed(failure) => Some(notice::failed(failure, None)),
            Load::Waiting => Some(notice::ghosts(3)),
            Load::Ready(_) => None,
        })
    };
    let there = memo(move || look.detail.with(Option::is_some));
    html! {
        <section class="stack" id="example" aria-labelledby="example-title">
            <div class="row spread">
                <h3 id="example-title">{move || title(look)}</h3>
                <button class="button bare" on:click=act(move |_| page.address.push(|view| view.example = None))>
                    "Close"
                </button>
            </div>
            {failed}
            {move || there.get().then(|| body(look))}
        </section>
    }
}

fn title(look: Look) -> String {
    look.detail.with(|detail| match detail {
        Some(detail) => format!(
            "Image {}, a {}",
            detail.path.index,
            look.page.class(detail.path.label)
        ),
        None => "Example".to_owned(),
    })
}

fn body(look: Look) -> View {
    let figure = look.page.figure("example");
    let measures = Signal::derive(move || look.page.address.view.with(|view| vec![view.measure]));
    html! {
        {scrubber(look)}
        <div class="example">
            <div class="stack">
                {pictures(look)}
                {readout(look)}
            </div>
            <div class="stack">{bars(look)}</div>
        </div>
        {chart(Chart {
            kind: "example",
            figure,
            pointer: Some(look.page.pointer),
            files: Signal::derive(Vec::new),
            measures,
            class: "wide",
        })}
    }
}

/// The readings at the chosen point.
fn readout(look: Look) -> View {
    let shown = [
        Measure::KappaTr,
        Measure::Gini,
        Measure::PhiSq,
        Measure::Loss,
        Measure::Margin,
        Measure::Linf,
        Measure::L2,
    ];
    let rows = shown.map(|measure| {
        let value = move || {
            look.reading(measure)
                .map_or(words::NONE.to_owned(), words::number)
        };
        html! {
            <dt>{measure.title()}</dt>
            <dd>{value} " " <span class="quiet">{measure.unit()}</span></dd>
        }
    });
    html! { <dl class="pairs" data-readout="">{rows}</dl> }
}
