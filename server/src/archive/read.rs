//! Reading a run from a file.

use super::{Archive, ArchiveError, FORMAT, Head, places};
use std::io::{Read, Seek};
use valleyscope_shared::event::{Event, Started};
use valleyscope_shared::measure::{self, Measure};
use valleyscope_shared::readings::{Block, CleanLogits, Readings};
use zip::ZipArchive;

/// No part of an honest archive is larger, unpacked.
const MOST_BYTES: u64 = 1 << 30;

/// Reads a run.
///
/// # Errors
/// The file is no archive of ours.
pub fn read(from: impl Read + Seek) -> Result<Archive, ArchiveError> {
    let mut zip = ZipArchive::new(from)?;
    let head: Head = serde_json::from_slice(&part(&mut zip, "run.json")?)
        .map_err(|error| ArchiveError::Damaged(error.to_string()))?;
    if head.format != FORMAT {
        return Err(ArchiveError::Damaged(format!(
            "its form is {}, this program reads {FORMAT}",
            head.format
        )));
    }
    let started = head.frames.iter().find_map(|frame| match &frame.event {
        Event::Started(started) => Some(started),
        _ => None,
    });
    let started =
        started.ok_or_else(|| ArchiveError::Damaged("the run never started".to_owned()))?;
    let mut passes = passes(&part(&mut zip, "readings")?, started, &head)?;
    if let Some(first) = passes.first_mut() {
        first.put_clean(&CleanLogits {
            first_row: 0,
            rows: head.examples.len(),
            values: floats(&part(&mut zip, "clean")?),
        });
    }
    let kept = part(&mut zip, "kept")?;
    Ok(Archive {
        title: head.title,
        spec: head.spec,
        frames: head.frames,
        passes,
        kept,
    })
}

fn part(zip: &mut ZipArchive<impl Read + Seek>, name: &str) -> Result<Vec<u8>, ArchiveError> {
    let mut bytes = Vec::new();
    zip.by_name(name)?
        .take(MOST_BYTES)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Floats whose bytes are sorted by weight; bytes that are left over make none.
fn floats(planes: &[u8]) -> Vec<f64> {
    let count = planes.len() / 8;
    let float =
        |i: usize| f64::from_le_bytes(std::array::from_fn(|weight| planes[weight * count + i]));
    (0..count).map(float).collect()
}

fn passes(planes: &[u8], started: &Started, head: &Head) -> Result<Vec<Readings>, ArchiveError> {
    let (seeds, rows, points) = (
        started.seeds.len(),
        head.examples.len(),
        started.axis.points(),
    );
    let count = seeds * rows * points * Measure::COUNT;
    if planes.len() != count * 8 {
        return Err(ArchiveError::Damaged(format!(
            "it has {} bytes of readings, not {}",
            planes.len(),
            count * 8
        )));
    }
    let values = floats(planes);
    let mut blocks: Vec<Block> = (0..seeds * points)
        .map(|i| Block {
            pass: i / points,
            point: i % points,
            first_row: 0,
            values: vec![0.0; rows * measure::ALL.len()],
        })
        .collect();
    for (i, (pass, measure, row, point)) in places(seeds, rows, points).enumerate() {
        blocks[pass * points + point].values[measure.place() * rows + row] = values[i];
    }
    let mut passes = started.tables(&head.examples);
    for block in &blocks {
        passes[block.pass].put(block);
    }
    for (pass, row, ending) in &head.endings {
        if let Some(readings) = passes.get_mut(*pass) {
            readings.put_ending(*row, ending.clone());
        }
    }
    Ok(passes)
}
