//! Adds the iterates of an example to a run's file after the run has ended: all of them or none, whenever the machine stops.

use super::format::MAGIC;
use super::records::Records;
use super::write::KeptWriter;
use super::{KeptError, failed_at};
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use valleyscope_engine::durable;
use valleyscope_shared::problem::Problem;

/// Iterates on their way, in a file without a name beside the run's: it goes away with its handle.
pub struct Draft {
    path: PathBuf,
    file: File,
}

impl Draft {
    /// Begins iterates that are to be added to the file at `path`.
    ///
    /// # Errors
    /// Its folder takes no file.
    pub fn begin(path: &Path) -> Result<Self, KeptError> {
        let folder = path.parent().unwrap_or(Path::new("."));
        let file = tempfile::tempfile_in(folder).map_err(|source| failed_at(path, source))?;
        Ok(Self {
            path: path.to_owned(),
            file,
        })
    }

    /// Where the iterates are written; to be finished before they are added.
    ///
    /// # Errors
    /// The system gives no second handle, or no thread.
    pub fn writer(&self) -> Result<KeptWriter, KeptError> {
        let file = self.file.try_clone();
        let file = file.map_err(|source| failed_at(&self.path, source))?;
        KeptWriter::on(&self.path, Box::new(file))
    }

    /// Adds what was written of a row, unless the file has it meanwhile. One at a time may add to a file.
    ///
    /// # Errors
    /// The file cannot be written; it has then what it had.
    pub fn add(mut self, pass: usize, row: usize) -> Result<(), Problem> {
        let added = self
            .append(pass, row)
            .map_err(|source| failed_at(&self.path, source));
        Ok(added?)
    }

    fn append(&mut self, pass: usize, row: usize) -> io::Result<()> {
        let mut options = OpenOptions::new();
        let options = options.read(true).write(true).create(true).truncate(false);
        let mut to = options.open(&self.path)?;
        if let Some(folder) = self.path.parent() {
            durable::sync_folder(folder)?;
        }
        let mut records = Records::of(to.try_clone()?)?;
        while let Some(record) = records.advance()? {
            if record.place_of(pass, row).is_some() {
                return Ok(());
            }
        }
        let end = records.end();
        let copied = self.copy(&mut to, end);
        if copied.is_err() {
            // What is left of it is no record, and the next one is written over it.
            let _ = to.set_len(end);
        }
        copied
    }

    /// The word that every record begins with comes last: until it is on the disk a reader finds the end of the file there.
    fn copy(&mut self, to: &mut File, end: u64) -> io::Result<()> {
        let mut magic = MAGIC;
        self.file.rewind()?;
        if self.file.metadata()?.len() == 0 {
            return Ok(());
        }
        self.file.read_exact(&mut magic)?;
        // A record cut short by a machine that stopped may lie here.
        to.set_len(end)?;
        to.seek(SeekFrom::Start(end))?;
        to.write_all(&[0; MAGIC.len()])?;
        io::copy(&mut self.file, to)?;
        to.sync_data()?;
        to.seek(SeekFrom::Start(end))?;
        to.write_all(&magic)?;
        to.sync_data()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kept::{has_row, read_row};
    use valleyscope_shared::runner::Kept;

    fn kept(point: usize, row: usize) -> Kept {
        Kept {
            pass: 0,
            point,
            first_row: row,
            rows: 1,
            shape: vec![1, 2, 2],
            images: vec![(row * 10 + point) as f32 / 255.0; 4],
            logits: vec![row as f64, point as f64],
        }
    }

    fn draft(path: &Path, row: usize) -> Draft {
        let draft = Draft::begin(path).unwrap();
        let mut writer = draft.writer().unwrap();
        (0..3).for_each(|point| writer.write(kept(point, row)).unwrap());
        writer.finish().unwrap();
        draft
    }

    fn points(path: &Path, row: usize) -> Vec<f64> {
        let points = read_row(path, 0, row).unwrap();
        points.iter().map(|point| point.logits[1]).collect()
    }

    #[test]
    fn what_is_added_is_read_beside_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.kept");
        for row in [4, 9] {
            assert!(!has_row(&path, 0, row).unwrap());
            draft(&path, row).add(0, row).unwrap();
        }
        for row in [4, 9] {
            assert!(has_row(&path, 0, row).unwrap());
            assert_eq!(points(&path, row), [0.0, 1.0, 2.0]);
            assert_eq!(read_row(&path, 0, row).unwrap()[1].logits[0], row as f64);
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    /// Failed before: two who computed the same example one after the other had it twice.
    #[test]
    fn what_is_there_already_is_not_added_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.kept");
        let (one, other) = (draft(&path, 4), draft(&path, 4));
        one.add(0, 4).unwrap();
        other.add(0, 4).unwrap();
        assert_eq!(points(&path, 4), [0.0, 1.0, 2.0]);
    }

    /// Wherever the machine stops while the second example is added, the first stays, the second is not there, and can be added again.
    #[test]
    fn a_file_left_in_the_middle_is_mended_by_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.kept");
        draft(&path, 1).add(0, 1).unwrap();
        let before = std::fs::read(&path).unwrap();
        draft(&path, 2).add(0, 2).unwrap();
        let after = std::fs::read(&path).unwrap();
        for length in before.len()..=after.len() {
            let mut torn = after[..length].to_vec();
            let unsaid = length.min(before.len() + MAGIC.len());
            torn[before.len()..unsaid].fill(0);
            std::fs::write(&path, &torn).unwrap();
            assert_eq!(points(&path, 1), [0.0, 1.0, 2.0], "{length}");
            assert!(!has_row(&path, 0, 2).unwrap(), "{length}");
            draft(&path, 2).add(0, 2).unwrap();
            assert_eq!(std::fs::read(&path).unwrap(), after, "{length}");
        }
    }
}
