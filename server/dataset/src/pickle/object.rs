//! The objects that CIFAR's pickles have, and no others.

use super::array::Raw;
use super::machine::{Global, Machine, Result, Value};

impl Machine {
    pub fn import(&mut self, module: &str, name: &str) -> Result<()> {
        let global = match (module, name) {
            ("numpy.core.multiarray" | "numpy._core.multiarray", "_reconstruct") => {
                Global::Reconstruct
            }
            ("numpy.core.numeric" | "numpy._core.numeric", "_frombuffer") => Global::FromBuffer,
            ("numpy", "ndarray") => Global::Array,
            ("numpy", "dtype") => Global::Kind,
            ("_codecs", "encode") => Global::Encode,
            _ => {
                return Err(format!(
                    "the pickle calls {module}.{name} when it is loaded, which CIFAR's do not; it is refused, and should not be opened with Python either"
                ));
            }
        };
        self.push(Value::Global(global))
    }

    /// What the few that may be called give; nothing is called.
    pub fn call(&mut self) -> Result<()> {
        let (arguments, callee) = (self.pop()?, self.pop()?);
        let damaged =
            || "the pickle is damaged: it makes an object in a way that is not known".to_owned();
        let (Value::Global(callee), Value::Tuple(arguments)) =
            (self.value(callee), self.value(arguments))
        else {
            return Err(damaged());
        };
        let value = match (callee, &arguments[..]) {
            (Global::Reconstruct, _) => Value::Array(Raw::default()),
            (Global::Kind, &[name, ..]) => Value::Kind(name),
            (Global::FromBuffer, &[data, kind, shape, order]) => Value::Array(Raw {
                data: Some(data),
                kind: Some(kind),
                shape: Some(shape),
                columns_first: self.bytes(order) == Some(b"F"),
            }),
            (Global::Encode, &[text, _]) => {
                let text = self.text(text).ok_or_else(damaged)?;
                let bytes: Option<Vec<u8>> = text
                    .chars()
                    .map(|letter| u8::try_from(letter).ok())
                    .collect();
                let bytes = bytes.ok_or_else(damaged)?;
                self.decoded += bytes.len();
                // Each text is decoded once in a file that is honest.
                if self.decoded > self.content.len() {
                    return Err("the pickle stands for more bytes than it has".to_owned());
                }
                Value::Decoded(bytes)
            }
            _ => return Err(damaged()),
        };
        self.push(value)
    }

    pub fn build(&mut self) -> Result<()> {
        let (state, object) = (self.pop()?, self.last()?);
        let Value::Tuple(state) = self.value(state) else {
            return Err(no_state());
        };
        let raw = match state[..] {
            [_, shape, kind, order, data] => Raw {
                shape: Some(shape),
                kind: Some(kind),
                columns_first: matches!(self.value(order), Value::Bool(true)),
                data: Some(data),
            },
            _ => Raw::default(),
        };
        let order = state.get(1).and_then(|&order| self.bytes(order));
        let little = matches!(order, Some(b"<" | b"|" | b"="));
        match self.values.get_mut(object) {
            Some(Value::Array(array)) => *array = raw,
            // Of a type only the order of its bytes matters.
            Some(Value::Kind(_)) if little => {}
            Some(Value::Kind(_)) => {
                return Err("the pickle holds numbers of the other byte order".to_owned());
            }
            _ => return Err(no_state()),
        }
        Ok(())
    }
}

fn no_state() -> String {
    "the pickle is damaged: it changes an object that has no state".to_owned()
}
