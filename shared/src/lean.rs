//! Documents from JSON values, read with as little code as can be.
//!
//! The browser reads every document of the API, and serde's code for that was a seventh of the page:
//! a visitor per type, with a loop over keys, a slot per field and a way out of every field.
//! Here a field is one call. Nothing returns early: what does not fit is noted at the [`Part`] that is being read,
//! which goes on with an empty value, and [`read`] gives the note instead of the document.
//!
//! What it accepts is what serde accepts for the same types, in the form in which the server writes them:
//! fields that are not known are ignored, absent options are `None`, defaults are serde's.
//! The server itself reads with serde, which names every fault of a request exactly.

mod choice;
mod document;
mod map;
mod plain;
mod stream;

use serde_json::Value;
use std::cell::OnceCell;
use std::fmt;

/// Something that a JSON value can be read as.
pub trait FromValue: Sized {
    /// Reads the part; notes there what does not fit, and then gives any value.
    fn from_value(part: &Part<'_>) -> Self;
}

/// Reads a document.
///
/// # Errors
/// The first thing that does not fit, by its path.
pub fn read<T: FromValue>(value: &Value) -> Result<T, Unfit> {
    let fault = OnceCell::new();
    let document = T::from_value(&Part {
        value,
        name: "",
        above: None,
        fault: &fault,
    });
    match fault.into_inner() {
        None => Ok(document),
        Some(words) => Err(Unfit(words)),
    }
}

/// Why a value is not the document that was expected: `run.spec.seed is not a whole number`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfit(String);

impl fmt::Display for Unfit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Unfit {}

/// A value inside a document, and where it stands.
#[derive(Debug)]
pub struct Part<'a> {
    value: &'a Value,
    /// The field's name; empty for the document as a whole.
    name: &'static str,
    above: Option<&'a Part<'a>>,
    fault: &'a OnceCell<String>,
}

impl Part<'_> {
    /// The value.
    pub fn value(&self) -> &Value {
        self.value
    }

    /// Reads a field of this object.
    pub fn field<T: FromValue>(&self, name: &'static str) -> T {
        T::from_value(&self.at(name))
    }

    /// Reads a field of this object that may be left out.
    pub fn field_or<T: FromValue>(&self, name: &'static str, default: T) -> T {
        match self.get(name) {
            Some(value) => T::from_value(&self.inner(name, value)),
            None => default,
        }
    }

    /// Reads a list of which the entries that do not fit are left out: the server may be newer.
    pub fn known<T: FromValue>(&self, name: &'static str) -> Vec<T> {
        let part = self.at(name);
        let entries = part.list().iter();
        entries.filter_map(|entry| read(entry).ok()).collect()
    }

    /// A field of this object, null where it is left out.
    #[inline(never)]
    fn at(&self, name: &'static str) -> Part<'_> {
        self.inner(name, self.get(name).unwrap_or(&Value::Null))
    }

    /// The value of a field, nothing where it is left out.
    fn get(&self, name: &str) -> Option<&Value> {
        match self.value {
            Value::Object(object) => object.get(name),
            _ => {
                self.refuse("an object");
                None
            }
        }
    }

    /// The entries of this list.
    fn list(&self) -> &[Value] {
        match self.value {
            Value::Array(list) => list,
            _ => {
                self.refuse("a list");
                &[]
            }
        }
    }

    /// An entry of this list or map, under the same name.
    fn entry<'b>(&'b self, value: &'b Value) -> Part<'b> {
        Part { value, ..*self }
    }

    fn inner<'b>(&'b self, name: &'static str, value: &'b Value) -> Part<'b> {
        Part {
            value,
            name,
            above: Some(self),
            fault: self.fault,
        }
    }

    /// Notes that this is not what it should be.
    #[cold]
    #[inline(never)]
    fn refuse(&self, expected: &str) {
        match self.value {
            Value::Null => self.note("is missing"),
            _ => self.note(&format!("is not {expected}")),
        }
    }

    /// Notes what is wrong here, unless something was wrong before.
    #[cold]
    #[inline(never)]
    pub fn note(&self, words: &str) {
        self.fault.get_or_init(|| {
            let path = self.path();
            match path.is_empty() {
                true => format!("the document {words}"),
                false => format!("{path} {words}"),
            }
        });
    }

    fn path(&self) -> String {
        match self.above.map(Self::path) {
            Some(above) if !above.is_empty() => format!("{above}.{}", self.name),
            _ => self.name.to_owned(),
        }
    }
}

/// How structs are read: all their fields, each with `as` its name in JSON if that is another, and `or` what holds when it is left out.
///
/// A field that is forgotten here does not compile.
#[macro_export]
macro_rules! lean {
    ($($type:ident { $($field:ident $(as $key:literal)? $(or $default:expr)?),* $(,)? })*) => {
        $(impl $crate::lean::FromValue for $type {
            fn from_value(part: &$crate::lean::Part<'_>) -> Self {
                Self { $($field: $crate::lean!(@ part, $field $($key)?; $($default)?)),* }
            }
        })*
    };
    (@ $part:ident, $field:ident; ) => { $part.field(stringify!($field)) };
    (@ $part:ident, $field:ident; $default:expr) => { $part.field_or(stringify!($field), $default) };
    (@ $part:ident, $field:ident $key:literal; ) => { $part.field($key) };
}

#[cfg(test)]
mod tests;
