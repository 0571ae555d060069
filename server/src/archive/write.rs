//! Writing a run into a file.

use super::{Archive, ArchiveError, FORMAT, Head, places};
use std::io::{Seek, Write};
use valleyscope_shared::ending::Ending;
use valleyscope_shared::readings::Readings;
use zip::CompressionMethod::{Deflated, Stored};
use zip::write::{SimpleFileOptions, ZipWriter};

/// Writes a run.
///
/// # Errors
/// The file cannot be written.
pub fn write(archive: &Archive, to: impl Write + Seek) -> Result<(), ArchiveError> {
    let mut zip = ZipWriter::new(to);
    let packed = SimpleFileOptions::default()
        .compression_method(Deflated)
        .compression_level(Some(9));
    let head = Head {
        format: FORMAT,
        title: archive.title.clone(),
        spec: archive.spec.clone(),
        frames: archive.frames.clone(),
        examples: archive.examples().to_vec(),
        endings: endings(archive),
    };
    zip.start_file("run.json", packed)?;
    serde_json::to_writer(&mut zip, &head)
        .map_err(|error| ArchiveError::Damaged(error.to_string()))?;
    zip.start_file("readings", packed)?;
    zip.write_all(&planes(&readings(archive)))?;
    zip.start_file("clean", packed)?;
    zip.write_all(&planes(&clean(archive)))?;
    // Its rows are compressed already.
    zip.start_file(
        "kept",
        SimpleFileOptions::default().compression_method(Stored),
    )?;
    zip.write_all(&archive.kept)?;
    zip.finish()?;
    Ok(())
}

fn endings(archive: &Archive) -> Vec<(usize, usize, Ending)> {
    let of = |(pass, readings): (usize, &Readings)| {
        let rows = 0..readings.examples().len();
        rows.filter_map(|row| Some((pass, row, readings.ending(row)?.clone())))
            .collect::<Vec<_>>()
    };
    archive.passes.iter().enumerate().flat_map(of).collect()
}

/// The logits of all clean images; nothing where some are not known.
fn clean(archive: &Archive) -> Vec<f64> {
    let first = archive.passes.first();
    let all = first.and_then(|readings| readings.clean_of(0..readings.examples().len()));
    all.map_or_else(Vec::new, |clean| clean.values)
}

/// All readings.
fn readings(archive: &Archive) -> Vec<f64> {
    let points = archive
        .passes
        .first()
        .map_or(0, |readings| readings.axis().points());
    let value = |(pass, measure, row, point): (usize, _, _, _)| {
        archive.passes[pass]
            .get(measure, point, row)
            .unwrap_or(f64::NAN)
    };
    places(archive.passes.len(), archive.examples().len(), points)
        .map(value)
        .collect()
}

/// Floats with their bytes sorted by weight.
fn planes(values: &[f64]) -> Vec<u8> {
    let mut planes = vec![0; values.len() * 8];
    for (i, value) in values.iter().enumerate() {
        for (weight, byte) in value.to_le_bytes().into_iter().enumerate() {
            planes[weight * values.len() + i] = byte;
        }
    }
    planes
}
