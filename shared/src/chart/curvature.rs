//! The figures of measures on demand: curvature by layer and step.

use super::figure::{Content, Figure, Panel, Unit, YAxis};
use super::heat::Heat;
use super::stops::XAxis;
use super::words;
use crate::amount::significant;
use crate::curvature::{Aggregate, CurvatureMeasure, CurvatureView};
use crate::series::{Band, Datum, Range, Role, Series};

/// A figure of a job.
pub struct CurvatureChart {
    /// The name in addresses and files.
    pub id: &'static str,
    /// The name in words.
    pub title: &'static str,
    /// What it answers.
    pub help: &'static str,
    figure: fn(&CurvatureChart, &CurvatureView, CurvatureMeasure) -> Figure,
}

/// Every figure, in the order of the page.
pub const ALL: &[CurvatureChart] = &[
    CurvatureChart {
        id: "curvature-layers",
        title: "Layer by layer, each over its own peak",
        help: "Each row is a layer, each column a point of the path, each colour the median over the examples as a share of the layer's own greatest: where a row \
               is darkest its peak stands.",
        figure: heat,
    },
    CurvatureChart {
        id: "curvature-peaks",
        title: "Some layers over each other, each over its own peak",
        help: "The same for a few layers from the first to the last, as curves. Bands are quartiles over the examples.",
        figure: peaks,
    },
    CurvatureChart {
        id: "curvature-values",
        title: "The values themselves",
        help: "The same layers with their own values: layers differ by decades, so only the shape of their curves can be compared.",
        figure: values,
    },
    CurvatureChart {
        id: "curvature-density",
        title: "Spectral density",
        help: "How the eigenvalues of the Hessian of the mean loss are spread, at the clean images, at the flip, at the peak and at the end. An estimate, by \
               stochastic Lanczos quadrature.",
        figure: density,
    },
];

/// The figure with this id.
pub fn find(id: &str) -> Option<&'static CurvatureChart> {
    ALL.iter().find(|chart| chart.id == id)
}

/// So many layers are drawn as curves.
const CURVES: usize = 5;

impl CurvatureChart {
    /// The figure of a job's measure.
    pub fn figure(&self, job: &CurvatureView, measure: CurvatureMeasure) -> Figure {
        (self.figure)(self, job, measure)
    }

    fn blank(&self, job: &CurvatureView, measure: CurvatureMeasure) -> Figure {
        let examples = job.spec.examples;
        Figure {
            title: format!("{}: {}", measure.title(), lower(self.title)),
            subtitle: format!("Medians over {examples} examples, job {}", job.job),
            empty: words::NO_DATA,
            ..Figure::blank(self.id)
        }
    }
}

fn lower(title: &str) -> String {
    let mut letters = title.chars();
    match letters.next() {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// The layers of which a measure is known, in the order of the job.
fn layers(job: &CurvatureView, measure: CurvatureMeasure) -> Vec<&str> {
    let of = job
        .columns
        .iter()
        .filter(|column| column.measure == measure);
    let known = of.filter(|column| !at(job, &column.layer, measure).is_empty());
    known.map(|column| column.layer.as_str()).collect()
}

fn at<'a>(job: &'a CurvatureView, layer: &str, measure: CurvatureMeasure) -> Vec<&'a Aggregate> {
    let is = |known: &&Aggregate| known.layer == layer && known.measure == measure;
    job.aggregates.iter().filter(is).collect()
}

/// The greatest median of a layer.
fn peak(own: &[&Aggregate]) -> f64 {
    let medians = own.iter().map(|known| known.band.median.0);
    medians
        .filter(|value| value.is_finite())
        .fold(0.0, f64::max)
}

fn stops(job: &CurvatureView) -> XAxis {
    XAxis::Named {
        label: "point of the path".to_owned(),
        names: job.stops.clone(),
    }
}

/// The middle of a stop's place.
fn place(stop: usize) -> f64 {
    stop as f64 + 0.5
}

fn heat(chart: &CurvatureChart, job: &CurvatureView, measure: CurvatureMeasure) -> Figure {
    let mut figure = chart.blank(job, measure);
    // The first layer stands at the top.
    let names: Vec<&str> = layers(job, measure).into_iter().rev().collect();
    let row = |name: &&str| {
        let own = at(job, name, measure);
        let peak = peak(&own);
        let value = |stop: usize| {
            let known = own.iter().find(|known| known.stop == stop);
            known.map_or(f64::NAN, |known| known.band.median.0 / peak)
        };
        (0..job.stops.len()).map(value).collect::<Vec<f64>>()
    };
    let values: Vec<Vec<f64>> = names.iter().map(row).collect();
    let heat = Heat {
        label: "share of the layer's peak".to_owned(),
        columns: (0..job.stops.len()).map(place).collect(),
        rows: (0..names.len()).map(place).collect(),
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        values,
        scale: Range {
            log: false,
            low: 0.0,
            high: 1.0,
        },
        lines: Vec::new(),
        path: Vec::new(),
    };
    figure.panels = vec![Panel {
        x: stops(job),
        y: YAxis {
            label: "layer".to_owned(),
            range: Range {
                log: false,
                low: 0.0,
                high: names.len().max(1) as f64,
            },
            unit: Unit::Count,
        },
        ..Panel::of(Content::Heat(Box::new(heat)))
    }];
    figure.say(&said(job, measure));
    figure
}

/// At how many layers the peak stands within one step of the flip.
fn said(job: &CurvatureView, measure: CurvatureMeasure) -> Vec<String> {
    let peaks: Vec<_> = job
        .peaks
        .iter()
        .filter(|peak| peak.measure == measure)
        .collect();
    if peaks.is_empty() {
        return Vec::new();
    }
    let near = peaks
        .iter()
        .filter(|peak| peak.median.0.abs() <= 1.0)
        .count();
    vec![format!(
        "At {near} of {} layers the peak stands within one step of the flip, in the median over the examples that flip.",
        peaks.len()
    )]
}

/// A few of the layers, from the first to the last.
fn some(job: &CurvatureView, measure: CurvatureMeasure) -> Vec<&str> {
    let all = layers(job, measure);
    if all.len() <= CURVES {
        return all;
    }
    let last = all.len() - 1;
    (0..CURVES)
        .filter_map(|i| {
            all.get((i * last + (CURVES - 1) / 2) / (CURVES - 1))
                .copied()
        })
        .collect()
}

fn curves(
    job: &CurvatureView,
    measure: CurvatureMeasure,
    scale: impl Fn(&[&Aggregate]) -> f64,
) -> Vec<Series> {
    let curve = |(slot, name): (usize, &str)| {
        let own = at(job, name, measure);
        let unit = scale(&own);
        let datum = |known: &&Aggregate| Datum {
            x: place(known.stop),
            y: (known.band.n > 0).then_some(known.band.median.0 / unit),
            low: known.band.q1.0 / unit,
            high: known.band.q3.0 / unit,
            n: known.band.n,
            not_finite: known.band.not_finite,
        };
        Series {
            name: name.to_owned(),
            slot,
            role: Role::Main,
            points: own.iter().map(datum).collect(),
            band: Some(Band {
                name: "quartiles".to_owned(),
                low: "lower quartile".to_owned(),
                high: "upper quartile".to_owned(),
                strong: false,
            }),
            breaks: Vec::new(),
            measured: false,
        }
    };
    some(job, measure)
        .into_iter()
        .enumerate()
        .map(curve)
        .collect()
}

fn of_curves(
    chart: &CurvatureChart,
    job: &CurvatureView,
    measure: CurvatureMeasure,
    label: String,
    content: Vec<Series>,
    log: bool,
) -> Figure {
    let mut figure = chart.blank(job, measure);
    let values = || {
        let points = content.iter().flat_map(|curve| &curve.points);
        points.flat_map(|point| [point.y.unwrap_or(f64::NAN), point.low, point.high])
    };
    let positive = values().all(|value| value.is_nan() || value > 0.0);
    let log = log && positive;
    let range = match log {
        true => Range::log_of(values().collect::<Vec<_>>(), 1e-300),
        false => Range::linear_of(values()),
    };
    figure.panels = vec![Panel {
        x: stops(job),
        y: YAxis {
            label: if log {
                format!("{label}, log axis")
            } else {
                label
            },
            range,
            unit: Unit::Plain,
        },
        ..Panel::of(Content::Curves(content))
    }];
    let sentences = words::sentences(&figure.panels);
    figure.say(&sentences);
    figure
}

fn peaks(chart: &CurvatureChart, job: &CurvatureView, measure: CurvatureMeasure) -> Figure {
    let content = curves(job, measure, peak);
    of_curves(
        chart,
        job,
        measure,
        "share of the peak".to_owned(),
        content,
        false,
    )
}

fn values(chart: &CurvatureChart, job: &CurvatureView, measure: CurvatureMeasure) -> Figure {
    let content = curves(job, measure, |_| 1.0);
    let mut figure = of_curves(
        chart,
        job,
        measure,
        measure.title().to_owned(),
        content,
        true,
    );
    let errors = job
        .aggregates
        .iter()
        .filter(|known| known.measure == measure);
    let share = |known: &Aggregate| Some(known.error?.0 / known.band.median.0.abs());
    let shares: Vec<f64> = errors
        .filter_map(share)
        .filter(|share| share.is_finite())
        .collect();
    if let Some(most) = shares.iter().copied().reduce(f64::max) {
        figure.subtitle += &format!(
            "; an estimate with random probes, standard errors of single values up to {} % of the median",
            significant(100.0 * most, 2)
        );
    }
    figure
}

fn density(chart: &CurvatureChart, job: &CurvatureView, measure: CurvatureMeasure) -> Figure {
    let names = job.spec.layers.list();
    // Of several layers the last one that is asked for, which is the whole network where that was.
    let layer = job.densities.iter().map(|density| density.layer).max();
    let own = job
        .densities
        .iter()
        .filter(|density| Some(density.layer) == layer);
    let content: Vec<Series> = own
        .enumerate()
        .map(|(slot, density)| Series {
            name: format!("{}, {} examples", density.mark.id(), density.examples),
            slot,
            role: Role::Main,
            points: density
                .grid
                .iter()
                .zip(&density.density)
                .map(|(x, y)| Datum::single(x.0, Some(y.0)))
                .collect(),
            band: None,
            breaks: Vec::new(),
            measured: false,
        })
        .collect();
    let places = || {
        content
            .iter()
            .flat_map(|curve| &curve.points)
            .map(|point| point.x)
    };
    let (from, to) = places().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
        (low.min(x), high.max(x))
    });
    let (from, to) = if from < to { (from, to) } else { (0.0, 1.0) };
    let heights = content
        .iter()
        .flat_map(|curve| &curve.points)
        .filter_map(|point| point.y);
    let mut figure = chart.blank(job, measure);
    chart.title.clone_into(&mut figure.title);
    if let Some(name) = layer.and_then(|layer| names.get(layer)) {
        figure.subtitle = format!(
            "Of {name}; an estimate by Lanczos quadrature, {} starts of {} steps",
            job.spec.density_starts, job.spec.density_steps
        );
    }
    figure.panels = vec![Panel {
        x: XAxis::Between {
            label: "eigenvalue".to_owned(),
            from,
            to,
        },
        y: YAxis {
            label: "density, log axis".to_owned(),
            range: Range::log_of(heights.collect::<Vec<_>>(), 1e-6),
            unit: Unit::Plain,
        },
        ..Panel::of(Content::Curves(content))
    }];
    let marks: Vec<String> = job
        .densities
        .iter()
        .map(|density| density.mark.id().to_owned())
        .collect();
    let sentence = (!marks.is_empty()).then(|| format!("Spectra at {}.", marks.join(", ")));
    figure.say(&Vec::from_iter(sentence));
    figure
}
