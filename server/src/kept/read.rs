//! Reads kept iterates, one row at a time.

use super::format::row_of;
use super::records::Records;
use super::{KeptError, failed_at};
use crate::store::inflate;
use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

/// One example at one point.
#[derive(Clone, Debug, PartialEq)]
pub struct KeptPoint {
    /// Which point.
    pub point: usize,
    /// Channels, height and width.
    pub shape: [usize; 3],
    /// The pixels in steps of 1/65535.
    pub pixels: Vec<u16>,
    /// The logits.
    pub logits: Vec<f64>,
}

/// Every kept point of a row, in order; empty when none is kept.
pub fn read_row(path: &Path, pass: usize, row: usize) -> Result<Vec<KeptPoint>, KeptError> {
    read(path, pass, row, usize::MAX)
}

/// A row at one point, if it is kept.
pub fn read_point(
    path: &Path,
    pass: usize,
    row: usize,
    point: usize,
) -> Result<Option<KeptPoint>, KeptError> {
    let points = read(path, pass, row, point)?;
    Ok(points.into_iter().last().filter(|last| last.point == point))
}

/// Whether anything of a row is kept.
pub fn has_row(path: &Path, pass: usize, row: usize) -> Result<bool, KeptError> {
    let failed = |source| failed_at(path, source);
    let Some(mut records) = open(path)? else {
        return Ok(false);
    };
    while let Some(record) = records.advance().map_err(failed)? {
        if record.place_of(pass, row).is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Those of these rows of a pass of which anything is kept.
pub fn kept_of(path: &Path, pass: usize, rows: &[usize]) -> Result<Vec<usize>, KeptError> {
    let failed = |source| failed_at(path, source);
    let Some(mut records) = open(path)? else {
        return Ok(Vec::new());
    };
    let (mut left, mut kept) = (rows.to_vec(), Vec::new());
    while let Some(record) = records.advance().map_err(failed)? {
        let found = |row: &usize| record.place_of(pass, *row).is_some();
        kept.extend(left.extract_if(.., |row| found(row)));
        if left.is_empty() {
            break;
        }
    }
    kept.sort_unstable();
    Ok(kept)
}

/// The records of a file; nothing where there is none.
fn open(path: &Path) -> Result<Option<Records>, KeptError> {
    let failed = |source| failed_at(path, source);
    match File::open(path) {
        Ok(file) => Records::of(file).map(Some).map_err(failed),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed(error)),
    }
}

fn read(path: &Path, pass: usize, row: usize, up_to: usize) -> Result<Vec<KeptPoint>, KeptError> {
    let failed = |source| failed_at(path, source);
    let Some(mut records) = open(path)? else {
        return Ok(Vec::new());
    };
    let mut points: Vec<KeptPoint> = Vec::new();
    while let Some(record) = records.advance().map_err(failed)? {
        let Some(place) = record.place_of(pass, row) else {
            continue;
        };
        let head = record.head;
        if head.point as usize > up_to {
            continue;
        }
        let packed = records.row(&record, place).map_err(failed)?;
        let damaged = || KeptError::Damaged {
            path: path.to_owned(),
            at: record.at,
        };
        let bytes = inflate("a kept iterate", &packed).map_err(|_| damaged())?;
        let before = points.last().map(|point| point.pixels.as_slice());
        let (pixels, logits) = row_of(&bytes, &head, before).ok_or_else(damaged)?;
        points.push(KeptPoint {
            point: head.point as usize,
            shape: head.shape.map(|n| n as usize),
            pixels,
            logits,
        });
        if head.point as usize == up_to {
            break;
        }
    }
    Ok(points)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kept::KeptWriter;
    use valleyscope_shared::runner::Kept;

    fn batch(point: usize, first_row: usize) -> Kept {
        let images = (0..2 * 3 * 4 * 4)
            .map(|i| ((i * 7 + point * 3 + first_row) % 256) as f32 / 255.0)
            .collect();
        let logits = (0..2 * 10).map(|i| (i + point) as f64 * 0.1).collect();
        Kept {
            pass: 0,
            point,
            first_row,
            rows: 2,
            shape: vec![3, 4, 4],
            images,
            logits,
        }
    }

    #[test]
    fn eight_bit_images_and_logits_come_back_exactly_at_every_point() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.kept");
        let mut writer = KeptWriter::create(&path).unwrap();
        for first_row in [0, 2] {
            for point in 0..40 {
                writer.write(batch(point, first_row)).unwrap();
            }
        }
        writer.finish().unwrap();
        for (row, point) in [(0, 0), (1, 17), (3, 39), (2, 16)] {
            let kept = read_point(&path, 0, row, point).unwrap().unwrap();
            let wanted = batch(point, row / 2 * 2);
            let images = &wanted.images[row % 2 * 48..][..48];
            assert!(
                kept.pixels
                    .iter()
                    .zip(images)
                    .all(|(pixel, image)| *pixel == (image * 255.0).round() as u16 * 257)
            );
            assert_eq!(kept.logits, wanted.logits[row % 2 * 10..][..10]);
        }
        assert_eq!(read_row(&path, 0, 3).unwrap().len(), 40);
        assert_eq!(read_point(&path, 0, 4, 0).unwrap(), None);
        assert_eq!(read_point(&path, 1, 0, 0).unwrap(), None);
    }

    #[test]
    fn a_file_cut_anywhere_still_gives_what_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.kept");
        let mut writer = KeptWriter::create(&path).unwrap();
        (0..3).for_each(|point| writer.write(batch(point, 0)).unwrap());
        writer.finish().unwrap();
        let whole = std::fs::read(&path).unwrap();
        let mut counts: Vec<usize> = Vec::new();
        for length in 0..=whole.len() {
            std::fs::write(&path, &whole[..length]).unwrap();
            counts.push(read_row(&path, 0, 1).unwrap().len());
        }
        assert!(counts.is_sorted());
        assert_eq!(
            (counts[0], counts[whole.len()], counts[whole.len() - 1]),
            (0, 3, 2)
        );
    }
}
