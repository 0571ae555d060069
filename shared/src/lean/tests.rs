//! Every document that serde writes is read back as it was, and nothing makes the reader panic.

mod documents;
mod faults;
mod plain;

use super::{FromValue, read};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

/// Written by serde, read by both readers.
fn comes_back<T>(document: &T)
where
    T: FromValue + Serialize + DeserializeOwned + PartialEq + Debug,
{
    let value = serde_json::to_value(document).unwrap();
    let serde: T = serde_json::from_value(value.clone()).unwrap();
    let ours: T = read(&value).unwrap();
    assert_eq!(ours, serde, "{value}");
    assert_eq!(&ours, document, "{value}");
}
