//! The loss of one image around the last layer's weights, along its path: the valley as it forms.

mod controls;
mod missing;
mod walk;

use crate::address::Address;
use crate::api::{self, Document};
use crate::base::at;
use crate::live::{Live, follow};
use crate::view::figure::{Chart as FigureView, saving_of};
use crate::view::notice::{Failed, Ghosts};
use crate::view::title::PageTitle;
use controls::Controls;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use missing::Missing;
use valleyscope_shared::api::ExampleDetail;
use valleyscope_shared::chart::{Figure, landscape};
use valleyscope_shared::landscape::Plane;
use valleyscope_shared::readings::Axis;
use valleyscope_shared::route::{self, PlaneView, PointName, ViewState, YScale};
use valleyscope_shared::series::Range;
use walk::Walk;

/// What the parts of the page share.
#[derive(Clone, Copy)]
pub struct Page {
    pub id: StoredValue<String>,
    pub live: Live,
    pub address: Address,
    pub example: Document<ExampleDetail>,
    pub axis: Memo<Option<Axis>>,
    /// The planes of all points, made when the example or the plane changes, so that a step only draws.
    planes: Memo<Option<Planes>>,
}

/// The planes of a path, and the colours that they share.
#[derive(Clone, Debug, PartialEq)]
struct Planes {
    all: Vec<Option<Plane>>,
    scale: Range,
}

/// A plane this coarse is there at once; the finer one follows.
const COARSE: usize = 15;

impl Page {
    fn open(id: String) -> Self {
        let address = Address::open();
        let (live, id) = (follow(id.clone()), StoredValue::new(id));
        let axis = Memo::new(move |_| {
            live.state
                .with(|state| Some(state.started.as_ref()?.axis.clone()))
        });
        let which = Memo::new(move |_| address.view.with(|view| (row(view), view.pass)));
        let example = api::document::<ExampleDetail>(move || {
            axis.with(Option::is_some).then_some(())?;
            let (row, pass) = which.get();
            let path = id.with_value(|id| route::example(id, &row.to_string()));
            let pass = pass.map(|pass| format!("?pass={pass}"));
            Some(format!("{path}{}", pass.unwrap_or_default()))
        });
        let wanted = Memo::new(move |_| address.view.with(|view| (view.plane, view.y)));
        let fine = RwSignal::new(false);
        // Coarse first: the finer planes are computed after that has been drawn.
        Effect::new(move || {
            wanted.track();
            example.track();
            fine.set(false);
            request_animation_frame(move || {
                request_animation_frame(move || {
                    fine.try_set(true);
                });
            });
        });
        let planes = Memo::new(move |_| {
            let (plane, y) = wanted.get();
            let count = if fine.get() {
                plane.count
            } else {
                plane.count.min(COARSE)
            };
            let view = PlaneView { count, ..plane };
            example.ready(|example| planes(example, view, y)).flatten()
        });
        Self {
            id,
            live,
            address,
            example,
            axis,
            planes,
        }
    }

    /// The recorded point that is looked at: the chosen one, else the clean one.
    pub fn point(self) -> usize {
        let step = self.address.view.with(|view| view.step);
        self.axis
            .with(|axis| {
                let axis = axis.as_ref()?;
                let is = |point: &usize| match step {
                    Some(PointName::Start) => axis.step_at(*point).is_none(),
                    Some(PointName::Step(step)) => axis.step_at(*point) == Some(step),
                    None => false,
                };
                (0..axis.points()).find(is)
            })
            .unwrap_or(0)
    }

    fn figure(self) -> Memo<Figure> {
        let point = Memo::new(move |_| self.point());
        Memo::new(move |_| {
            let view = self.address.view.get();
            let point = point.get();
            let figure = self.planes.with(|planes| {
                let planes = planes.as_ref()?;
                let plane = planes.all.get(point).and_then(Option::as_ref);
                self.axis.with(|axis| {
                    let axis = axis.as_ref()?;
                    self.example.ready(|example| {
                        landscape::figure(example, axis, point, plane, planes.scale, &view)
                    })
                })
            });
            figure.unwrap_or_else(|| Figure::blank(landscape::ID))
        })
    }
}

/// The example that is looked at.
fn row(view: &ViewState) -> usize {
    view.example.unwrap_or(0)
}

fn planes(example: &ExampleDetail, view: PlaneView, y: YScale) -> Option<Planes> {
    let all = landscape::planes(example, view);
    let scale = landscape::scale(all.iter().flatten(), y);
    (!all.is_empty()).then_some(Planes { all, scale })
}

/// The page `/runs/:id/landscape`.
#[component]
pub fn LandscapePage() -> impl IntoView {
    let params = use_params_map();
    let id = Memo::new(move |_| params.with(|params| params.get("id").unwrap_or_default()));
    view! {
        <For each=move || Some(id.get()) key=Clone::clone let:id>
            <LandscapeOf id />
        </For>
    }
}

#[component]
fn LandscapeOf(id: String) -> impl IntoView {
    let page = Page::open(id);
    let title = move || page.live.known(|run| run.title.clone()).unwrap_or_default();
    let run = page.id.with_value(|id| at(&format!("/runs/{id}")));
    let known = page.live.there();
    let refused = Memo::new(move |_| {
        let run = known.get().and_then(Result::err);
        run.or_else(|| {
            page.example
                .with(|answer| answer.as_ref()?.as_ref().err().cloned())
        })
    });
    let there = Memo::new(move |_| page.example.ready(|example| example.kept));
    let shown = move || match (refused.get(), there.get()) {
        (Some(failure), _) => view! { <Failed failure /> }.into_any(),
        (None, None) => view! { <Ghosts count=2 /> }.into_any(),
        (None, Some(false)) => view! { <Missing page /> }.into_any(),
        (None, Some(true)) => view! { <Shown page /> }.into_any(),
    };
    view! {
        <PageTitle text="Landscape" />
        <div class="stack">
            <p>
                <a href=run>{title}</a>
            </p>
            <h1>"The loss around the weights"</h1>
            <p class="lead">"One image, and the last layer's weights moved: the slope before the flip, and the valley after it."</p>
            <Controls page />
        </div>
        {shown}
    }
}

#[component]
fn Shown(page: Page) -> impl IntoView {
    let saved = Some(Callback::new(move |title| {
        let view = ViewState {
            example: Some(page.address.view.with_untracked(row)),
            ..page.address.view.get_untracked()
        };
        page.id
            .with_value(|id| saving_of(id, landscape::ID, &view, title))
    }));
    let figure = page.figure();
    let npz = move || {
        let view = page.address.view.get();
        let point = page.point();
        page.id.with_value(|id| {
            let example = route::example(id, &row(&view).to_string());
            let pass = view
                .pass
                .map(|pass| format!("&pass={pass}"))
                .unwrap_or_default();
            at(&format!(
                "{example}/plane.npz?point={point}&plane={}{pass}",
                view.plane.id()
            ))
        })
    };
    view! {
        <Walk page />
        <FigureView kind=landscape::ID figure saved class="square" />
        <p class="small">{landscape::HELP}</p>
        <p>
            <a class="button" href=npz download="" rel="external">
                "Numbers (NPZ)"
            </a>
        </p>
    }
}
