//! What figures need beyond the run's log: fetched where it is shown, and again while the run goes on.

use super::settings::population_id;
use crate::address::Address;
use crate::api::{self, Answer};
use crate::clock::ticks;
use crate::live::Live;
use futures_util::future::join_all;
use leptos::prelude::*;
use std::time::Duration;
use valleyscope_shared::api::{BandCurve, ExampleDetail};
use valleyscope_shared::measure::Measure;
use valleyscope_shared::route::{self, ViewState};
use valleyscope_shared::valley::{Aligned, Population};

/// While a run computes, fetched data is fetched again this often.
const AGAIN: Duration = Duration::from_secs(2);

/// The measures of the figures beside the chosen one.
const SHOWN: [Measure; 4] = [
    Measure::Loss,
    Measure::Confidence,
    Measure::Gini,
    Measure::PhiSq,
];

/// What was fetched.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fetched {
    pub curves: Vec<BandCurve>,
    pub aligned: Vec<Aligned>,
    pub examples: Vec<ExampleDetail>,
}

/// When to fetch.
#[derive(Clone, Copy)]
pub struct Beat {
    /// Changes when there is something new, but not more often than every two seconds until the run has ended.
    at: Memo<(u64, bool)>,
    begun: Memo<bool>,
}

impl Beat {
    fn of(live: Live) -> Self {
        let tick = ticks(AGAIN);
        let ended = Memo::new(move |_| live.state.with(|state| state.ended.is_some()));
        let at = Memo::new(move |_| {
            tick.track();
            (live.state.with_untracked(|state| state.seq), ended.get())
        });
        let begun = Memo::new(move |_| live.state.with(|state| state.started.is_some()));
        Self { at, begun }
    }

    /// The path of a document that is asked for again at every beat, once the run has begun.
    pub fn ask(self, path: String) -> Option<String> {
        self.at.track();
        self.begun.get().then_some(path)
    }
}

/// Fetches what the view asks for.
#[derive(Clone, Copy)]
pub struct Extra {
    pub fetched: Memo<Fetched>,
    pub beat: Beat,
    /// The example that is looked at.
    pub example: LocalResource<Answer<ExampleDetail>>,
}

impl Extra {
    pub fn open(id: StoredValue<String>, live: Live, address: Address) -> Self {
        let beat = Beat::of(live);
        let view = address.view;
        // Most of what changes in a view, the chosen step above all, asks for nothing else.
        let query = Memo::new(move |_| view.with(|view| picked(view, view.measure)));
        let aligned = api::document::<Aligned>(move || {
            let path = id.with_value(|id| route::aligned(id));
            beat.ask(format!("{path}?{}", query.get()))
        });
        let curve = move |which: Option<Measure>| {
            let query = Memo::new(move |_| {
                view.with(|view| {
                    let measure = which.unwrap_or(view.measure);
                    (view.population == Population::All).then(|| picked(view, measure))
                })
            });
            api::document::<BandCurve>(move || {
                let path = id.with_value(|id| route::curve(id));
                beat.ask(format!("{path}?{}", query.get()?))
            })
        };
        let measures = SHOWN.into_iter().map(Some).chain([None]);
        let curves: Vec<_> = measures.map(curve).collect();
        let looked_at = Memo::new(move |_| view.with(|view| Some((view.example?, view.pass))));
        let example = api::document::<ExampleDetail>(move || {
            let (row, pass) = looked_at.get()?;
            beat.ask(detail(id, row, pass))
        });
        let singles = singles(id, view, beat);
        let fetched = Memo::new(move |_| Fetched {
            curves: curves
                .iter()
                .filter_map(|curve| curve.get()?.ok())
                .collect(),
            aligned: aligned.get().into_iter().flatten().collect(),
            examples: chosen(view, example, singles),
        });
        Self {
            fetched,
            beat,
            example,
        }
    }
}

/// The examples whose curves are drawn into the figures, the one that is looked at first.
fn chosen(
    view: RwSignal<ViewState>,
    example: LocalResource<Answer<ExampleDetail>>,
    singles: LocalResource<Vec<ExampleDetail>>,
) -> Vec<ExampleDetail> {
    let (looked_at, rows) = view.with(|view| (view.example, view.curves.clone()));
    let first = example.get().and_then(Result::ok);
    let first = first.filter(|detail| Some(detail.path.row) == looked_at);
    let singles = singles.get().unwrap_or_default();
    let single = |row: &usize| singles.iter().find(|detail| detail.path.row == *row);
    let others = rows.iter().filter(|row| Some(**row) != looked_at);
    let others = others.filter_map(single).cloned();
    first.into_iter().chain(others).collect()
}

/// The examples that are drawn into the figures.
fn singles(
    id: StoredValue<String>,
    view: RwSignal<ViewState>,
    beat: Beat,
) -> LocalResource<Vec<ExampleDetail>> {
    let drawn = Memo::new(move |_| view.with(|view| (view.curves.clone(), view.pass)));
    LocalResource::new(move || {
        let (rows, pass) = drawn.get();
        let paths = rows.into_iter().map(|row| detail(id, row, pass));
        let paths: Vec<_> = paths.filter_map(|path| beat.ask(path)).collect();
        async move {
            let asked = paths.iter().map(|path| api::get::<ExampleDetail>(path));
            join_all(asked).await.into_iter().flatten().collect()
        }
    })
}

fn picked(view: &ViewState, measure: Measure) -> String {
    let who = population_id(view.population);
    let pass = view
        .pass
        .map(|pass| format!("&pass={pass}"))
        .unwrap_or_default();
    format!("measure={}&population={who}{pass}", measure.id())
}

fn detail(id: StoredValue<String>, row: usize, pass: Option<usize>) -> String {
    let path = id.with_value(|id| route::example(id, &row.to_string()));
    let pass = pass.map(|pass| format!("?pass={pass}")).unwrap_or_default();
    format!("{path}{pass}")
}
