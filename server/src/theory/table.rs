//! The theory as a file: a row for each example at each point.

use super::Inputs;
use std::io::{self, Write};
use valleyscope_shared::theory::Line;

/// Writes every curve of every example as CSV; what is not known is left empty.
///
/// # Errors
/// It cannot be written.
pub fn write_csv(inputs: &Inputs<'_>, to: impl Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(to);
    let names = Line::ALL.iter().map(|line| line.id());
    csv.write_record(["row", "index", "step"].into_iter().chain(names))?;
    let Some(readings) = inputs.passes.get(inputs.pass) else {
        return csv.flush();
    };
    for row in inputs.rows() {
        let (Some(example), Some(of)) = (inputs.example(row), readings.examples().get(row)) else {
            continue;
        };
        let lines = example.lines();
        for point in 0..readings.reached(row) {
            let step = readings.axis().step_at(point);
            let step = step.map_or_else(|| "start".to_owned(), |step| step.to_string());
            let values = lines.iter().map(|values| match values.get(point) {
                Some(value) if !value.is_nan() => value.to_string(),
                _ => String::new(),
            });
            let place = [row.to_string(), of.index.to_string(), step];
            csv.write_record(place.into_iter().chain(values))?;
        }
    }
    csv.flush()
}
