//! Where a set is taken from instead of where it is published.

use crate::error::{Error, Result};
use crate::set::{PublicFile, PublicSet};
use std::path::{Path, PathBuf};

/// What `--from` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A folder with the files, or the one file itself.
    Path(PathBuf),
    /// A mirror's address, to which the files' names are appended, or the address of the one file.
    Url(String),
}

impl Source {
    /// Reads an address or a path.
    ///
    /// # Errors
    /// [`Error::Source`] for an address that is neither http nor https.
    pub fn parse(text: &str) -> Result<Self> {
        let lower = text.to_ascii_lowercase();
        if lower.starts_with("http://") || lower.starts_with("https://") {
            return Ok(Self::Url(text.to_owned()));
        }
        if text.is_empty() || lower.contains("://") {
            let reason =
                "a file, a folder or an address that begins with https:// or http:// is right";
            return Err(refused(text, reason));
        }
        Ok(Self::Path(text.into()))
    }
}

/// Where one file is taken from.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the set's own folder already; only unpacking is left.
    Here,
    Path(PathBuf),
    Urls(Vec<String>),
}

/// Where a file of the set is taken from.
///
/// # Errors
/// [`Error::Source`] when `--from` does not say it.
pub(crate) fn place(set: &PublicSet, file: &PublicFile, from: Option<&Source>) -> Result<Place> {
    match from {
        None => Ok(Place::Urls(file.addresses.clone())),
        Some(Source::Path(path)) => local(set, file, path).map(Place::Path),
        Some(Source::Url(address)) => mirror(set, file, address).map(|url| Place::Urls(vec![url])),
    }
}

fn local(set: &PublicSet, file: &PublicFile, path: &Path) -> Result<PathBuf> {
    let shown = path.display().to_string();
    let Ok(facts) = path.metadata() else {
        return Err(refused(&shown, "there is no such file or folder"));
    };
    if facts.is_file() && set.files.len() == 1 {
        return Ok(path.to_owned());
    }
    if facts.is_file() {
        let reason = format!(
            "{} has {} files; the folder that holds them is right",
            set.name,
            set.files.len()
        );
        return Err(refused(&shown, reason));
    }
    let inside = path.join(&file.name);
    match inside.is_file() {
        true => Ok(inside),
        false => Err(refused(&shown, format!("holds no file {}", file.name))),
    }
}

fn mirror(set: &PublicSet, file: &PublicFile, address: &str) -> Result<String> {
    let shown = shown(address);
    let plain = address.split(['?', '#']).next().unwrap_or(address);
    let last = plain.rsplit('/').next().unwrap_or_default();
    let is_one_of_them = set.files.iter().any(|file| file.name == last);
    // The name of a file has an ending, whatever the mirror calls it; that of a folder has none.
    let after_host = plain.splitn(4, '/').nth(3).is_some();
    let is_a_file = is_one_of_them || (after_host && last.contains('.'));
    match set.files.len() {
        1 if is_a_file => Ok(address.to_owned()),
        _ if is_one_of_them => {
            let reason = format!(
                "{} has {} files; the address before their names is right",
                set.name,
                set.files.len()
            );
            Err(refused(&shown, reason))
        }
        _ if plain.len() < address.len() => {
            let reason = "file names cannot be appended to an address with a ? or a #";
            Err(refused(&shown, reason))
        }
        _ => Ok(format!("{}/{}", plain.trim_end_matches('/'), file.name)),
    }
}

fn refused(from: &str, reason: impl Into<String>) -> Error {
    Error::Source {
        from: from.to_owned(),
        reason: reason.into(),
    }
}

/// An address for messages: without a password in it, and without its query, which may be one.
pub(crate) fn shown(address: &str) -> String {
    let plain = address.split(['?', '#']).next().unwrap_or(address);
    let Some((scheme, rest)) = plain.split_once("://") else {
        return plain.to_owned();
    };
    let (host, path) = match rest.split_once('/') {
        Some((host, path)) => (host, format!("/{path}")),
        None => (rest, String::new()),
    };
    let host = host.rsplit('@').next().unwrap_or(host);
    format!("{scheme}://{host}{path}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::find;

    fn url(name: &str, address: &str) -> Result<String> {
        let set = find(name).unwrap();
        mirror(&set, &set.files[0], address)
    }

    #[test]
    fn names_are_appended_to_a_mirrors_address() {
        let archive = "https://lab.example/data/cifar-10-binary.tar.gz";
        for address in [
            "https://lab.example/data",
            "https://lab.example/data/",
            archive,
        ] {
            assert_eq!(url("cifar10", address).unwrap(), archive);
        }
        let root = url("cifar10", "https://lab.example").unwrap();
        assert_eq!(root, "https://lab.example/cifar-10-binary.tar.gz");
        let renamed = "https://lab.example/c10.tgz?token=1";
        assert_eq!(url("cifar10", renamed).unwrap(), renamed);
        let several = url("mnist", "https://lab.example/mnist").unwrap();
        assert_eq!(
            several,
            "https://lab.example/mnist/train-images-idx3-ubyte.gz"
        );
    }

    #[test]
    fn the_address_of_one_of_several_files_is_refused() {
        let one = "https://lab.example/train-images-idx3-ubyte.gz";
        assert!(matches!(url("mnist", one), Err(Error::Source { .. })));
        let query = "https://lab.example/mnist?token=1";
        let error = url("mnist", query).unwrap_err().to_string();
        assert!(!error.contains("token"), "{error}");
    }

    #[test]
    fn other_schemes_are_refused() {
        for wrong in ["ftp://lab.example/x", ""] {
            assert!(matches!(Source::parse(wrong), Err(Error::Source { .. })));
        }
        let path = Source::parse("data/cifar.tar.gz").unwrap();
        assert_eq!(path, Source::Path("data/cifar.tar.gz".into()));
        assert!(matches!(
            Source::parse("HTTPS://lab.example"),
            Ok(Source::Url(_))
        ));
    }

    #[test]
    fn a_password_is_not_shown() {
        let address = "https://me:secret@lab.example/a@b?key=secret";
        assert_eq!(shown(address), "https://lab.example/a@b");
    }
}
