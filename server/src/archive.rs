//! A finished run as one file: what the example that comes with the program is made of.
//!
//! A zip file with `run.json` (spec, title, the events that matter, examples), `readings` and `clean` (logits of the clean images; 64-bit
//! floats) and `kept` (the file of kept iterates).

mod read;
mod write;

pub use read::read;
pub use write::write;

use serde::{Deserialize, Serialize};
use valleyscope_shared::ending::Ending;
use valleyscope_shared::event::Frame;
use valleyscope_shared::measure::{self, Measure};
use valleyscope_shared::readings::{Example, Readings};
use valleyscope_shared::spec::RunSpec;

/// The form of the file; another one is refused.
const FORMAT: u32 = 3;

/// A finished run.
pub struct Archive {
    /// The model and the attack in words.
    pub title: String,
    /// What it does.
    pub spec: RunSpec,
    /// Its log; of the points and statistics only the last of each.
    pub frames: Vec<Frame>,
    /// Its readings, complete, one table per seed.
    pub passes: Vec<Readings>,
    /// The file of kept iterates.
    pub kept: Vec<u8>,
}

/// `run.json`.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    format: u32,
    title: String,
    spec: RunSpec,
    frames: Vec<Frame>,
    examples: Vec<Example>,
    /// Pass, row and how it ended.
    endings: Vec<(usize, usize, Ending)>,
}

impl Archive {
    /// Which examples it is about.
    pub fn examples(&self) -> &[Example] {
        self.passes
            .first()
            .map_or(&[], |readings| readings.examples())
    }
}

/// The order of the readings in the file: pass, measure, example, point.
///
/// A measure of one example changes little from point to point, which packs well.
fn places(
    passes: usize,
    rows: usize,
    points: usize,
) -> impl Iterator<Item = (usize, Measure, usize, usize)> {
    (0..passes).flat_map(move |pass| {
        measure::ALL.iter().flat_map(move |measure| {
            (0..rows)
                .flat_map(move |row| (0..points).map(move |point| (pass, *measure, row, point)))
        })
    })
}

/// Why a file is no archive.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It cannot be read or written.
    #[error(transparent)]
    File(#[from] std::io::Error),
    /// It is no zip file, or lacks a part.
    #[error("the archive is damaged: {0}")]
    Zip(#[from] zip::result::ZipError),
    /// A part is not what it should be.
    #[error("the archive is damaged: {0}")]
    Damaged(String),
}
