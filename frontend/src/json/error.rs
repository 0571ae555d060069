//! Why a document could not be read.

use serde::de::{Expected, Unexpected};
use std::fmt;

/// The reason, in words.
///
/// A wrong answer of our own server means that page and server differ in age, which no reason in detail would mend;
/// so kinds of values and their names are left out of the words, and of the page.
#[derive(Debug)]
pub struct Error(String);

impl Error {
    /// Not inlined: every field of every document can fail.
    #[cold]
    #[inline(never)]
    fn of(words: &str, name: &str) -> Self {
        Self(format!("{words} {name}"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl serde::de::Error for Error {
    #[cold]
    #[inline(never)]
    fn custom<T: fmt::Display>(words: T) -> Self {
        Self(words.to_string())
    }

    #[cold]
    #[inline(never)]
    fn invalid_type(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::of("a value is of the wrong kind", "")
    }

    #[cold]
    #[inline(never)]
    fn invalid_value(_: Unexpected<'_>, _: &dyn Expected) -> Self {
        Self::of("a value is out of its range", "")
    }

    #[cold]
    #[inline(never)]
    fn invalid_length(_: usize, _: &dyn Expected) -> Self {
        Self::of("a list is of the wrong length", "")
    }

    #[cold]
    #[inline(never)]
    fn unknown_variant(name: &str, _: &'static [&'static str]) -> Self {
        Self::of("there is no choice", name)
    }

    #[cold]
    #[inline(never)]
    fn unknown_field(name: &str, _: &'static [&'static str]) -> Self {
        Self::of("there is no field", name)
    }

    #[cold]
    #[inline(never)]
    fn missing_field(name: &'static str) -> Self {
        Self::of("there is no", name)
    }

    #[cold]
    #[inline(never)]
    fn duplicate_field(name: &'static str) -> Self {
        Self::of("there are two of", name)
    }
}
