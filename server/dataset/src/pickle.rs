//! Pickles of a dictionary of NumPy arrays, numbers and texts, read without executing anything.
//!
//! An object is made of three things alone: NumPy's arrays, their types, and bytes that Python 3 wrote as text.
//! The instructions are those of Python's `pickletools`, <https://docs.python.org/3/library/pickletools.html>, protocols 2 to 5.

mod array;
mod machine;
mod object;

pub(crate) use array::Array;

use machine::{Machine, Value};

/// Longer texts are no names.
const LONGEST: usize = 200;

/// A pickle that was read.
#[derive(Debug)]
pub(crate) struct Pickle {
    machine: Machine,
    root: usize,
}

impl Pickle {
    /// # Errors
    /// Says what is refused or damaged.
    pub fn read(content: Vec<u8>) -> Result<Self, String> {
        let mut machine = Machine::new(content);
        let root = machine.run()?;
        Ok(Self { machine, root })
    }

    /// Bytes that it holds.
    pub fn size(&self) -> u64 {
        self.machine.size()
    }

    /// The keys of the dictionary that it is, if it is one: their beginnings, where they are longer than any name.
    pub fn keys(&self) -> Option<Vec<&str>> {
        let Value::Dict(items) = self.machine.value(self.root) else {
            return None;
        };
        // A text that is the key of a million values is looked at as often.
        let name = |&(key, _): &(usize, usize)| {
            let bytes = self.machine.bytes(key)?;
            let start = bytes.get(..LONGEST).unwrap_or(bytes).utf8_chunks().next();
            Some(start.map_or("", |start| start.valid()))
        };
        Some(items.iter().filter_map(name).collect())
    }

    /// A list of whole numbers, or a NumPy array of them.
    pub fn integers(&self, key: &str) -> Option<Vec<i64>> {
        let number = |&value: &usize| match self.machine.value(value) {
            Value::Int(number) => Some(*number),
            _ => None,
        };
        match self.machine.value(self.at(key)?) {
            Value::List(values) => values.iter().map(number).collect(),
            Value::Array(array) => self.machine.integers(array),
            _ => None,
        }
    }

    /// A list of so many texts, none longer than any name.
    pub fn texts(&self, key: &str, count: usize) -> Option<Vec<String>> {
        let short = |&value: &usize| {
            let bytes = self.machine.bytes(value)?;
            (bytes.len() <= LONGEST).then(|| self.machine.text(value))?
        };
        match self.machine.value(self.at(key)?) {
            Value::List(values) if values.len() == count => values.iter().map(short).collect(),
            _ => None,
        }
    }

    /// A NumPy array of bytes.
    ///
    /// # Errors
    /// Says what is wrong with the array.
    pub fn array(&self, key: &str) -> Result<Option<Array>, String> {
        match self.at(key).map(|place| self.machine.value(place)) {
            Some(Value::Array(array)) => self.machine.array(array, key).map(Some),
            _ => Ok(None),
        }
    }

    fn at(&self, key: &str) -> Option<usize> {
        let Value::Dict(items) = self.machine.value(self.root) else {
            return None;
        };
        // As in Python, the last of two that are the same counts.
        let found = items
            .iter()
            .rev()
            .find(|&&(name, _)| self.machine.bytes(name) == Some(key.as_bytes()));
        found.map(|&(_, value)| value)
    }
}
