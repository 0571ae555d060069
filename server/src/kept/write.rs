//! Writes kept iterates, off the worker's thread.
//!
//! What a run says of an example after its iterates must not outlive them: it waits in line behind them until they are on the disk.

use super::format::{Head, KEY_EVERY, quantise, row_bytes};
use super::{KeptError, failed_at};
use crate::store::deflate;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::runner::Kept;

/// Batches on their way; a batch of 64 small images is about a megabyte.
const WAITING: usize = 4;

/// What iterates are written on: a file, or in tests a slow one.
pub(super) trait Paper: Write + Send {
    /// Waits until everything written is on the disk.
    fn settle(&mut self) -> io::Result<()>;
}

impl Paper for File {
    fn settle(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}

/// What the thread is handed, in order.
enum Job {
    Keep(Kept),
    Then(Box<dyn FnOnce() + Send>),
}

/// The file of one run, open for writing.
pub struct KeptWriter {
    jobs: Option<Sender<Job>>,
    /// Each batch takes a place that the thread frees once the batch is written; what only waits in line takes none.
    places: SyncSender<()>,
    thread: Option<JoinHandle<Result<(), KeptError>>>,
}

impl KeptWriter {
    /// Begins the file.
    ///
    /// # Errors
    /// It cannot be created.
    pub fn create(path: &Path) -> Result<Self, KeptError> {
        let failed = |source| failed_at(path, source);
        let file = File::create(path).map_err(failed)?;
        // Its name must be on the disk too.
        if let Some(folder) = path.parent().filter(|_| cfg!(unix)) {
            File::open(folder)
                .and_then(|folder| folder.sync_all())
                .map_err(failed)?;
        }
        Self::on(path, Box::new(file))
    }

    /// Writes on `paper`, which errors call `path`.
    pub(super) fn on(path: &Path, paper: Box<dyn Paper>) -> Result<Self, KeptError> {
        let (jobs, todo) = channel();
        let (places, taken) = sync_channel(WAITING);
        let mut scribe = Scribe {
            path: path.to_owned(),
            paper,
            unsettled: false,
            before: HashMap::new(),
        };
        let thread = std::thread::Builder::new()
            .name("kept".to_owned())
            .spawn(move || scribe.write_all(&todo, &taken))
            .map_err(|source| failed_at(path, source))?;
        Ok(Self {
            jobs: Some(jobs),
            places,
            thread: Some(thread),
        })
    }

    /// Hands over iterates to be written.
    ///
    /// # Errors
    /// Earlier ones could not be written.
    pub fn write(&mut self, kept: Kept) -> Result<(), Problem> {
        // Waits while the disk is behind. Without a thread there is no place to be had, and none to wait for.
        let _ = self.places.send(());
        self.hand_over(Job::Keep(kept))
    }

    /// Does `what` once everything handed over before is on the disk; never, when that fails.
    ///
    /// # Errors
    /// It failed already.
    pub fn then(&mut self, what: impl FnOnce() + Send + 'static) -> Result<(), Problem> {
        self.hand_over(Job::Then(Box::new(what)))
    }

    fn hand_over(&mut self, job: Job) -> Result<(), Problem> {
        let gone = match &self.jobs {
            Some(jobs) => jobs.send(job).is_err(),
            None => true,
        };
        if gone { self.close() } else { Ok(()) }
    }

    /// Waits until everything is on the disk.
    ///
    /// # Errors
    /// Something could not be written.
    pub fn finish(mut self) -> Result<(), Problem> {
        self.close()
    }

    fn close(&mut self) -> Result<(), Problem> {
        self.jobs = None;
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
    paper: Box<dyn Paper>,
    /// Whether something written may not be on the disk yet.
    unsettled: bool,
    /// The quantised pixels of each pass and row at its latest point.
    before: HashMap<(usize, usize), (usize, Vec<u16>)>,
}

impl Scribe {
    fn write_all(&mut self, todo: &Receiver<Job>, taken: &Receiver<()>) -> Result<(), KeptError> {
        while let Ok(job) = todo.recv() {
            match job {
                Job::Keep(kept) => {
                    if let Some(record) = self.record(&kept) {
                        self.paper
                            .write_all(&record)
                            .map_err(|source| failed_at(&self.path, source))?;
                        self.unsettled = true;
                    }
                    let _ = taken.recv();
                }
                Job::Then(what) => {
                    self.settle()?;
                    what();
                }
            }
        }
        self.settle()
    }

    fn settle(&mut self) -> Result<(), KeptError> {
        if std::mem::take(&mut self.unsettled) {
            self.paper
                .settle()
                .map_err(|source| failed_at(&self.path, source))?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    /// Takes its time, and tells what was written and what of it is on the disk.
    struct Slow(Arc<Mutex<(usize, usize)>>);

    impl Write for Slow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            std::thread::sleep(Duration::from_millis(20));
            self.0.lock().unwrap().0 += bytes.len();
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Paper for Slow {
        fn settle(&mut self) -> io::Result<()> {
            std::thread::sleep(Duration::from_millis(20));
            let mut sizes = self.0.lock().unwrap();
            sizes.1 = sizes.0;
            Ok(())
        }
    }

    fn kept(point: usize) -> Kept {
        Kept {
            pass: 0,
            point,
            first_row: 0,
            rows: 1,
            shape: vec![1, 2, 2],
            images: vec![0.5; 4],
            logits: vec![0.0; 2],
        }
    }

    #[test]
    fn what_waits_in_line_comes_after_what_is_on_the_disk() {
        let sizes = Arc::new(Mutex::new((0, 0)));
        let paper = Box::new(Slow(sizes.clone()));
        let mut writer = KeptWriter::on(Path::new("slow"), paper).unwrap();
        let (tell, told) = channel();
        for point in 0..3 {
            writer.write(kept(point)).unwrap();
            let (tell, sizes) = (tell.clone(), sizes.clone());
            let look = move || tell.send(*sizes.lock().unwrap()).unwrap();
            writer.then(look).unwrap();
        }
        writer.finish().unwrap();
        drop(tell);
        let seen: Vec<(usize, usize)> = told.iter().collect();
        assert!(
            seen.iter().all(|(written, safe)| written == safe),
            "{seen:?}"
        );
        assert!(seen.is_sorted_by(|a, b| a < b) && seen.len() == 3);
    }

    /// A disk that is full.
    struct Full;

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Paper for Full {
        fn settle(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_waits_behind_a_failure_is_never_done() {
        let mut writer = KeptWriter::on(Path::new("full"), Box::new(Full)).unwrap();
        let (tell, told) = channel();
        // More than fit in the line: a dead thread keeps nobody waiting.
        let mut first = None;
        for point in 0..3 * WAITING {
            let tell = tell.clone();
            let handed_over = writer
                .write(kept(point))
                .and_then(|()| writer.then(move || tell.send(point).unwrap()));
            first = first.or(handed_over.err());
        }
        let problem = first.or(writer.finish().err());
        assert_eq!(problem.unwrap().status, 507);
        drop(tell);
        assert_eq!(told.iter().count(), 0);
    }
}
