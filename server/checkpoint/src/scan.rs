//! What a pickle would import, and dictionaries in which one name means two things: seen without building anything.

use crate::error::{Error, Result};
use crate::globals::{Role, role};
use crate::opcodes::{Reader, Step};
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

/// What a pickle is made of besides tensors.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// Objects that no network needs, by their Python names.
    pub passed_over: BTreeSet<String>,
    /// Classes of modules: the file holds a module itself, not only its state dict.
    pub modules: BTreeSet<String>,
}

/// A value on the stack.
#[derive(Clone, Debug)]
enum Value {
    Mark,
    // Held once, however often it is meant.
    Int(Rc<str>),
    Text(Rc<str>),
    /// A dictionary by its number.
    Dict(usize),
    Other,
}

/// Values at most: a pickle of a hundred megabytes cannot make the machine hold more.
const MOST_VALUES: usize = 4_000_000;

impl Scan {
    /// Reads one pickle, and says where the next one begins.
    ///
    /// # Errors
    /// [`Error::Runs`] and [`Error::Tensor`] name what is refused, [`Error::Damaged`] says what is no pickle.
    pub fn pickle(&mut self, bytes: &[u8]) -> Result<usize> {
        let mut machine = Machine::default();
        let mut reader = Reader::new(bytes);
        loop {
            let step = reader.step()?;
            if step == Step::Stop {
                return Ok(reader.at);
            }
            if let Some((module, name)) = machine.step(step)? {
                self.meet(&module, &name)?;
            }
        }
    }

    fn meet(&mut self, module: &str, name: &str) -> Result<()> {
        let full = format!("{module}.{name}");
        match role(module, name) {
            Role::Needed => {}
            Role::Module => drop(self.modules.insert(full)),
            Role::PassedOver => drop(self.passed_over.insert(full)),
            Role::UnknownTensor => return Err(Error::Tensor(full)),
            Role::Runs => return Err(Error::Runs(full)),
        }
        Ok(())
    }
}

/// The stack of values and what was put aside.
#[derive(Default)]
struct Machine {
    stack: Vec<Value>,
    memo: HashMap<u64, Value>,
    /// Of each dictionary its keys, and whether each is a number.
    keys: Vec<HashMap<Rc<str>, bool>>,
    /// Keys of all dictionaries.
    named: usize,
}

impl Machine {
    /// Does an instruction, and says what it would import.
    fn step(&mut self, step: Step) -> Result<Option<(String, String)>> {
        match step {
            Step::Mark => self.push(Value::Mark)?,
            Step::Stop | Step::Nothing => {}
            Step::Pop => drop(self.pop()?),
            Step::PopMark => drop(self.since_mark()?),
            Step::Duplicate => {
                let last = self.last()?;
                self.push(last)?;
            }
            Step::Int(number) => self.push(Value::Int(number.into()))?,
            Step::Text(text) => self.push(Value::Text(text.into()))?,
            Step::Other(count) => {
                self.drop_last(count)?;
                self.push(Value::Other)?;
            }
            Step::Collected => {
                self.since_mark()?;
                self.push(Value::Other)?;
            }
            Step::EmptyDict => self.push_dict()?,
            Step::Dict => {
                let items = self.since_mark()?;
                self.push_dict()?;
                self.set(items)?;
            }
            Step::SetItem => {
                let (value, key) = (self.pop()?, self.pop()?);
                self.set(vec![key, value])?;
            }
            Step::SetItems => {
                let items = self.since_mark()?;
                self.set(items)?;
            }
            Step::Global(module, name) => {
                self.push(Value::Other)?;
                return Ok(Some((module, name)));
            }
            Step::StackGlobal => {
                let (name, module) = (self.pop()?, self.pop()?);
                self.push(Value::Other)?;
                return match (module, name) {
                    (Value::Text(module), Value::Text(name)) => {
                        Ok(Some((module.to_string(), name.to_string())))
                    }
                    _ => Err(Error::Damaged("it imports what has no name".to_owned())),
                };
            }
            Step::Into(count) => self.drop_last(count)?,
            Step::AllInto => drop(self.since_mark()?),
            Step::Put(place) => {
                let last = self.last()?;
                self.remember(place, last)?;
            }
            Step::Memoize => {
                let last = self.last()?;
                self.remember(self.memo.len() as u64, last)?;
            }
            Step::Get(place) => {
                let known = self.memo.get(&place).cloned();
                let known = known.ok_or_else(|| {
                    Error::Damaged(format!("it takes value {place}, which it never put aside"))
                })?;
                self.push(known)?;
            }
        }
        Ok(None)
    }

    fn push(&mut self, value: Value) -> Result<()> {
        at_most(self.stack.len(), "a pickle of more values")?;
        self.stack.push(value);
        Ok(())
    }

    fn push_dict(&mut self) -> Result<()> {
        at_most(self.keys.len(), "a pickle of more dictionaries")?;
        self.keys.push(HashMap::new());
        self.push(Value::Dict(self.keys.len() - 1))
    }

    fn pop(&mut self) -> Result<Value> {
        self.stack.pop().ok_or_else(empty)
    }

    fn last(&self) -> Result<Value> {
        self.stack.last().cloned().ok_or_else(empty)
    }

    fn drop_last(&mut self, count: usize) -> Result<()> {
        let left = self.stack.len().checked_sub(count).ok_or_else(empty)?;
        self.stack.truncate(left);
        Ok(())
    }

    fn since_mark(&mut self) -> Result<Vec<Value>> {
        let mark = self
            .stack
            .iter()
            .rposition(|value| matches!(value, Value::Mark));
        let mark = mark.ok_or_else(|| Error::Damaged("it misses a mark".to_owned()))?;
        let items = self.stack.split_off(mark + 1);
        self.stack.pop();
        Ok(items)
    }

    fn remember(&mut self, place: u64, value: Value) -> Result<()> {
        at_most(self.memo.len(), "a pickle that puts more values aside")?;
        self.memo.insert(place, value);
        Ok(())
    }

    /// Puts pairs of keys and values into the dictionary that is last on the stack, or into an object that is like one.
    fn set(&mut self, items: Vec<Value>) -> Result<()> {
        let Some(Value::Dict(dict)) = self.stack.last() else {
            return Ok(());
        };
        let keys = &mut self.keys[*dict];
        for key in items.into_iter().step_by(2) {
            let (name, is_number) = match key {
                Value::Int(number) => (number, true),
                Value::Text(text) => (text, false),
                _ => continue,
            };
            match keys.insert(Rc::clone(&name), is_number) {
                None => {
                    at_most(self.named, "a pickle of more keys")?;
                    self.named += 1;
                }
                Some(before) if before != is_number => {
                    return Err(Error::Damaged(format!(
                        "a dictionary has the keys {name} and \"{name}\", of which one name would be left"
                    )));
                }
                Some(_) => {}
            }
        }
        Ok(())
    }
}

/// Refuses one more where there are as many as are held.
fn at_most(count: usize, what: &str) -> Result<()> {
    match count < MOST_VALUES {
        true => Ok(()),
        false => Err(Error::TooMuch {
            what: what.to_owned(),
            most: MOST_VALUES.to_string(),
        }),
    }
}

fn empty() -> Error {
    Error::Damaged("it takes more values than it has".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan(bytes: &[u8]) -> Result<Scan> {
        let mut scan = Scan::default();
        scan.pickle(bytes).map(|_| scan)
    }

    #[test]
    fn what_would_run_is_refused_by_its_name() {
        for pickle in [
            &b"cos\nsystem\n(S'true'\ntR."[..],
            b"\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x04true\x85R.",
            b"\x80\x02c__builtin__\neval\nX\x01\x00\x00\x001\x85R.",
        ] {
            let error = scan(pickle).unwrap_err();
            assert!(matches!(error, Error::Runs(_)), "{error}");
        }
        let text = scan(b"cos\nsystem\n(S'true'\ntR.").unwrap_err().to_string();
        assert!(text.contains("calls os.system"), "{text}");
    }

    #[test]
    fn unknown_objects_are_listed_and_unknown_tensors_refused() {
        let found = scan(b"\x80\x02cargparse\nNamespace\n)\x81}b.").unwrap();
        assert!(found.passed_over.contains("argparse.Namespace"));
        let error = scan(b"\x80\x02ctorch._utils\n_rebuild_sparse_tensor\n.").unwrap_err();
        assert!(
            error.to_string().contains("_rebuild_sparse_tensor"),
            "{error}"
        );
    }

    #[test]
    fn keys_that_become_one_name_are_refused() {
        // {1: None, "1": None}
        let text = scan(b"\x80\x02}(K\x01NX\x01\x00\x00\x001Nu.")
            .unwrap_err()
            .to_string();
        assert!(text.contains("keys 1 and \"1\""), "{text}");
        // Each in its own batch.
        assert!(scan(b"\x80\x02}K\x01NsX\x01\x00\x00\x001Ns.").is_err());
        scan(b"\x80\x02}K\x01NsK\x02Ns.").unwrap();
    }

    #[test]
    fn of_everything_that_a_pickle_makes_a_bounded_number_is_held() {
        let many = |step: &[u8]| [&b"\x80\x02N"[..], &step.repeat(MOST_VALUES + 2), b"."].concat();
        for (step, words) in [
            (&b"N"[..], "more values"),
            (b"}0", "more dictionaries"),
            (b"\x94", "puts more values aside"),
        ] {
            let text = scan(&many(step)).unwrap_err().to_string();
            assert!(text.contains(words), "{text}");
        }
        let mut keys = b"\x80\x02}".to_vec();
        for key in 0..=MOST_VALUES as u32 {
            keys.extend([&b"J"[..], &key.to_le_bytes(), b"Ns"].concat());
        }
        let text = scan(&keys).unwrap_err().to_string();
        assert!(text.contains("more keys"), "{text}");
        // A long number that is meant a million times, a terabyte in all.
        let number = b"1".repeat(1 << 20);
        let again = b"h\0".repeat(1 << 20);
        scan(&[b"\x80\x02L", &number[..], b"L\nq\0", &again, b"."].concat()).unwrap();
    }

    #[test]
    fn no_pickle_at_all_is_damaged() {
        for bytes in [&b""[..], b"hello", b"\x80\x02", b"R.", b"u.", b"h\x05."] {
            assert!(scan(bytes).is_err(), "{bytes:?}");
        }
    }
}
