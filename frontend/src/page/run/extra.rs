//! What figures need beyond the run's log: fetched where it is shown, and again while the run goes on.

use crate::address::Address;
use crate::api;
use crate::clock::ticks;
use crate::lean::{effect_after, memo};
use crate::live::Live;
use crate::load::{Load, load};
use crate::signal::{Memo, RwSignal, StoredValue};
use leptos::task::spawn_local;
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

/// Fetches what the view asks for.
#[derive(Clone, Copy)]
pub struct Extra {
    fetched: Memo<Fetched>,
    /// Changes when what was fetched may be stale.
    pub beat: Memo<(u64, bool)>,
    /// The example that is looked at.
    pub example: RwSignal<Load<ExampleDetail>>,
}

impl Extra {
    pub fn open(id: StoredValue<String>, live: Live, address: Address) -> Self {
        let beat = beat(live);
        let view = address.view;
        let begun = memo(move || live.state.with(|state| state.started.is_some()));
        let ask = move |path: String| {
            beat.track();
            begun.get().then_some(path)
        };
        let aligned = load::<Aligned>(move || {
            let query = view.with(|view| picked(view, view.measure));
            ask(format!("{}?{query}", route::aligned(&id.get_value())))
        });
        let curve = move |which: Option<Measure>| {
            load::<BandCurve>(move || {
                let query = view.with(|view| {
                    (view.population == Population::All)
                        .then(|| picked(view, which.unwrap_or(view.measure)))
                })?;
                ask(format!("{}?{query}", route::curve(&id.get_value())))
            })
        };
        let curves: Vec<_> = SHOWN
            .into_iter()
            .map(Some)
            .chain([None])
            .map(curve)
            .collect();
        let example = load::<ExampleDetail>(move || {
            let (row, pass) = view.with(|view| (view.example, view.pass));
            ask(detail(&id.get_value(), row?, pass))
        });
        let singles = singles(id, view, beat);
        let fetched = memo(move || Fetched {
            curves: curves
                .iter()
                .filter_map(|curve| curve.with(|curve| curve.ready().cloned()))
                .collect(),
            aligned: aligned.with(|aligned| aligned.ready().cloned().into_iter().collect()),
            examples: chosen(view, example, singles),
        });
        Self {
            fetched,
            beat,
            example,
        }
    }

    pub fn with<T>(self, look: impl FnOnce(&Fetched) -> T) -> T {
        self.fetched.with(look)
    }
}

/// The examples whose curves are drawn into the figures, the one that is looked at first.
fn chosen(
    view: RwSignal<ViewState>,
    example: RwSignal<Load<ExampleDetail>>,
    singles: RwSignal<Vec<ExampleDetail>>,
) -> Vec<ExampleDetail> {
    let (looked_at, rows) = view.with(|view| (view.example, view.curves.clone()));
    let is = |row: usize| move |detail: &&ExampleDetail| detail.path.row == row;
    let first = example.with(|example| {
        let row = looked_at?;
        example.ready().filter(is(row)).cloned()
    });
    singles.with(|singles| {
        let others = rows.iter().filter(|row| Some(**row) != looked_at);
        let others = others.filter_map(|row| singles.iter().find(is(*row)).cloned());
        first.into_iter().chain(others).collect()
    })
}

/// Fetches the examples that are drawn into the figures, each once, and again while the run goes on.
fn singles(
    id: StoredValue<String>,
    view: RwSignal<ViewState>,
    beat: Memo<(u64, bool)>,
) -> RwSignal<Vec<ExampleDetail>> {
    let known = RwSignal::new(Vec::<ExampleDetail>::new());
    let rows = memo(move || view.with(|view| (view.curves.clone(), view.pass)));
    effect_after(move |before: Option<(u64, bool)>| {
        let now = beat.get();
        let (rows, pass) = rows.get();
        let fresh = before == Some(now);
        for row in rows {
            let there =
                known.with_untracked(|known| known.iter().any(|detail| detail.path.row == row));
            if fresh && there {
                continue;
            }
            spawn_local(async move {
                let path = detail(&id.get_value(), row, pass);
                if let Ok(detail) = api::get::<ExampleDetail>(&path).await {
                    known.try_update(|known| {
                        known.retain(|other| other.path.row != row);
                        known.push(detail);
                    });
                }
            });
        }
        now
    });
    known
}

/// Changes when there is something new, but not more often than every two seconds until the run has ended.
fn beat(live: Live) -> Memo<(u64, bool)> {
    let tick = ticks(AGAIN);
    let ended = memo(move || live.state.with(|state| state.ended.is_some()));
    memo(move || {
        tick.track();
        (live.state.with_untracked(|state| state.seq), ended.get())
    })
}

fn picked(view: &ViewState, measure: Measure) -> String {
    let who = match view.population {
        Population::Right => "right",
        Population::All => "all",
    };
    let pass = view
        .pass
        .map(|pass| format!("&pass={pass}"))
        .unwrap_or_default();
    format!("measure={}&population={who}{pass}", measure.id())
}

fn detail(id: &str, row: usize, pass: Option<usize>) -> String {
    let pass = pass.map(|pass| format!("?pass={pass}")).unwrap_or_default();
    format!("{}{pass}", route::example(id, &row.to_string()))
}
