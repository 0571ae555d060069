//! One line per example and point, after comment lines that say how to do the run again.

use super::Record;
use std::io::{self, Write};
use valleyscope_shared::csv::comment;
use valleyscope_shared::measure;

/// Writes the readings as CSV. Readings that are not finite are `nan`, `inf` or `-inf`; points that were never computed have no line.
pub fn write_csv(record: &Record, mut to: impl Write) -> io::Result<()> {
    write_header(record, &mut to)?;
    let mut lines = ::csv::Writer::from_writer(to);
    let fixed = [
        "seed", "epsilon", "row", "index", "label", "target", "point", "step",
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
                let mut line = vec![
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
                ];
                line.extend(measure::ALL.iter().map(|measure| {
                    readings
                        .get(*measure, point, row)
                        .map(number)
                        .unwrap_or_default()
                }));
                lines.write_record(&line).map_err(cause)?;
            }
        }
    }
    lines.flush()
}

/// The header as comment lines, one key a line.
pub fn write_header(record: &Record, to: &mut impl Write) -> io::Result<()> {
    if let Some(header) = record.header().as_object() {
        for (key, value) in header {
            writeln!(to, "# {key}: {}", comment(&value.to_string()))?;
        }
    }
    Ok(())
}

/// The shortest text that gives the same float back.
fn number(value: f64) -> String {
    if value.is_nan() {
        "nan".to_owned()
    } else {
        value.to_string()
    }
}

/// Why writing failed, as whoever reads said it: a closed pipe stays one.
fn cause(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    }
}
