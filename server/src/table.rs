//! The table of a batch as a file: a row for each epsilon of each run, then the worst cases.

mod csv;
mod latex;
mod markdown;

use valleyscope_shared::api::RunView;
use valleyscope_shared::batch::{BatchView, WorstCase};
use valleyscope_shared::run::Phase;
use valleyscope_shared::verdict::Verdict;
use valleyscope_shared::words::{NONE, number};

/// The formats of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Plain numbers, a column each
    Csv,
    /// For a README or an issue
    Md,
    /// For a paper, with booktabs
    Tex,
}

impl Format {
    /// How the names of its files end.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Md => "md",
            Self::Tex => "tex",
        }
    }

    /// Its content type.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Md => "text/markdown; charset=utf-8",
            Self::Tex => "application/x-tex; charset=utf-8",
        }
    }

    /// The table of a batch.
    ///
    /// # Errors
    /// It cannot be written, which memory always can.
    pub fn write(self, batch: &BatchView) -> std::io::Result<String> {
        match self {
            Self::Csv => csv::write(batch),
            Self::Md => Ok(markdown::write(batch)),
            Self::Tex => Ok(latex::write(batch)),
        }
    }
}

/// The table in words, as people read it.
struct Words {
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    /// How many of the rows are worst cases; they stand at the end.
    worst: usize,
    /// What is said under it.
    notes: Vec<String>,
}

/// The columns that are no numbers.
const WORDS: [&str; 2] = ["Model", "Attack"];

impl Words {
    fn of(batch: &BatchView) -> Self {
        let several = batch.spec.models.len() > 1;
        let mut head = vec![
            "Attack",
            "ε",
            "Clean",
            "Robust",
            "95 % interval, or range over seeds",
            "Survive 8 bits",
            "Passes per image",
        ];
        if several {
            head.insert(0, "Model");
        }
        let row = |model: &str, attack: String, cells: [Option<String>; 6]| {
            let cells = cells.map(|cell| cell.unwrap_or_else(|| NONE.to_owned()));
            let mut row = vec![attack];
            row.extend(cells);
            if several {
                row.insert(0, model.to_owned());
            }
            row
        };
        let mut rows = Vec::new();
        let mut notes = Vec::new();
        for (run, name) in batch.runs.iter().zip(batch.attack_names()) {
            for verdict in verdicts(run) {
                let cells = [
                    verdict.and_then(|of| of.epsilon.as_ref().map(|epsilon| epsilon.to_string())),
                    verdict.map(Verdict::clean),
                    verdict.map(Verdict::robust),
                    verdict.and_then(Verdict::spread),
                    verdict.and_then(|of| {
                        let survives = of.survives?;
                        Some(format!("{} of {}", survives.hits, survives.n))
                    }),
                    verdict.and_then(|of| of.passes.map(number)),
                ];
                rows.push(row(&run.spec.model, attack(&name, run), cells));
            }
        }
        for case in &batch.worst {
            let name = worst_name(case);
            let cells = [
                Some(case.epsilon.to_string()),
                case.clean(),
                case.robust(),
                case.interval(),
                None,
                None,
            ];
            rows.push(row(&case.model, name.clone(), cells));
            let at = match several {
                true => format!("{name}, {}, ε {}", case.model, case.epsilon),
                false => format!("{name}, ε {}", case.epsilon),
            };
            if !case.broken.is_empty() {
                notes.push(format!("{at}: broken first by {}.", case.broken_first()));
            }
            if let Some(note) = &case.note {
                notes.push(format!("{at}: {note}."));
            }
        }
        Self {
            head,
            rows,
            worst: batch.worst.len(),
            notes,
        }
    }
}

/// Of what the table is, in one sentence.
fn subject(batch: &BatchView) -> String {
    let pairs = batch.spec.subject(None).into_iter();
    let pairs: Vec<String> = pairs
        .map(|(name, words)| format!("{name}: {words}"))
        .collect();
    format!("{}.", pairs.join("; "))
}

/// A run's verdicts, or nothing once for a run that has none.
fn verdicts(run: &RunView) -> Vec<Option<&Verdict>> {
    match run.verdicts.as_slice() {
        [] => vec![None],
        several => several.iter().map(Some).collect(),
    }
}

/// The attack, and where its run is unless it has finished.
fn attack(name: &str, run: &RunView) -> String {
    match run.phase {
        Phase::Finished => name.to_owned(),
        phase => format!("{name} ({})", phase.id()),
    }
}

/// What the row of a worst case is called.
fn worst_name(case: &WorstCase) -> String {
    format!("Worst case, {}", case.norm.id())
}

#[cfg(test)]
mod tests;
