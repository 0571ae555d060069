//! What a run chooses of a set of corrupted pictures: `cifar10-c@fog/3` is what is opened then.

use super::DatasetInfo;
use crate::error::{Error, Result};
use valleyscope_dataset::Options;
use valleyscope_shared::spec::DataSpec;

/// A name taken apart, as [`DataSpec::address`] puts it together.
pub(super) struct Chosen<'a> {
    /// The set's own name.
    pub name: &'a str,
    corruption: Option<&'a str>,
    severity: Option<&'a str>,
}

impl<'a> Chosen<'a> {
    /// No set's own name has what stands between the parts.
    pub fn of(address: &'a str) -> Self {
        let (name, rest) = match address.split_once('@') {
            Some((name, rest)) => (name, Some(rest)),
            None => (address, None),
        };
        let (corruption, severity) = match rest.map(|rest| rest.split_once('/').ok_or(rest)) {
            Some(Ok((corruption, severity))) => (Some(corruption), Some(severity)),
            Some(Err(corruption)) => (Some(corruption), None),
            None => (None, None),
        };
        Self {
            name,
            corruption: corruption.filter(|corruption| !corruption.is_empty()),
            severity,
        }
    }

    /// Whether it is the set as it was registered.
    pub fn is_all(&self) -> bool {
        self.corruption.is_none() && self.severity.is_none()
    }

    /// How its files are read, by how they are without a choice.
    ///
    /// # Errors
    /// [`Error::Setting`] for a severity that is no number; which ones there are, the reader of the files says.
    pub fn options(&self, registered: &Options) -> Result<Options> {
        let mut options = registered.clone();
        if let Some(corruption) = self.corruption {
            options.corruption = Some(corruption.to_owned());
        }
        if let Some(severity) = self.severity {
            let number = severity.parse().map_err(|_| Error::Setting {
                field: "severity",
                value: format!("\"{severity}\""),
                expected: format!("1 to {} is right", DataSpec::SEVERITIES),
            })?;
            options.severity = Some(number);
        }
        Ok(options)
    }

    /// What its files have to hold, by what they held when the set was registered: of all severities one is a fifth.
    pub fn info(&self, registered: &DatasetInfo, options: &Options) -> DatasetInfo {
        let part = match self.severity.is_some() && options.severity.is_none() {
            true => DataSpec::SEVERITIES as usize,
            false => 1,
        };
        DatasetInfo {
            count: registered.count / part,
            ..registered.clone()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_apart_as_it_is_put_together() {
        for (corruption, severity) in [
            (None, None),
            (Some("fog"), None),
            (None, Some(2)),
            (Some("fog"), Some(2)),
        ] {
            let spec = DataSpec {
                set: "c".to_owned(),
                corruption: corruption.map(str::to_owned),
                severity,
                ..DataSpec::default()
            };
            let address = spec.address();
            let chosen = Chosen::of(&address);
            assert_eq!(chosen.name, "c");
            assert_eq!(chosen.is_all(), corruption.is_none() && severity.is_none());
            let options = chosen.options(&Options::default()).unwrap();
            assert_eq!(options.corruption.as_deref(), corruption);
            assert_eq!(options.severity.map(u32::from), severity);
        }
        assert!(Chosen::of("c@fog/x").options(&Options::default()).is_err());
    }
}
