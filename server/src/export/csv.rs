//! One line per example and point. Nothing but a table, so that every reader takes it as it is; the settings are in the JSON file.

use super::Record;
use std::io::{self, Write};
use valleyscope_shared::csv::harmless;
use valleyscope_shared::measure::{self, Measure};

/// Writes the readings as CSV. The first columns say of what, so that the files of several runs can be put together.
/// Readings that are not finite are `nan`, `inf` or `-inf`; where there is no prediction the field is empty; points that were never computed have no line.
pub fn write_csv(record: &Record, mut to: impl Write) -> io::Result<()> {
    let mut lines = ::csv::Writer::from_writer(&mut to);
    let attack = record.spec.attack.summary();
    let data = record.spec.data.address();
    let what = [&*record.spec.model, &data, &attack].map(harmless);
    let fixed = [
        "model", "data", "attack", "seed", "epsilon", "row", "index", "label", "target", "point",
        "step",
    ];
    lines
        .write_record(
            fixed
                .into_iter()
                .chain(measure::ALL.iter().map(|measure| measure.id())),
        )
        .map_err(cause)?;
    for (pass, (readings, seed)) in record.passes.iter().zip(&record.started.seeds).enumerate() {
        let epsilon = record.started.epsilons.get(pass);
        let epsilon = epsilon.map(|epsilon| epsilon.value().to_string());
        let axis = readings.axis();
        for (row, example) in readings.examples().iter().enumerate() {
            for point in 0..readings.reached(row) {
                let step = axis
                    .step_at(point)
                    .map(|step| step.to_string())
                    .unwrap_or_default();
                let mut line: Vec<String> = what.iter().map(|text| text.to_string()).collect();
                line.extend([
                    seed.to_string(),
                    epsilon.clone().unwrap_or_default(),
                    row.to_string(),
                    example.index.to_string(),
                    example.label.to_string(),
                    example
                        .target
                        .map(|target| target.to_string())
                        .unwrap_or_default(),
                    axis.label(point),
                    step,
                ]);
                line.extend(measure::ALL.iter().map(|measure| {
                    readings
                        .get(*measure, point, row)
                        .map(|value| number(*measure, value))
                        .unwrap_or_default()
                }));
                lines.write_record(&line).map_err(cause)?;
            }
        }
    }
    lines.flush()
}

/// The shortest text that gives the same float back. A class is a whole number, or nothing.
fn number(measure: Measure, value: f64) -> String {
    match value.is_nan() {
        true if measure.is_category() => String::new(),
        true => "nan".to_owned(),
        false => value.to_string(),
    }
}

/// Why writing failed, as whoever reads said it: a closed pipe stays one.
fn cause(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    }
}
