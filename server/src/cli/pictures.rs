//! What is chosen of corrupted pictures, in place of what the run's JSON says.

use super::document::Document;
use clap::Args;

#[derive(Debug, Args)]
pub struct Pictures {
    /// Of CIFAR-10-C and CIFAR-100-C: this corruption, such as `fog`, whichever was registered
    #[arg(long, value_name = "NAME")]
    corruption: Option<String>,
    /// Of these sets: this severity, from 1 to 5
    #[arg(long, value_name = "N")]
    severity: Option<u32>,
}

impl Pictures {
    /// The document with what was chosen.
    pub fn chosen(&self, document: Document) -> Document {
        let document = match &self.corruption {
            Some(corruption) => document.with("/data", "corruption", corruption.as_str().into()),
            None => document,
        };
        match self.severity {
            Some(severity) => document.with("/data", "severity", severity.into()),
            None => document,
        }
    }
}
