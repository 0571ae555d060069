//! ImageNet's classes by their synsets, as `imagenet_class_index.json` has them: `{"0": ["n01440764", "tench"], ...}`.

use crate::error::{Error, Result};
use crate::file::Regular;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

/// What the file is called everywhere.
pub(super) const INDEX: &str = "imagenet_class_index.json";

/// ImageNet's has 35 kB; one of all 21,841 synsets has less than this.
const LARGEST_INDEX: u64 = 4 << 20;

/// Labels by synset, and the names of the classes.
pub(super) struct Synsets {
    labels: HashMap<String, u32>,
    pub classes: Vec<String>,
}

impl Synsets {
    /// # Errors
    /// [`Error::Format`] when the file does not number pairs of synset and name from 0 on.
    pub fn read(path: &Path) -> Result<Self> {
        let text = Regular::of_at_most(path, LARGEST_INDEX)?.whole(LARGEST_INDEX)?;
        let refuse = |reason: String| Error::format(path, reason);
        let index: BTreeMap<usize, (String, String)> =
            serde_json::from_slice(&text).map_err(|error| {
                refuse(format!(
                    "is no class index such as {{\"0\": [\"n01440764\", \"tench\"]}}: {error}"
                ))
            })?;
        let (mut labels, mut classes) = (HashMap::new(), Vec::new());
        for (position, (number, (synset, name))) in index.into_iter().enumerate() {
            if number != position {
                return Err(refuse(format!("has no class {position}")));
            }
            if labels.insert(synset.clone(), position as u32).is_some() {
                return Err(refuse(format!("has the synset {synset} twice")));
            }
            classes.push(name);
        }
        Ok(Self { labels, classes })
    }

    pub fn label(&self, synset: &str) -> Option<u32> {
        self.labels.get(synset).copied()
    }
}

/// The synset with which a name begins: n and eight digits.
pub(super) fn begins(name: &str) -> Option<&str> {
    let (synset, rest) = name.split_at_checked(9)?;
    let digits = synset.strip_prefix('n')?;
    let whole = digits.bytes().all(|byte| byte.is_ascii_digit())
        && !rest.starts_with(|next: char| next.is_ascii_digit());
    whole.then_some(synset)
}

/// The index that lies in the folder or in one of the two above it.
pub(super) fn near(folder: &Path) -> Option<PathBuf> {
    let folders = folder.ancestors().take(3);
    folders
        .map(|folder| folder.join(INDEX))
        .find(|path| path.is_file())
}
