//! Constants that are changed in place, part by part, as the masks of shifted windows are made.

use super::super::node::Node;
use super::super::op;
use super::{Aliases, PERHAPS, VIEWS, first};
use crate::trace::{Trace, Value};
use std::collections::HashMap;

/// What a name is to the constant whose memory it is.
enum Part<'a> {
    /// Every so many places of a dimension.
    Slice(&'a str),
    /// All of it.
    Same(&'a str),
    /// Memory of its own.
    Own,
}

impl<'a> Aliases<'a> {
    /// Gives a constant's new numbers to the name that is changed, and to all of which it is a part.
    ///
    /// # Errors
    /// Where another name of the same memory is read later, or where a part is no slice.
    pub(in super::super) fn write(
        &mut self,
        trace: &mut Trace,
        values: &mut HashMap<String, Value>,
        place: usize,
        new: Value,
    ) -> Result<(), String> {
        let changed = first(&self.nodes[place]).ok_or("changes nothing in place")?;
        let is_constant = |value: &Value| {
            matches!(
                value,
                Value::Array(_) | Value::Whole(_) | Value::Repeated(..)
            )
        };
        if !is_constant(&new) || !values.get(changed).is_some_and(is_constant) {
            return Err(format!("changes {changed} in place, which is no constant"));
        }
        let mut written = vec![changed];
        let mut new = new;
        let mut name = changed;
        loop {
            values.insert(name.to_owned(), new.clone());
            let part = self.part(name)?;
            name = match part {
                Part::Own => break,
                Part::Same(whole) => whole,
                Part::Slice(whole) => {
                    let (axis, by) = self.slice(name, values)?;
                    let old = values.get(whole).cloned();
                    let old = old.ok_or_else(|| format!("changes {whole}, which is not there"))?;
                    new = trace.scattered(old, new, axis, by)?;
                    whole
                }
            };
            written.push(name);
        }
        let group = self.group(changed);
        let mut others = self.names[group].iter().filter(|name| {
            let is_read = self.last.get(*name).is_some_and(|last| *last > place);
            is_read && !written.contains(&name.as_str())
        });
        match others.next() {
            None => Ok(()),
            Some(other) => Err(format!(
                "changes {changed} in place, of which {other} is or may be a part that is read later"
            )),
        }
    }

    /// What a name is to the memory that it shows.
    fn part(&self, name: &str) -> Result<Part<'a>, String> {
        let Some(place) = self.made.get(name) else {
            return Ok(Part::Own);
        };
        let node = &self.nodes[*place];
        let (base, in_place) = op::base(&node.target);
        match (base, first(node)) {
            (_, Some(whole)) if in_place || matches!(base, "alias" | "detach") => {
                Ok(Part::Same(whole))
            }
            ("slice", Some(whole)) => Ok(Part::Slice(whole)),
            _ if VIEWS.contains(&base) || PERHAPS.contains(&base) => Err(format!(
                "changes {name} in place, which is or may be a part of a constant other than a slice"
            )),
            _ => Ok(Part::Own),
        }
    }

    /// The dimension of a slice, and where it begins, ends and how far it steps.
    fn slice(
        &self,
        name: &str,
        values: &HashMap<String, Value>,
    ) -> Result<(i64, [i64; 3]), String> {
        let place = self.made.get(name).copied();
        let proto = place.and_then(|place| self.nodes.get(place));
        let proto = proto.ok_or_else(|| format!("changes {name}, which no node gives"))?;
        let node = Node {
            proto,
            values,
            base: "slice",
        };
        node.slice()
    }
}
