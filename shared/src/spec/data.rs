//! Which images of which data set.

use super::is_false;
use crate::catalog::{Corrupted, DataInfo};
use crate::problem::FieldError;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Which images of which data set.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DataSpec {
    /// The id of a data set in the catalogue.
    pub set: String,
    /// Of a set of corrupted pictures: which corruption, such as `fog`; the one that was registered when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corruption: Option<String>,
    /// Of such a set: how severe, from 1 to 5; as it was registered when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 5))]
    pub severity: Option<u32>,
    /// The index of the first image.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<u64>,
    /// How many images; of those that match when `class` or `only_correct` is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u64>,
    /// These images and no others, by index; replaces `first` and `count`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indices: Option<Vec<u64>>,
    /// Only images of this class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub class: Option<u32>,
    /// Only images that the model classifies correctly.
    #[serde(default, skip_serializing_if = "is_false")]
    pub only_correct: bool,
    /// Whether the classes of the images may have other names than the model's, or another order: labels are then compared by their place.
    /// Without it such a run is refused.
    #[serde(default, skip_serializing_if = "is_false")]
    pub allow_other_classes: bool,
}

impl DataSpec {
    /// How many images are taken when `count` is left out.
    pub const DEFAULT_COUNT: u64 = 256;

    /// The severities of a corruption.
    pub const SEVERITIES: u32 = 5;

    /// The most images that the selection can give, before classes and correctness are looked at.
    pub fn most(&self) -> u64 {
        match &self.indices {
            Some(indices) => indices.len() as u64,
            None => self.count.unwrap_or(Self::DEFAULT_COUNT),
        }
    }

    /// What is opened: the set's id, and behind it what is chosen of corrupted pictures: `cifar10-c@fog/3`.
    pub fn address(&self) -> Cow<'_, str> {
        let corruption = self.corruption.as_deref().unwrap_or_default();
        match (&self.corruption, self.severity) {
            (None, None) => Cow::Borrowed(&self.set),
            (_, None) => Cow::Owned(format!("{}@{corruption}", self.set)),
            (_, Some(severity)) => Cow::Owned(format!("{}@{corruption}/{severity}", self.set)),
        }
    }

    /// The title of what is opened: the set's, or what is chosen of it, `CIFAR-10-C, fog, severity 3`; its id where it is not known.
    pub fn title(&self, set: Option<&DataInfo>) -> String {
        let Some(set) = set else {
            return self.address().into_owned();
        };
        let chosen = self.corruption.is_some() || self.severity.is_some();
        let Some(corrupted) = set.corrupted.as_ref().filter(|_| chosen) else {
            return set.title.clone();
        };
        let name = match set.classes.len() {
            100 => "CIFAR-100-C",
            _ => "CIFAR-10-C",
        };
        let corruption = self.corruption.as_ref().unwrap_or(&corrupted.corruption);
        let severity = match self.severity.or(corrupted.severity) {
            Some(severity) => format!("severity {severity}"),
            None => "all severities".to_owned(),
        };
        format!("{name}, {}, {severity}", corruption.replace('_', " "))
    }

    /// How many images there are to select from.
    pub fn available(&self, set: &DataInfo) -> u64 {
        let all_severities = |corrupted: &Corrupted| corrupted.severity.is_none();
        match self.severity.is_some() && set.corrupted.as_ref().is_some_and(all_severities) {
            true => set.count / u64::from(Self::SEVERITIES),
            false => set.count,
        }
    }

    /// What is wrong with what is chosen of corrupted pictures.
    pub(super) fn corruption_errors(&self, set: &DataInfo) -> Vec<FieldError> {
        let error = |path: &str, message| FieldError {
            path: format!("data.{path}"),
            message,
        };
        let mut errors = Vec::new();
        let chosen = [
            ("corruption", self.corruption.is_some()),
            ("severity", self.severity.is_some()),
        ];
        let Some(corrupted) = &set.corrupted else {
            let chosen = chosen.into_iter().filter(|(_, given)| *given);
            let wrong = |(path, _)| {
                let message = format!(
                    "the images of \"{}\" are not corrupted; leave it out, or take CIFAR-10-C or CIFAR-100-C",
                    set.id
                );
                error(path, message)
            };
            return chosen.map(wrong).collect();
        };
        if let Some(corruption) = &self.corruption
            && !corrupted.corruptions.contains(corruption)
        {
            let message = format!(
                "there is no corruption \"{corruption}\" in \"{}\"; there are {}",
                set.id,
                corrupted.corruptions.join(", ")
            );
            errors.push(error("corruption", message));
        }
        if let Some(severity) = self.severity
            && !(1..=Self::SEVERITIES).contains(&severity)
        {
            let message = format!("{severity} is not from 1 to {}", Self::SEVERITIES);
            errors.push(error("severity", message));
        }
        errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn data(json: &str) -> DataSpec {
        serde_json::from_str(json).unwrap()
    }

    fn set(severity: Option<u32>) -> DataInfo {
        DataInfo {
            id: "c".to_owned(),
            count: 50_000,
            corrupted: Some(Corrupted {
                corruptions: vec!["fog".to_owned(), "snow".to_owned()],
                corruption: "snow".to_owned(),
                severity,
            }),
            ..DataInfo::default()
        }
    }

    #[test]
    fn what_is_opened_says_what_is_chosen_of_the_set() {
        for (json, address) in [
            (r#"{"set": "c"}"#, "c"),
            (r#"{"set": "c", "corruption": "fog"}"#, "c@fog"),
            (
                r#"{"set": "c", "corruption": "fog", "severity": 3}"#,
                "c@fog/3",
            ),
            (r#"{"set": "c", "severity": 3}"#, "c@/3"),
        ] {
            assert_eq!(data(json).address(), address);
        }
    }

    #[test]
    fn a_title_says_what_is_chosen_and_not_what_is_registered() {
        let set = DataInfo {
            title: "CIFAR-10-C, snow, all severities, 50000 images".to_owned(),
            ..set(None)
        };
        for (json, title) in [
            (r#"{"set": "c"}"#, set.title.as_str()),
            (
                r#"{"set": "c", "corruption": "motion_blur", "severity": 3}"#,
                "CIFAR-10-C, motion blur, severity 3",
            ),
            (
                r#"{"set": "c", "severity": 2}"#,
                "CIFAR-10-C, snow, severity 2",
            ),
            (
                r#"{"set": "c", "corruption": "fog"}"#,
                "CIFAR-10-C, fog, all severities",
            ),
        ] {
            assert_eq!(data(json).title(Some(&set)), title);
        }
        assert_eq!(data(r#"{"set": "c", "severity": 2}"#).title(None), "c@/2");
    }

    #[test]
    fn a_severity_is_a_fifth_of_a_set_of_all() {
        let third = data(r#"{"set": "c", "severity": 3}"#);
        assert_eq!(third.available(&set(None)), 10_000);
        assert_eq!(third.available(&set(Some(1))), 50_000);
        assert_eq!(data(r#"{"set": "c"}"#).available(&set(None)), 50_000);
    }

    #[test]
    fn what_there_is_not_is_refused_with_what_there_is() {
        let wrong = |json, set: &DataInfo| {
            let errors = data(json).corruption_errors(set);
            errors
                .into_iter()
                .map(|error| format!("{}: {}", error.path, error.message))
                .collect::<Vec<_>>()
        };
        let both = r#"{"set": "c", "corruption": "rain", "severity": 6}"#;
        assert_eq!(
            wrong(both, &set(None)),
            [
                "data.corruption: there is no corruption \"rain\" in \"c\"; there are fog, snow",
                "data.severity: 6 is not from 1 to 5",
            ]
        );
        let plain = DataInfo {
            corrupted: None,
            ..set(None)
        };
        let errors = wrong(both, &plain);
        assert!(errors.len() == 2 && errors[1].contains("are not corrupted"));
        let right = r#"{"set": "c", "corruption": "fog", "severity": 5}"#;
        assert!(wrong(right, &set(Some(2))).is_empty());
    }
}
