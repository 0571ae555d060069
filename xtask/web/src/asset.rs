//! Files whose names carry a hash of their content, so that browsers may keep them for ever.

use sha2::{Digest, Sha256};

/// One file of the web folder.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Path below `/pkg/`.
    pub path: String,
    pub bytes: Vec<u8>,
}

impl Asset {
    /// `stem-0123456789abcdef.extension`: the first 64 bits of the content's SHA-256.
    pub fn hashed(stem: &str, extension: &str, bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        let hash = &digest([bytes.as_slice()])[..16];
        Self {
            path: format!("{stem}-{hash}.{extension}"),
            bytes,
        }
    }

    /// Files in a folder of their own, which is called by the hash of all of them.
    pub fn together(files: Vec<(String, Vec<u8>)>) -> Vec<Self> {
        let parts = files
            .iter()
            .flat_map(|(name, bytes)| [name.as_bytes(), bytes.as_slice()]);
        let folder = digest(parts)[..16].to_owned();
        let file = |(name, bytes)| Self {
            path: format!("{folder}/{name}"),
            bytes,
        };
        files.into_iter().map(file).collect()
    }

    /// Where the page finds the file.
    pub fn url(&self) -> String {
        format!("/pkg/{}", self.path)
    }
}

/// SHA-256 over several pieces, in hexadecimal. Each piece's length goes in first, so that moving a byte from one to the next changes the result.
pub fn digest<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut hasher = Sha256::new();
    for piece in pieces {
        hasher.update((piece.len() as u64).to_le_bytes());
        hasher.update(piece);
    }
    format!("{:x}", hasher.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_depends_on_the_content_alone() {
        let one = Asset::hashed("app", "css", "body{}");
        assert_eq!(one.path, Asset::hashed("app", "css", "body{}").path);
        assert_ne!(one.path, Asset::hashed("app", "css", "body{} ").path);
        assert!(one.url().starts_with("/pkg/app-") && one.url().ends_with(".css"));
    }

    #[test]
    fn a_byte_that_moves_between_pieces_changes_the_digest() {
        assert_ne!(digest([&b"ab"[..], b"c"]), digest([&b"a"[..], b"bc"]));
    }
}
