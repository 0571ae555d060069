//! What is said of a model beside its card, and the names that it had, in a file of its own in its folder.
//!
//! Results have the digest of the card, and go on being of this model whatever is said of it.

use super::{ModelCard, file_name, folder, is_builtin, read_card, stored, unknown};
use crate::durable;
use crate::error::{Error, Result};
use crate::file;
use crate::name;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use valleyscope_shared::adding::{About, Fact};

/// The file's name.
const FILE: &str = "notes.json";

/// Longer notes are refused unread.
const LARGEST: u64 = 1 << 20;

/// More former names are not kept.
const MOST_NAMES: usize = 64;

/// The content of the file; where there is none, nothing was said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Notes {
    /// Terms of use that stand for the card's; empty where those were taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    licence: Option<String>,
    /// Names that the model had, the last one last.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    formerly: Vec<String>,
}

impl Notes {
    /// The notes in a model's folder.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(FILE);
        if !path.exists() {
            return Ok(Self::default());
        }
        serde_json::from_str(&file::text(&path, LARGEST)?).map_err(json)
    }

    /// Keeps them.
    ///
    /// # Errors
    /// The disk does not.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let path = folder.join(FILE);
        let text = serde_json::to_vec_pretty(self).map_err(json)?;
        durable::write(&path, &text).map_err(|source| Error::File { path, source })
    }

    /// The same of a model that was called `from` and is called `to` now.
    pub fn renamed(mut self, from: &str, to: &str) -> Self {
        self.formerly.retain(|name| name != from && name != to);
        self.formerly.push(from.to_owned());
        let more = self.formerly.len().saturating_sub(MOST_NAMES);
        self.formerly.drain(..more);
        self
    }
}

fn json(error: serde_json::Error) -> Error {
    Error::Json {
        what: FILE.into(),
        reason: error.to_string(),
    }
}

/// The file, whether or not it is there.
pub(super) fn file_in(folder: &Path) -> PathBuf {
    folder.join(FILE)
}

/// What is known of a model beside its network.
///
/// # Errors
/// There is no such model, or its card or notes cannot be read.
pub fn about(data_dir: &Path, name: &str) -> Result<About> {
    let mut listed = super::list(data_dir).into_iter();
    let listed = listed.find(|listed| listed.name == name);
    let card = listed.ok_or_else(|| unknown(data_dir, name))?.card?;
    let mut formerly = of(data_dir, name)?.formerly;
    formerly.retain(|former| former != name);
    let fact = |(name, value)| Fact { name, value };
    Ok(About {
        facts: card.facts.into_iter().map(fact).collect(),
        formerly,
    })
}

/// Under which terms the weights of a model with this card may be used.
///
/// # Errors
/// What is said of it cannot be read.
pub fn licence(data_dir: &Path, name: &str, card: &ModelCard) -> Result<Option<String>> {
    let said = of(data_dir, name)?.licence;
    let licence = said.or_else(|| card.licence.clone());
    Ok(licence.filter(|text| !text.is_empty()))
}

fn of(data_dir: &Path, name: &str) -> Result<Notes> {
    match is_builtin(name) {
        true => Ok(Notes::default()),
        false => Notes::read(&folder(data_dir, name)),
    }
}

/// Says under which terms a model's weights may be used; `None` takes back what was said.
///
/// # Errors
/// [`Error::Embedded`] for one that comes with the program, [`Error::Unknown`] lists the names there are.
pub fn set_licence(data_dir: &Path, name: &str, licence: Option<&str>) -> Result<()> {
    let folder = own(data_dir, name)?;
    let licence = licence.unwrap_or_default();
    let mut notes = Notes::read(&folder)?;
    // What the card says needs no note.
    let card = read_card(&folder).ok().and_then(|card| card.licence);
    notes.licence = (licence != card.unwrap_or_default()).then(|| licence.to_owned());
    notes.write(&folder)
}

/// The folder of a model of the data directory.
///
/// # Errors
/// [`Error::Embedded`] for one that comes with the program, [`Error::Unknown`] lists the names there are.
pub(super) fn own(data_dir: &Path, name: &str) -> Result<PathBuf> {
    if is_builtin(name) {
        return Err(Error::Embedded {
            kind: "model",
            name: name.to_owned(),
        });
    }
    let folder = folder(data_dir, name);
    match name::check("model", name).is_ok() && folder.is_dir() {
        true => Ok(folder),
        false => Err(unknown(data_dir, name)),
    }
}

/// What the model is called now that had this name, where no other has it and one alone had it.
pub fn renamed(data_dir: &Path, name: &str) -> Option<String> {
    let is_possible = !is_builtin(name) && name::check("model", name).is_ok();
    if !is_possible || folder(data_dir, name).exists() {
        return None;
    }
    let folders = stored(data_dir).unwrap_or_default();
    let had = |folder: &&PathBuf| {
        let notes = Notes::read(folder).unwrap_or_default();
        notes.formerly.iter().any(|former| former == name)
    };
    let mut found = folders.iter().filter(had);
    match (found.next(), found.next()) {
        (Some(only), None) => Some(file_name(only)),
        _ => None,
    }
}
