//! Curves with bands from a run's distributions.

use super::Source;
use super::stops::place_of;
use crate::api::BandCurve;
use crate::event::Started;
use crate::measure::Measure;
use crate::readings::Axis;
use crate::route::{PointName, Statistic, ViewState};
use crate::run::Pass;
use crate::series::{Band, Datum, Role, Series};
use crate::valley::{BandPoint, PassSummary, Population};

/// The place on the axis of a recorded point.
pub fn place(axis: &Axis, point: usize) -> f64 {
    place_of(
        axis.step_at(point)
            .map_or(PointName::Start, PointName::Step),
    )
}

/// Where the curves of a run by step begin anew.
pub fn breaks(source: &Source<'_>) -> Vec<f64> {
    let started = source.state.started.as_ref();
    started.map_or(Vec::new(), |started| started.axis.breaks())
}

/// The passes that a view shows of a run.
pub fn passes(source: &Source<'_>, view: &ViewState) -> Vec<usize> {
    let all = source.state.passes.len();
    match source.pass.or(view.pass) {
        Some(_) if !source.seeds.is_empty() => source.seeds.to_vec(),
        Some(pass) => (pass..all).take(1).collect(),
        None => (0..all).collect(),
    }
}

/// The place of the pass that a view shows of a run; of the one that stands for it where it shows all.
pub fn shown(source: &Source<'_>, view: &ViewState) -> usize {
    let main = || source.state.started.as_ref().map_or(0, Started::main_pass);
    source.pass.or(view.pass).unwrap_or_else(main)
}

/// Of the parts of a run, the one with the pass that stands for it; of several runs the first.
pub fn standing<'a, 'b>(sources: &'b [Source<'a>]) -> Option<&'b Source<'a>> {
    let is_main = |source: &&Source<'_>| {
        let started = source.state.started.as_ref();
        started.is_some_and(|started| source.pass == Some(started.main_pass()))
    };
    sources.iter().find(is_main).or(sources.first())
}

/// The pass that a view shows of a run; the one that stands for it where it shows all.
pub fn first<'a>(source: &Source<'a>, view: &ViewState) -> Option<&'a Pass> {
    source.state.passes.get(shown(source, view))
}

/// The summary of the pass that a view shows; of the one that stands for the run where it shows all.
pub fn summary<'a>(source: &Source<'a>, view: &ViewState) -> Option<&'a PassSummary> {
    let pass = first(source, view)?;
    pass.summary.as_ref().map(|summary| &summary.summary)
}

/// The distributions of a measure, one list per pass, each with one entry per recorded point.
fn distributions(
    source: &Source<'_>,
    measure: Measure,
    view: &ViewState,
) -> Vec<Vec<Option<BandPoint>>> {
    if view.population == Population::Right {
        let of = |pass| source.state.bands(pass, measure);
        return passes(source, view).into_iter().map(of).collect();
    }
    let of = |pass: usize| {
        let fits = |curve: &&BandCurve| {
            curve.pass == pass && curve.measure == measure && curve.population == view.population
        };
        let curve = source.curves.iter().find(fits)?;
        Some(curve.points.iter().copied().map(Some).collect())
    };
    passes(source, view).into_iter().filter_map(of).collect()
}

/// The curves of one run: its median or mean with its band, and the spread between seeds where there are several.
pub fn curves(
    source: &Source<'_>,
    measure: Measure,
    view: &ViewState,
    compared: bool,
) -> Vec<Series> {
    let Some(started) = &source.state.started else {
        return Vec::new();
    };
    let axis = &started.axis;
    let passes = distributions(source, measure, view);
    let statistic = view.statistic;
    let name = match passes.len() {
        seeds @ 2.. if compared => format!("{}, mean over {seeds} seeds", source.name),
        _ if compared => source.name.to_owned(),
        seeds @ 2.. => format!("{}, mean over {seeds} seeds", statistic.id()),
        _ => statistic.id().to_owned(),
    };
    let points = (0..axis.points()).map(|point| {
        let here: Vec<BandPoint> = passes.iter().filter_map(|pass| *pass.get(point)?).collect();
        (place(axis, point), here)
    });
    let (mut main, mut spread) = (Vec::new(), Vec::new());
    for (x, here) in points {
        let values: Vec<f64> = here.iter().map(|band| value(band, statistic).0).collect();
        let mean = |part: fn((f64, f64, f64)) -> f64| {
            here.iter()
                .map(|band| part(value(band, statistic)))
                .sum::<f64>()
                / here.len() as f64
        };
        // Where every example has left there is nothing to say, which is not the same as a reading that is no number.
        let some = here.iter().any(|band| band.n + band.not_finite > 0);
        let y = some.then(|| mean(|band| band.0));
        let not_finite = here.iter().map(|band| band.not_finite).sum();
        main.push(Datum {
            x,
            y,
            low: mean(|band| band.1),
            high: mean(|band| band.2),
            n: here.iter().map(|band| band.n).sum(),
            not_finite,
        });
        let least = values.iter().copied().fold(f64::NAN, f64::min);
        let greatest = values.iter().copied().fold(f64::NAN, f64::max);
        // The readings that are not finite are counted once, with the main curve.
        spread.push(Datum {
            x,
            y,
            low: least,
            high: greatest,
            n: here.len(),
            not_finite: 0,
        });
    }
    let mut curves = Vec::new();
    let seeds = passes.len();
    if seeds > 1 {
        let band = Band {
            name: format!("spread between {seeds} seeds"),
            low: "least seed".to_owned(),
            high: "greatest seed".to_owned(),
            strong: true,
        };
        curves.push(Series {
            name: name.clone(),
            slot: source.slot,
            role: Role::BandOnly,
            points: spread,
            band: Some(band),
            breaks: axis.breaks(),
            measured: false,
        });
    }
    let band = Some(band(statistic, seeds));
    curves.push(Series {
        name,
        slot: source.slot,
        role: Role::Main,
        points: main,
        band,
        breaks: axis.breaks(),
        measured: false,
    });
    curves
}

fn value(band: &BandPoint, statistic: Statistic) -> (f64, f64, f64) {
    match statistic {
        Statistic::Median => (band.median.0, band.q1.0, band.q3.0),
        Statistic::Mean => (band.mean.0, band.low.0, band.high.0),
    }
}

fn band(statistic: Statistic, seeds: usize) -> Band {
    let (name, low, high) = match statistic {
        Statistic::Median => ("quartiles", "lower quartile", "upper quartile"),
        Statistic::Mean => ("95 % interval of the mean", "interval from", "interval to"),
    };
    let name = if seeds > 1 {
        format!("{name}, averaged over seeds")
    } else {
        name.to_owned()
    };
    Band {
        name,
        low: low.to_owned(),
        high: high.to_owned(),
        strong: false,
    }
}
