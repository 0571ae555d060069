//! What is known of a public data set.

/// A data set as it is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicSet {
    /// What people ask for, and the folder's name.
    pub name: String,
    /// What it is called in papers.
    pub title: String,
    /// Who made it, under which terms, in a sentence.
    pub terms: String,
    /// The files to bring.
    pub files: Vec<PublicFile>,
    /// What the training set is read from, inside the set's folder; none where there is no training set.
    pub train: Vec<String>,
    /// What the test set is read from, inside the set's folder.
    pub test: Vec<String>,
    /// Flags of `valleyscope data add` that the files' content does not tell.
    pub flags: Vec<String>,
}

impl PublicSet {
    /// Bytes to bring in all.
    pub fn size(&self) -> u64 {
        self.files.iter().map(|file| file.size).sum()
    }
}

/// One published file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicFile {
    /// Its name, without folders.
    pub name: String,
    /// Where it is to be had, the address to try first at the start.
    pub addresses: Vec<String>,
    /// Its length in bytes.
    pub size: u64,
    /// Its SHA-256 in lower-case hexadecimal digits.
    pub sha256: String,
    /// What to take out of it, where it is an archive.
    pub unpack: Option<Unpack>,
}

/// What to take out of a tar archive, plain or gzip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpack {
    /// The entries that the set needs, by their paths in the archive.
    pub entries: Vec<String>,
    /// The most bytes that the whole archive may be, uncompressed.
    pub most: u64,
}
