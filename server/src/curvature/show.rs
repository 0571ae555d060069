//! A job as people see it: where it is, its distributions, its values.

use super::bands::Bands;
use crate::clock::now_ms;
use crate::queue::Queue;
use crate::store::{JobRow, Result, RunRow, Store};
use std::io::{self, Write};
use valleyscope_shared::csv::harmless;
use valleyscope_shared::curvature::{
    Aggregate, CurvatureRow, CurvatureSpec, CurvatureValues, CurvatureView, LayerPeak, Named, Plan,
    Points,
};
use valleyscope_shared::num::Num;
use valleyscope_shared::readings::Axis;
use valleyscope_shared::run::Phase;
use valleyscope_shared::statistic::Quartiles;

/// A job as a resource; with its distributions and densities where `whole`.
///
/// # Errors
/// The store cannot be read.
pub fn view(
    store: &Store,
    queue: Option<&Queue>,
    run: &RunRow,
    job: JobRow,
    whole: bool,
) -> Result<CurvatureView> {
    let axis = axis(run);
    let columns = job.spec.columns();
    let stops = Plan::stops(&job.spec, &axis);
    let (mut aggregates, mut peaks, mut densities) = (Vec::new(), Vec::new(), Vec::new());
    if whole {
        let known = store.values(run.number, job.job)?;
        let bands = Bands::new(&job.rows, columns.len(), known);
        for stop in 0..stops.len() {
            for (place, column) in columns.iter().enumerate() {
                let (band, error) = bands.of(stop, place);
                if band.n + band.not_finite == 0 {
                    continue;
                }
                aggregates.push(Aggregate {
                    layer: column.layer.clone(),
                    measure: column.measure,
                    stop,
                    band,
                    error: error.map(Num),
                });
            }
        }
        if job.spec.points != Points::Named(Named::Marks) {
            let known = columns.iter().enumerate();
            peaks.extend(known.filter_map(|(place, column)| {
                let gaps = bands.peaks(&axis, place);
                let near = gaps.iter().filter(|gap| gap.abs() <= 1.0).count();
                let found = Quartiles::of(gaps);
                (found.n > 0).then(|| LayerPeak {
                    layer: column.layer.clone(),
                    measure: column.measure,
                    n: found.n,
                    median: found.median,
                    near,
                })
            }));
        }
        densities = store.densities(run.number, job.job)?;
    }
    Ok(CurvatureView {
        run: run.id.clone(),
        job: job.job,
        phase: job.phase,
        position: queue.and_then(|queue| queue.position_of_curvature(&run.id, job.job)),
        asked_ms: job.asked_ms,
        started_ms: job.started_ms,
        ended_ms: job.ended_ms,
        done: job.done,
        total: job.total,
        seconds_left: seconds_left(&job),
        reason: job.reason,
        spec: job.spec,
        columns,
        stops,
        aggregates,
        peaks,
        densities,
    })
}

/// Seconds left at the pace since the last start.
fn seconds_left(job: &JobRow) -> Option<f64> {
    let since = job.started_ms.filter(|_| job.phase == Phase::Running)?;
    let done = job.done.checked_sub(job.taken).filter(|done| *done > 0)?;
    let passed = now_ms().saturating_sub(since) as f64 / 1e3;
    Some(passed * job.total.saturating_sub(job.done) as f64 / done as f64)
}

fn axis(run: &RunRow) -> Axis {
    run.spec.axis()
}

/// Every value of a job.
///
/// # Errors
/// The store cannot be read.
pub fn values(store: &Store, run: &RunRow, job: &JobRow) -> Result<CurvatureValues> {
    let axis = axis(run);
    let names = Plan::stops(&job.spec, &axis);
    let mut rows = Vec::new();
    for block in store.values(run.number, job.job)? {
        let Some(planned) = job.rows.iter().find(|planned| planned.row == block.row) else {
            continue;
        };
        let point = Some(block.point);
        let here = names.iter().zip(&planned.stops);
        let here = here.filter(|(_, stop)| **stop == point);
        rows.push(CurvatureRow {
            row: block.row,
            index: planned.example.index,
            label: planned.example.label,
            point: block.point,
            name: axis.label(block.point),
            stops: here.map(|(name, _)| name.clone()).collect(),
            values: block.values,
        });
    }
    Ok(CurvatureValues {
        columns: job.spec.columns(),
        rows,
    })
}

/// Writes a job's values as CSV: one line per example, point, layer and measure. The first columns say of what, so that the files of
/// several jobs can be put together.
///
/// # Errors
/// `to` cannot be written.
pub fn write_values(
    run: &RunRow,
    job: u32,
    spec: &CurvatureSpec,
    values: &CurvatureValues,
    to: impl Write,
) -> io::Result<()> {
    let mut lines = ::csv::Writer::from_writer(to);
    lines.write_record([
        "model", "data", "attack", "job", "pass", "row", "index", "label", "point", "stops",
        "layer", "measure", "value", "error", "residual", "probes",
    ])?;
    let (attack, data) = (run.spec.attack.summary(), run.spec.data.address());
    let what = [&*run.spec.model, &data, &attack].map(harmless);
    let pass = spec.pass.unwrap_or(0).to_string();
    for row in &values.rows {
        for (column, value) in values.columns.iter().zip(&row.values) {
            let mut line: Vec<String> = what.iter().map(|text| text.to_string()).collect();
            line.extend([
                job.to_string(),
                pass.clone(),
                row.row.to_string(),
                row.index.to_string(),
                row.label.to_string(),
                row.name.clone(),
                row.stops.join(" "),
                harmless(&column.layer).to_string(),
                column.measure.id().to_owned(),
                number(Some(value.value)),
                number(value.error),
                number(value.residual),
                value.probes.to_string(),
            ]);
            lines.write_record(&line)?;
        }
    }
    lines.flush()
}

/// The shortest text that gives the same float back; nothing where there is none.
fn number(value: Option<Num>) -> String {
    match value {
        Some(Num(value)) if value.is_nan() => "nan".to_owned(),
        Some(Num(value)) => value.to_string(),
        None => String::new(),
    }
}
