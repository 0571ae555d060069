//! What figures need beyond the run's log: fetched where it is shown, and again while the run goes on.

use super::settings::population_id;
use crate::address::Address;
use crate::api::{self, Document};
use crate::live::{Beat, Live, narrowed};
use leptos::prelude::*;
use valleyscope_shared::api::{BandCurve, ExampleDetail};
use valleyscope_shared::chart::{aligned_needed, bands_needed};
use valleyscope_shared::event::Started;
use valleyscope_shared::measure::Measure;
use valleyscope_shared::route::{self, ViewState};
use valleyscope_shared::run::RunState;
use valleyscope_shared::valley::Aligned;

/// What was fetched.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fetched {
    pub curves: Vec<BandCurve>,
    pub aligned: Vec<Aligned>,
    pub examples: Vec<ExampleDetail>,
}

/// Fetches what the view asks for.
#[derive(Clone, Copy)]
pub struct Extra {
    pub fetched: Memo<Fetched>,
    /// The run's state over the examples that the page is about; nothing where those are all.
    pub narrowed: Memo<Option<RunState>>,
    pub beat: Beat,
    /// The example that is looked at.
    pub example: Document<ExampleDetail>,
}

impl Extra {
    pub fn open(id: StoredValue<String>, live: Live, address: Address) -> Self {
        let beat = Beat::of(live);
        let view = address.view;
        // Most of what changes in a view, the chosen step above all, asks for nothing else.
        let needed = move |of: fn(&Started, &ViewState) -> Vec<(Measure, usize)>| {
            Memo::new(move |_| {
                let needed = live.state.with(|state| {
                    let started = state.started.as_ref()?;
                    Some(view.with(|view| of(started, view)))
                });
                let of = view.with(question);
                let query = |(measure, pass): (Measure, usize)| {
                    format!("measure={}&{of}&pass={pass}", measure.id())
                };
                let needed = needed.unwrap_or_default().into_iter();
                needed.map(query).collect::<Vec<_>>()
            })
        };
        let (bands, lines) = (
            needed(bands_needed),
            needed(|started, view| {
                let passes = aligned_needed(started, view).into_iter();
                passes.map(|pass| (view.measure, pass)).collect()
            }),
        );
        let ask = move |path: fn(&str) -> String, queries: Memo<Vec<String>>| {
            let path = id.with_value(|id| path(id));
            let queries = queries.get().into_iter();
            let paths = queries.map(|query| format!("{path}?{query}"));
            paths.filter_map(|path| beat.ask(path)).collect::<Vec<_>>()
        };
        let curves = api::documents::<BandCurve>(move || ask(route::curve, bands));
        let aligned = api::documents::<Aligned>(move || ask(route::aligned, lines));
        let some =
            Memo::new(move |_| view.with(|view| (!view.only.is_all()).then(|| question(view))));
        let pass = Signal::derive(move || view.with(|view| view.pass));
        let narrowed = narrowed(id, live, beat, some, pass);
        let looked_at = Memo::new(move |_| view.with(|view| Some((view.example?, view.pass))));
        let example = api::document::<ExampleDetail>(move || {
            let (row, pass) = looked_at.get()?;
            beat.ask(detail(id, row, pass))
        });
        let singles = singles(id, view, beat);
        let fetched = Memo::new(move |_| Fetched {
            curves: curves.ready(Clone::clone).unwrap_or_default(),
            aligned: aligned.ready(Clone::clone).unwrap_or_default(),
            examples: chosen(view, example, singles),
        });
        Self {
            fetched,
            narrowed,
            beat,
            example,
        }
    }
}

/// Whom the view is about, as a question to the server.
fn question(view: &ViewState) -> String {
    let who = population_id(view.population);
    match view.only.is_all() {
        true => format!("population={who}"),
        false => format!("population={who}&only={}", view.only),
    }
}

/// The examples whose curves are drawn into the figures, the one that is looked at first.
fn chosen(
    view: RwSignal<ViewState>,
    example: Document<ExampleDetail>,
    singles: Document<Vec<ExampleDetail>>,
) -> Vec<ExampleDetail> {
    let (looked_at, rows) = view.with(|view| (view.example, view.curves.clone()));
    let mut found = Vec::new();
    example.ready(|detail| {
        if Some(detail.path.row) == looked_at {
            found.push(detail.clone());
        }
    });
    singles.ready(|singles| {
        let single = |row: &usize| singles.iter().find(|detail| detail.path.row == *row);
        let others = rows.iter().filter(|row| Some(**row) != looked_at);
        found.extend(others.filter_map(single).cloned());
    });
    found
}

/// The examples that are drawn into the figures.
fn singles(
    id: StoredValue<String>,
    view: RwSignal<ViewState>,
    beat: Beat,
) -> Document<Vec<ExampleDetail>> {
    let drawn = Memo::new(move |_| view.with(|view| (view.curves.clone(), view.pass)));
    api::documents(move || {
        let (rows, pass) = drawn.get();
        let paths = rows.into_iter().map(|row| detail(id, row, pass));
        paths.filter_map(|path| beat.ask(path)).collect()
    })
}

fn detail(id: StoredValue<String>, row: usize, pass: Option<usize>) -> String {
    let path = id.with_value(|id| route::example(id, &row.to_string()));
    let pass = pass.map(|pass| format!("?pass={pass}")).unwrap_or_default();
    format!("{path}{pass}")
}
