//! The folder of a batch's results: one file a run, and which of them still hold.

use crate::cli::belongs;
use crate::engine::Engine;
use anyhow::Result;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use valleyscope_shared::spec::RunSpec;

/// `shapes-standard-pgd-1a2b3c4d.json`: named by what the run does, so that another attack in the batch moves no file.
pub fn name(run: &RunSpec, digest: &str) -> String {
    let plain = |text: &str| {
        text.replace(
            |c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '_',
            "-",
        )
    };
    let short = digest.get(..8).unwrap_or(digest);
    format!(
        "{}-{}-{short}.json",
        plain(&run.model),
        plain(run.attack.id())
    )
}

/// What lies where a run's result would go.
pub enum Known {
    /// Nothing.
    Nothing,
    /// The result of this very run.
    Result(Value),
    /// Something else, and why it does not count.
    Outdated(String),
}

/// What a result must be of to be taken over.
pub struct Wanted<'a> {
    /// What the run does.
    pub run: &'a RunSpec,
    /// The device that it would be computed on.
    pub device: &'a str,
    /// Whether the readings of single examples are wanted.
    pub readings: bool,
}

impl Wanted<'_> {
    /// Looks at the file where the result would go.
    ///
    /// # Errors
    /// The run cannot be written as JSON.
    pub fn look(&self, path: &Path, engine: &dyn Engine) -> Result<Known> {
        let known = match std::fs::read(path) {
            Ok(bytes) => serde_json::from_slice::<Value>(&bytes).unwrap_or_default(),
            Err(_) => return Ok(Known::Nothing),
        };
        Ok(match self.fault(&known, engine)? {
            None => Known::Result(known),
            Some(fault) => Known::Outdated(fault),
        })
    }

    /// Why a result is not one of this run as things are now.
    fn fault(&self, known: &Value, engine: &dyn Engine) -> Result<Option<String>> {
        let said = |words: &str| Ok(Some(words.to_owned()));
        if known["phase"] != "finished" {
            return said("the run did not finish");
        }
        if known["device"] != self.device {
            return Ok(Some(format!(
                "it was computed on {}, not on {}",
                known["device"].as_str().unwrap_or("something unknown"),
                self.device
            )));
        }
        if self.readings && known["trajectory"].is_null() {
            return said("it has no readings of single examples");
        }
        belongs::fault(known, self.run, engine)
    }
}

/// The results in a folder that no run of the batch has, by name.
pub fn stale(folder: &Path, names: &BTreeSet<String>) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut stale: Vec<String> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.ends_with(".json") && !names.contains(name))
        .collect();
    stale.sort();
    stale
}
