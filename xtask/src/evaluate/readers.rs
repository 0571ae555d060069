//! Every reader of files against damaged ones: the tests called `mutated`, with many more changes than each run of the tests makes.

use std::fmt::Write;

use anyhow::{Context, Result, ensure};
use valleyscope_tests::mutate::{BYTES, REPORT, Report};

use crate::{command, native, place};

/// Fails when a reader breaks off, takes too long or holds too much; the tests say with which file.
pub fn check(bytes: u64) -> Result<()> {
    let folder = place::target().join("evaluation-readers");
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make {}", folder.display()))?;
    let file = folder.join("report.tsv");
    std::fs::write(&file, "").with_context(|| format!("cannot write {}", file.display()))?;
    let mut tests = command::cargo(["test", "--release", "--no-fail-fast", "--test", "mutated"]);
    tests
        .args(native::GROUPS[0])
        .env(BYTES, bytes.to_string())
        .env(REPORT, &file);
    let ran = command::run(&mut tests);
    let reports = Report::all(&file)?;
    print!("{}", table(&reports));
    ran?;
    ensure!(!reports.is_empty(), "no reader was tried");
    Ok(())
}

fn table(reports: &[Report]) -> String {
    let mut text =
        "| reader | files | still read | mutated bytes | longest | peak memory |\n|---|---|---|---|---|---|\n"
            .to_owned();
    for report in reports {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {:.1} ms | {:.1} MB |",
            report.reader,
            report.files,
            report.read,
            report.bytes,
            report.longest.as_secs_f64() * 1e3,
            report.peak as f64 / 1e6
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_reader_is_a_row() {
        let report = Report {
            reader: "ONNX".to_owned(),
            files: 120_000,
            read: 7,
            bytes: 1_000_002,
            longest: Duration::from_micros(1_500),
            peak: 2_000_000,
        };
        let text = table(&[report]);
        let row = text.lines().nth(2);
        assert_eq!(
            row,
            Some("| ONNX | 120000 | 7 | 1000002 | 1.5 ms | 2.0 MB |")
        );
    }
}
