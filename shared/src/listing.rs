//! The list of runs: what it is sorted and grouped by, and what people may say of a run.

use crate::problem::{FieldError, Problem};
use serde::{Deserialize, Deserializer, Serialize};

/// The columns of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RunSort {
    /// When it was asked for; a run that goes on with another one stands in the place of that.
    #[default]
    Created,
    /// The title.
    Title,
    /// Where it is: running, queued, finished, cancelled, failed, interrupted.
    Phase,
    /// The model.
    Model,
    /// The data set.
    Data,
    /// The attack.
    Attack,
    /// The largest epsilon.
    Epsilon,
    /// How many updates.
    Steps,
    /// How many images.
    Images,
    /// The accuracy on the clean images.
    Clean,
    /// The robust accuracy.
    Robust,
    /// The share of paths that are sharpest at the flip or one step before.
    PeakAtFlip,
    /// How long it computed.
    Seconds,
}

impl RunSort {
    /// All of them, in the order of the columns.
    pub const ALL: [Self; 13] = [
        Self::Title,
        Self::Phase,
        Self::Model,
        Self::Data,
        Self::Attack,
        Self::Epsilon,
        Self::Steps,
        Self::Images,
        Self::Clean,
        Self::Robust,
        Self::PeakAtFlip,
        Self::Seconds,
        Self::Created,
    ];

    /// The name in an address.
    pub fn id(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Title => "title",
            Self::Phase => "phase",
            Self::Model => "model",
            Self::Data => "data",
            Self::Attack => "attack",
            Self::Epsilon => "epsilon",
            Self::Steps => "steps",
            Self::Images => "images",
            Self::Clean => "clean",
            Self::Robust => "robust",
            Self::PeakAtFlip => "peak_at_flip",
            Self::Seconds => "seconds",
        }
    }

    /// The column with this name.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.id() == id)
    }

    /// Whether it is a word; the others are numbers.
    pub fn is_text(self) -> bool {
        matches!(self, Self::Title | Self::Model | Self::Data | Self::Attack)
    }
}

/// What runs can be put together by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum RunGroup {
    /// The model.
    Model,
    /// The attack.
    Attack,
    /// The batch.
    Batch,
}

impl RunGroup {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Model, Self::Attack, Self::Batch];

    /// The name in an address.
    pub fn id(self) -> &'static str {
        match self {
            Self::Model => "model",
            Self::Attack => "attack",
            Self::Batch => "batch",
        }
    }

    /// The group with this name.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|group| group.id() == id)
    }
}

/// How many runs there are of a model, an attack or a batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GroupCount {
    /// The id of the model, the attack or the batch; nothing for runs of no batch.
    pub id: Option<String>,
    /// How many of the runs that match.
    pub runs: u64,
}

/// The longest title, in characters.
pub const LONGEST_TITLE: usize = 200;
/// The longest note, in characters.
pub const LONGEST_NOTE: usize = 4000;
/// The most tags of a run.
pub const MOST_TAGS: usize = 12;
/// The longest tag, in characters.
pub const LONGEST_TAG: usize = 40;

/// A change of what people say of a run, as a JSON merge patch: what is left out stays, null takes it back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RunChange {
    /// A title of up to 200 characters; null brings the automatic one back.
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 200))]
    pub title: Option<Option<String>>,
    /// A note of up to 4000 characters; null or nothing removes it.
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 4000))]
    pub note: Option<Option<String>>,
    /// All tags, up to 12 of up to 40 characters each, without commas; null removes them.
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Vec<String>>, max_items = 12))]
    pub tags: Option<Option<Vec<String>>>,
    /// Whether it comes first in every list; null is no.
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<bool>))]
    pub pinned: Option<Option<bool>>,
}

/// Something that is there, even where it is null.
pub(crate) fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl RunChange {
    /// Reads a change, with blanks around its words taken away and every tag once.
    ///
    /// # Errors
    /// It is no JSON, or a field is beyond its limits; each is named.
    pub fn from_json(text: &str) -> Result<Self, Problem> {
        let change: Self = crate::spec::from_json(text)?;
        let change = change.tidy();
        let errors = change.check();
        match errors.is_empty() {
            true => Ok(change),
            false => Err(Problem::invalid(errors)),
        }
    }

    fn tidy(mut self) -> Self {
        let trim = |text: &mut String| *text = text.trim().to_owned();
        self.title.iter_mut().flatten().for_each(trim);
        self.note.iter_mut().flatten().for_each(trim);
        if let Some(Some(tags)) = &mut self.tags {
            let mut once: Vec<String> = Vec::new();
            for tag in tags.iter().map(|tag| tag.trim()) {
                if !once.iter().any(|known| known == tag) {
                    once.push(tag.to_owned());
                }
            }
            *tags = once;
        }
        self
    }

    fn check(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        if let Some(Some(title)) = &self.title
            && let Some(message) = wrong_line("a title", title, LONGEST_TITLE)
        {
            let message = format!("{message}; null brings the automatic one back");
            errors.push(error("title", message));
        }
        if let Some(Some(note)) = &self.note {
            let long = note.chars().count();
            if long > LONGEST_NOTE {
                let message =
                    format!("a note has at most {LONGEST_NOTE} characters, and this has {long}");
                errors.push(error("note", message));
            }
            let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
            if note.contains(odd) {
                errors.push(error("note", "a note has no control characters"));
            }
        }
        let tags = self.tags.iter().flatten().flatten();
        let count = tags.clone().count();
        if count > MOST_TAGS {
            let message = format!("a run has at most {MOST_TAGS} tags, and these are {count}");
            errors.push(error("tags", message));
        }
        for (place, tag) in tags.enumerate() {
            let path = format!("tags[{place}]");
            if let Some(message) = wrong_line("a tag", tag, LONGEST_TAG) {
                errors.push(error(&path, message));
            } else if tag.contains(',') {
                errors.push(error(&path, "a tag has no comma; give two tags"));
            }
        }
        errors
    }
}

/// What is wrong with a few words on one line.
pub(crate) fn wrong_line(what: &str, text: &str, most: usize) -> Option<String> {
    let long = text.chars().count();
    if !(1..=most).contains(&long) {
        return Some(format!(
            "{what} has 1 to {most} characters, and this has {long}"
        ));
    }
    text.contains(char::is_control)
        .then(|| format!("{what} is one line without control characters"))
}

pub(crate) fn error(path: &str, message: impl Into<String>) -> FieldError {
    FieldError {
        path: path.to_owned(),
        message: message.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(json: &str) -> Vec<String> {
        let problem = RunChange::from_json(json).unwrap_err();
        problem.errors.into_iter().map(|error| error.path).collect()
    }

    #[test]
    fn what_is_left_out_is_not_what_is_null() {
        let change = RunChange::from_json(r#"{"title": null, "pinned": true}"#).unwrap();
        assert_eq!((change.title, change.note), (Some(None), None));
        assert_eq!(change.pinned, Some(Some(true)));
        let nothing = RunChange::from_json("{}").unwrap();
        assert_eq!(nothing, RunChange::default());
        assert_eq!(serde_json::to_string(&nothing).unwrap(), "{}");
    }

    #[test]
    fn tags_are_trimmed_and_come_once() {
        let change = RunChange::from_json(r#"{"tags": [" paper ", "paper", "two words"]}"#);
        let tags = change.unwrap().tags.flatten().unwrap();
        assert_eq!(tags, ["paper", "two words"]);
    }

    #[test]
    fn every_limit_is_named() {
        let long = |length: usize| "x".repeat(length);
        assert_eq!(wrong(r#"{"title": "  "}"#), ["title"]);
        assert_eq!(
            wrong(&format!(r#"{{"title": "{}"}}"#, long(201))),
            ["title"]
        );
        assert_eq!(wrong(r#"{"title": "a\nb"}"#), ["title"]);
        assert_eq!(wrong(&format!(r#"{{"note": "{}"}}"#, long(4001))), ["note"]);
        assert_eq!(wrong(r#"{"note": "\u0000"}"#), ["note"]);
        let many: Vec<_> = (0..13).map(|tag| tag.to_string()).collect();
        assert_eq!(
            wrong(&serde_json::json!({ "tags": many }).to_string()),
            ["tags"]
        );
        let odd = serde_json::json!({ "tags": ["ok", "", long(41), "a,b"] });
        assert_eq!(wrong(&odd.to_string()), ["tags[1]", "tags[2]", "tags[3]"]);
        assert_eq!(wrong(r#"{"colour": 1}"#), ["colour"]);
        assert!(RunChange::from_json(&format!(r#"{{"title": "{}"}}"#, "é".repeat(200))).is_ok());
    }

    #[test]
    fn names_lead_back() {
        for sort in RunSort::ALL {
            assert_eq!(RunSort::from_id(sort.id()), Some(sort));
            assert_eq!(serde_json::to_value(sort).unwrap(), sort.id());
        }
        for group in RunGroup::ALL {
            assert_eq!(RunGroup::from_id(group.id()), Some(group));
        }
    }
}
