//! Valid files, and what becomes of them.

use super::change::change;
use super::random::Random;
use super::seal;

/// A part of a packed file: a member of an archive, a chunk of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub name: String,
    pub content: Vec<u8>,
}

impl Part {
    pub fn new(name: impl Into<String>, content: impl Into<Vec<u8>>) -> Self {
        Self {
            name: name.into(),
            content: content.into(),
        }
    }
}

/// How parts become a file again.
type Pack = fn(&[Part]) -> Vec<u8>;

/// A valid file.
pub struct Seed {
    bytes: Vec<u8>,
    inner: Option<(Vec<Part>, Pack)>,
}

impl Seed {
    /// A file without checksums.
    pub fn plain(bytes: impl Into<Vec<u8>>) -> Self {
        Self {
            bytes: bytes.into(),
            inner: None,
        }
    }

    /// A file with checksums over its parts, which would keep every change of them from the reader: they are changed before they are
    /// packed by `pack`, which [`super::seal`] has some of. The file is changed as it is too.
    pub fn packed(bytes: impl Into<Vec<u8>>, parts: Vec<Part>, pack: Pack) -> Self {
        Self {
            bytes: bytes.into(),
            inner: Some((parts, pack)),
        }
    }

    /// A zip archive, whose members are packed again.
    pub fn archive(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        let members = seal::members(&bytes);
        Self::packed(bytes, members, seal::zip)
    }

    /// The file, and what packing its parts gives.
    pub(super) fn unchanged(&self) -> Vec<Vec<u8>> {
        let packed = self.inner.as_ref().map(|(parts, pack)| pack(parts));
        std::iter::once(self.bytes.clone()).chain(packed).collect()
    }

    /// The file after some changes, and how many bytes they changed.
    pub(super) fn variant(&self, random: &mut Random) -> (Vec<u8>, u64) {
        // Few changes get deep into a reader, many make the rest of its cases.
        let most = random.of([1, 2, 4, 8, 32]);
        let count = 1 + random.below(most);
        let mut bytes = 0;
        match &self.inner {
            Some((parts, pack)) if random.below(4) > 0 => {
                let mut parts = parts.clone();
                let mut which = random.below(parts.len());
                for _ in 0..count {
                    if random.below(4) == 0 {
                        which = random.below(parts.len());
                    }
                    bytes += change(&mut parts[which].content, random);
                }
                (pack(&parts), bytes)
            }
            _ => {
                let mut content = self.bytes.clone();
                for _ in 0..count {
                    bytes += change(&mut content, random);
                }
                (content, bytes)
            }
        }
    }
}
