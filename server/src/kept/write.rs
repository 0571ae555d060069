//! Writes kept iterates, off the worker's thread.

use super::KeptError;
use super::format::{Head, KEY_EVERY, quantise, row_bytes};
use crate::store::deflate;
use std::collections::HashMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::runner::Kept;

/// Batches on their way; a batch of 64 small images is about a megabyte.
const WAITING: usize = 4;

/// The file of one run, open for writing.
pub struct KeptWriter {
    sender: Option<SyncSender<Kept>>,
    thread: Option<JoinHandle<Result<(), KeptError>>>,
}

impl KeptWriter {
    /// Begins the file.
    ///
    /// # Errors
    /// It cannot be created.
    pub fn create(path: &Path) -> Result<Self, KeptError> {
        let failed = |source| KeptError::File {
            path: path.to_owned(),
            source,
        };
        let file = File::create(path).map_err(failed)?;
        let (sender, receiver) = sync_channel(WAITING);
        let mut scribe = Scribe {
            path: path.to_owned(),
            file,
            before: HashMap::new(),
        };
        let thread = std::thread::Builder::new()
            .name("kept".to_owned())
            .spawn(move || scribe.write_all(&receiver))
            .map_err(failed)?;
        Ok(Self {
            sender: Some(sender),
            thread: Some(thread),
        })
    }

    /// Hands over iterates to be written.
    ///
    /// # Errors
    /// Earlier ones could not be written.
    pub fn write(&mut self, kept: Kept) -> Result<(), Problem> {
        let gone = match &self.sender {
            Some(sender) => sender.send(kept).is_err(),
            None => true,
        };
        if gone { self.close() } else { Ok(()) }
    }

    /// Waits until everything is written.
    ///
    /// # Errors
    /// Something could not be written.
    pub fn finish(mut self) -> Result<(), Problem> {
        self.close()
    }

    fn close(&mut self) -> Result<(), Problem> {
        self.sender = None;
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(result)) => Ok(result?),
            Some(Err(_)) => Err(Problem::internal(
                "the thread that writes kept iterates panicked",
            )),
            None => Err(Problem::internal("the file of kept iterates is closed")),
        }
    }
}

struct Scribe {
    path: PathBuf,
    file: File,
    /// The quantised pixels of each pass and row at its latest point.
    before: HashMap<(usize, usize), (usize, Vec<u16>)>,
}

impl Scribe {
    fn write_all(&mut self, receiver: &Receiver<Kept>) -> Result<(), KeptError> {
        while let Ok(kept) = receiver.recv() {
            if let Some(record) = self.record(&kept) {
                self.file
                    .write_all(&record)
                    .map_err(|source| KeptError::File {
                        path: self.path.clone(),
                        source,
                    })?;
            }
        }
        Ok(())
    }

    /// The record of a batch; nothing for one whose sizes do not agree.
    fn record(&mut self, kept: &Kept) -> Option<Vec<u8>> {
        let shape: [u32; 3] = kept
            .shape
            .iter()
            .map(|n| *n as u32)
            .collect::<Vec<_>>()
            .try_into()
            .ok()?;
        let pixels: usize = kept.shape.iter().product();
        if kept.rows == 0
            || kept.images.len() != kept.rows * pixels
            || !kept.logits.len().is_multiple_of(kept.rows)
        {
            tracing::error!(
                rows = kept.rows,
                images = kept.images.len(),
                "kept iterates have no sound shape and are left out"
            );
            return None;
        }
        let classes = kept.logits.len() / kept.rows;
        // A row continues from the point before it, if that is there; all rows of a batch are alike in this.
        let follows = (kept.first_row..kept.first_row + kept.rows).all(|row| {
            self.before
                .get(&(kept.pass, row))
                .is_some_and(|(point, pixels_before)| {
                    *point + 1 == kept.point && pixels_before.len() == pixels
                })
        });
        let key = !follows || (kept.point as u32).is_multiple_of(KEY_EVERY);
        let head = Head {
            pass: kept.pass as u32,
            point: kept.point as u32,
            first_row: kept.first_row as u32,
            rows: kept.rows as u32,
            shape,
            classes: classes as u32,
            key,
        };
        let mut rows = Vec::with_capacity(kept.rows);
        for row in 0..kept.rows {
            let now: Vec<u16> = kept.images[row * pixels..(row + 1) * pixels]
                .iter()
                .map(|pixel| quantise(*pixel))
                .collect();
            let place = (kept.pass, kept.first_row + row);
            let before = self
                .before
                .get(&place)
                .filter(|_| !key)
                .map(|(_, pixels)| pixels.as_slice());
            rows.push(deflate(
                &row_bytes(
                    &now,
                    before,
                    &kept.logits[row * classes..(row + 1) * classes],
                ),
                3,
            ));
            self.before.insert(place, (kept.point, now));
        }
        let mut record = head.bytes();
        record.extend(rows.iter().flat_map(|row| (row.len() as u32).to_le_bytes()));
        record.extend(rows.concat());
        Some(record)
    }
}
