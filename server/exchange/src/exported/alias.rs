//! Which names are the same memory.
//!
//! A graph that was exported for training changes values in place (`relu_`), and whoever reads the old name later reads the new value.

mod constant;

use super::schema::{Argument, Node, OptionalTensor};
use crate::trace::Value;
use std::collections::{HashMap, HashSet};

/// Operators whose result is the memory of what they take.
const VIEWS: &[&str] = &[
    "alias",
    "as_strided",
    "chunk",
    "detach",
    "dropout",
    "expand",
    "narrow",
    "numpy_T",
    "permute",
    "select",
    "slice",
    "split",
    "split_with_sizes",
    "squeeze",
    "t",
    "transpose",
    "unbind",
    "unflatten",
    "unsqueeze",
    "view",
];

/// Operators whose result may be the memory of what they take, or a copy.
const PERHAPS: &[&str] = &["contiguous", "flatten", "reshape", "to", "type_as"];

/// The memory of each name, and the last node that reads it.
pub(super) struct Aliases<'a> {
    nodes: &'a [Node],
    /// The node that gives a name.
    made: HashMap<&'a str, usize>,
    memory: HashMap<String, usize>,
    names: Vec<Vec<String>>,
    /// The memories that may be several.
    unsure: HashSet<usize>,
    last: HashMap<String, usize>,
}

/// The tensors that an argument names.
fn named(of: &Argument) -> Vec<&str> {
    match of {
        Argument::AsTensor(one) | Argument::AsOptionalTensor(OptionalTensor::AsTensor(one)) => {
            vec![&one.name]
        }
        Argument::AsTensors(all) => all.iter().map(|one| one.name.as_str()).collect(),
        Argument::AsOptionalTensors(all) => all
            .iter()
            .filter_map(|one| match one {
                OptionalTensor::AsTensor(one) => Some(one.name.as_str()),
                OptionalTensor::AsNone(_) => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// The tensor that a node takes first.
fn first(of: &Node) -> Option<&str> {
    named(&of.inputs.first()?.arg).first().copied()
}

/// The names of what a node gives.
fn outputs(of: &Node) -> Vec<&str> {
    of.outputs.iter().flat_map(named).collect()
}

impl<'a> Aliases<'a> {
    pub(super) fn new(nodes: &'a [Node], names: &[String]) -> Self {
        let mut last = HashMap::new();
        let mut made = HashMap::new();
        for (place, node) in nodes.iter().enumerate() {
            made.extend(outputs(node).into_iter().map(|name| (name, place)));
            for input in &node.inputs {
                for name in named(&input.arg) {
                    last.insert(name.to_owned(), place);
                }
            }
        }
        for name in names {
            last.insert(name.clone(), nodes.len());
        }
        Self {
            nodes,
            made,
            memory: HashMap::new(),
            names: Vec::new(),
            unsure: HashSet::new(),
            last,
        }
    }

    fn group(&mut self, name: &str) -> usize {
        match self.memory.get(name) {
            Some(group) => *group,
            None => {
                self.names.push(vec![name.to_owned()]);
                self.memory.insert(name.to_owned(), self.names.len() - 1);
                self.names.len() - 1
            }
        }
    }

    /// Notes what a node gives, and whose memory that is.
    pub(super) fn note(&mut self, node: &Node, base: &str, in_place: bool) {
        let shared = match first(node) {
            Some(name) if in_place || VIEWS.contains(&base) => Some(self.group(name)),
            Some(name) if PERHAPS.contains(&base) => {
                let group = self.group(name);
                self.unsure.insert(group);
                Some(group)
            }
            _ => None,
        };
        for name in outputs(node) {
            match shared {
                None => {
                    self.group(name);
                }
                Some(group) => {
                    self.names[group].push(name.to_owned());
                    self.memory.insert(name.to_owned(), group);
                }
            }
        }
    }

    /// Gives the new value to all names of the memory that a node changes.
    ///
    /// # Errors
    /// Where a name that is read later shows another part of it.
    pub(super) fn change(
        &mut self,
        values: &mut HashMap<String, Value>,
        node: &Node,
        place: usize,
        new: &Value,
    ) -> Result<(), String> {
        let changed = first(node).ok_or("changes nothing in place")?.to_owned();
        let seen = |value: Option<&Value>| match value {
            Some(Value::Traced(traced)) => Some((traced.step, traced.dims.clone())),
            _ => None,
        };
        let old = seen(values.get(&changed)).ok_or("changes a constant in place")?;
        let group = self.group(&changed);
        let last = &self.last;
        self.names[group].retain(|name| last.get(name).is_some_and(|last| *last > place));
        for name in &self.names[group] {
            let is_sure = *name == changed || !self.unsure.contains(&group);
            match seen(values.get(name)) {
                Some(other) if other == old && is_sure => {
                    values.insert(name.clone(), new.clone());
                }
                _ => {
                    return Err(format!(
                        "changes {changed} in place, of which {name} is or may be a part that is read later"
                    ));
                }
            }
        }
        Ok(())
    }
}
