//! What was tried of a reader, as a line in a file that the evaluation names.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};

/// Names the file. Without it the line is printed.
pub const REPORT: &str = "VALLEYSCOPE_MUTATIONS_REPORT";

/// What was tried of a reader, and what it took.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub reader: String,
    /// Attempts.
    pub files: u64,
    /// Of those, the ones that were read in spite of the changes.
    pub read: u64,
    /// Bytes that were changed in all.
    pub bytes: u64,
    /// The longest attempt.
    pub longest: Duration,
    /// The most bytes that one held at once.
    pub peak: usize,
}

impl Report {
    pub(super) fn new(reader: &str) -> Self {
        Self {
            reader: reader.to_owned(),
            files: 0,
            read: 0,
            bytes: 0,
            longest: Duration::ZERO,
            peak: 0,
        }
    }

    pub(super) fn add(&mut self, bytes: u64, read: bool, taken: Duration, peak: usize) {
        self.files += 1;
        self.read += u64::from(read);
        self.bytes += bytes;
        self.longest = self.longest.max(taken);
        self.peak = self.peak.max(peak);
    }

    /// # Panics
    /// When the file cannot be written.
    pub(super) fn write(&self) {
        let line = self.line();
        if !crate::append(REPORT, &line) {
            print!("{line}");
        }
    }

    fn line(&self) -> String {
        format!(
            "{}\t{}\t{}\t{}\t{}\t{}\n",
            self.reader,
            self.files,
            self.read,
            self.bytes,
            self.longest.as_micros(),
            self.peak
        )
    }

    fn of(line: &str) -> Option<Self> {
        let mut parts = line.split('\t');
        let reader = parts.next()?.to_owned();
        let mut number = || parts.next()?.parse::<u64>().ok();
        Some(Self {
            reader,
            files: number()?,
            read: number()?,
            bytes: number()?,
            longest: Duration::from_micros(number()?),
            peak: usize::try_from(number()?).ok()?,
        })
    }

    /// The reports of a file, by the readers' names.
    ///
    /// # Errors
    /// When the file cannot be read, or a line of it is none.
    pub fn all(file: &Path) -> Result<Vec<Self>> {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("cannot read {}", file.display()))?;
        let line = |line| {
            Self::of(line).with_context(|| format!("{}: \"{line}\" is no report", file.display()))
        };
        let mut reports = text.lines().map(line).collect::<Result<Vec<_>>>()?;
        reports.sort_by(|one, other| one.reader.cmp(&other.reader));
        Ok(reports)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_was_written() {
        let mut report = Report::new("ONNX");
        report.add(7, true, Duration::from_micros(1500), 1 << 20);
        report.add(3, false, Duration::from_micros(20), 5);
        assert_eq!((report.files, report.read, report.bytes), (2, 1, 10));
        assert_eq!(Report::of(report.line().trim_end()), Some(report));
        assert_eq!(Report::of("ONNX\t1\t2"), None);
    }
}
