//! Arrays for NumPy: a zip file with one `.npy` file per array.

use super::npy::npy_head;
use super::{JobRecord, Record};
use std::io::{self, Write};
use valleyscope_shared::measure;
use zip::write::{SimpleFileOptions, ZipWriter};

/// What stands for a class where there is no prediction.
const NO_CLASS: i64 = -1;

/// Writes every measure as an array of shape `[seeds, points, images]`, with `indices`, `labels`, `seeds` and `steps` (-1 is the random start).
///
/// `header` is a text, JSON that says how to do the run again: `json.loads(str(np.load(file)["header"]))`.
/// Measures on demand are arrays of shape `[columns, points, examples]`, such as `curvature_1` and `curvature_1_error`;
/// their columns are named in the header. Readings that were never computed are NaN; predictions are whole numbers, -1 where there is none.
pub fn write_npz(record: &Record, to: impl Write) -> io::Result<()> {
    let mut zip = ZipWriter::new_stream(to);
    let options = SimpleFileOptions::default()
        .compression_method(zip::CompressionMethod::Deflated)
        .large_file(true);
    let mut header = record.header();
    if !record.curvature.is_empty() {
        let jobs: Vec<_> = record.curvature.iter().map(JobRecord::head).collect();
        header["curvature"] = jobs.into();
    }
    let header = header.to_string();
    zip.start_file("header.npy", options)?;
    zip.write_all(&npy_head(&format!("<U{}", header.chars().count()), &[]))?;
    for letter in header.chars() {
        zip.write_all(&u32::from(letter).to_le_bytes())?;
    }
    let axis = &record.started.axis;
    let examples = record
        .passes
        .first()
        .map_or(&[][..], |readings| readings.examples());
    let steps = (0..axis.points()).map(|point| axis.step_at(point).map_or(-1, i64::from));
    let integers: [(&str, Vec<i64>); 4] = [
        (
            "indices",
            examples
                .iter()
                .map(|example| example.index as i64)
                .collect(),
        ),
        (
            "labels",
            examples
                .iter()
                .map(|example| i64::from(example.label))
                .collect(),
        ),
        // NumPy has unsigned integers too, but mixing both makes floats of them.
        (
            "seeds",
            record
                .started
                .seeds
                .iter()
                .map(|seed| *seed as i64)
                .collect(),
        ),
        ("steps", steps.collect()),
    ];
    for (name, values) in integers {
        zip.start_file(format!("{name}.npy"), options)?;
        zip.write_all(&npy_head("<i8", &[values.len()]))?;
        for value in values {
            zip.write_all(&value.to_le_bytes())?;
        }
    }
    for measure in measure::ALL {
        zip.start_file(format!("{}.npy", measure.id()), options)?;
        let kind = if measure.is_category() { "<i8" } else { "<f8" };
        zip.write_all(&npy_head(
            kind,
            &[record.passes.len(), axis.points(), examples.len()],
        ))?;
        for readings in record.passes.iter() {
            for point in 0..axis.points() {
                for row in 0..examples.len() {
                    let value = readings.get(*measure, point, row).unwrap_or(f64::NAN);
                    let bytes = match measure.is_category() {
                        true if value.is_nan() => NO_CLASS.to_le_bytes(),
                        true => (value as i64).to_le_bytes(),
                        false => value.to_le_bytes(),
                    };
                    zip.write_all(&bytes)?;
                }
            }
        }
    }
    for job in &record.curvature {
        let rows = job.view.spec.examples as usize;
        let shape = [job.view.columns.len(), axis.points(), rows];
        for (name, values) in job.arrays(axis.points()) {
            zip.start_file(format!("{name}.npy"), options)?;
            zip.write_all(&npy_head("<f8", &shape))?;
            for value in values {
                zip.write_all(&value.to_le_bytes())?;
            }
        }
    }
    zip.finish()?.flush()
}
