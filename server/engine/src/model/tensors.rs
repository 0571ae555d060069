//! The names and shapes of a file's tensors, as a family looks at them.

use super::naming::Naming;
use super::weights::Header;

/// What a file holds, under the names that a family gives to its layers.
pub(super) struct Tensors<'a> {
    header: &'a Header,
    naming: &'static Naming,
}

impl<'a> Tensors<'a> {
    /// With the names of one collection.
    pub fn new(header: &'a Header, naming: &'static Naming) -> Self {
        Self { header, naming }
    }

    /// Whether the file itself, whatever the family calls it, has a tensor of this name.
    pub fn named_like(&self, name: &str) -> bool {
        self.header.sizes(name).is_some()
    }

    /// The sizes of a tensor, where it is there and has so many of them.
    pub fn sizes<const N: usize>(&self, name: &str) -> Option<[i64; N]> {
        let sizes = self.header.sizes(&self.naming.of(name))?;
        sizes.try_into().ok()
    }

    /// Whether a tensor is there.
    pub fn has(&self, name: &str) -> bool {
        self.header.sizes(&self.naming.of(name)).is_some()
    }

    /// How many of these are there, from number 0 on, without a gap.
    pub fn count(&self, name: impl Fn(i64) -> String) -> i64 {
        (0..MOST)
            .find(|number| !self.has(&name(*number)))
            .unwrap_or(MOST)
    }

    /// The classes that a linear layer tells apart; ten where it is not there, so that the others can be looked at.
    pub fn classes(&self, head: &str) -> i64 {
        let sizes: Option<[i64; 2]> = self.sizes(&format!("{head}.weight"));
        sizes.map_or(10, |[classes, _]| classes)
    }

    /// The operators that the file writes down, as JSON.
    pub fn program(&self) -> Option<&str> {
        self.header.program()
    }

    /// All names and shapes, as the file has them.
    pub fn all(&self) -> impl Iterator<Item = (&str, Vec<i64>)> {
        self.header.all()
    }
}

/// More blocks, layers or stages in a row than any network here has.
const MOST: i64 = 256;
