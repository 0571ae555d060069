//! What is known of a model beside its network: what its file said, and what it was called; and what people may change of it.

use super::Fact;
use crate::listing::{error, given, wrong_line};
use crate::problem::{FieldError, Problem};
use serde::{Deserialize, Serialize};

/// Characters of a model's terms of use at most.
pub const LONGEST_LICENCE: usize = 500;

/// What a model's network and accuracies do not tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = ModelAbout))]
pub struct About {
    /// What the file said of itself that it was read from: an accuracy, an epoch.
    pub facts: Vec<Fact>,
    /// The names that it had before, the last one last: runs keep the name that it had then.
    pub formerly: Vec<String>,
}

/// What is to be another in a model from now on; what is left out stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ModelChange {
    /// Another name: small letters, digits, dots, dashes and underscores, the first a letter or a digit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 64))]
    pub name: Option<String>,
    /// Under which terms its weights may be used, in up to 500 characters on one line; null or nothing removes them.
    #[serde(
        default,
        deserialize_with = "given",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 500))]
    pub licence: Option<Option<String>>,
}

impl ModelChange {
    /// Reads a change, with blanks around its words taken away.
    ///
    /// # Errors
    /// It is no JSON, or the licence is beyond its limits; whether the name is possible, the library knows.
    pub fn from_json(text: &str) -> Result<Self, Problem> {
        let mut change: Self = crate::spec::from_json(text)?;
        if let Some(licence) = &mut change.licence {
            *licence = said(licence.as_deref())?;
        }
        Ok(change)
    }
}

/// Terms of use as they are kept: without blanks around them, and none where nothing is said.
///
/// # Errors
/// They are too long, or no line; the field `licence` is named.
pub fn said(licence: Option<&str>) -> Result<Option<String>, Problem> {
    match licence.map(str::trim) {
        None | Some("") => Ok(None),
        Some(text) => match wrong_licence(text) {
            None => Ok(Some(text.to_owned())),
            Some(fault) => Err(Problem::invalid(vec![fault])),
        },
    }
}

/// What is wrong with terms of use, if anything is.
fn wrong_licence(text: &str) -> Option<FieldError> {
    let message = wrong_line("a licence", text, LONGEST_LICENCE)?;
    Some(error("licence", message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_stays_and_nothing_takes_it_back() {
        let read = |text| ModelChange::from_json(text).unwrap();
        assert_eq!(read("{}"), ModelChange::default());
        assert_eq!(read(r#"{"licence": null}"#).licence, Some(None));
        assert_eq!(read(r#"{"licence": "  "}"#).licence, Some(None));
        let change = read(r#"{"name": "mine", "licence": " MIT "}"#);
        assert_eq!(change.licence, Some(Some("MIT".to_owned())));
        assert_eq!(change.name.as_deref(), Some("mine"));
    }

    #[test]
    fn terms_beyond_their_limits_are_refused_by_their_field() {
        let long = "x".repeat(LONGEST_LICENCE + 1);
        for text in [long.as_str(), "two\nlines"] {
            let json = serde_json::json!({ "licence": text }).to_string();
            let problem = ModelChange::from_json(&json).unwrap_err();
            assert_eq!(problem.errors[0].path, "licence");
        }
        assert!(ModelChange::from_json(r#"{"title": "x"}"#).is_err());
    }
}
