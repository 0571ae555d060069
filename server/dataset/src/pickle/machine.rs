//! The stack machine that a pickle is a program for, with nothing in it that could act.

use super::array::Raw;
use std::collections::HashMap;
use std::ops::Range;

/// A value; other values in it are named by their numbers, so that one that is meant twice is held once.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Mark,
    /// None, a float: there, and of no use here.
    Other,
    Bool(bool),
    Int(i64),
    /// Bytes or text, where they stand in the pickle.
    Bytes(Range<usize>),
    /// Bytes that were text in the pickle.
    Decoded(Vec<u8>),
    Tuple(Vec<usize>),
    List(Vec<usize>),
    Dict(Vec<(usize, usize)>),
    Global(Global),
    /// A type of numbers, by its name.
    Kind(usize),
    Array(Raw),
}

/// What may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Global {
    Reconstruct,
    FromBuffer,
    Array,
    Kind,
    Encode,
}

/// Values at most, with those put aside; CIFAR-100's training set has about 200,000.
const MOST_VALUES: usize = 4_000_000;

#[derive(Debug)]
pub(super) struct Machine {
    pub(super) content: Vec<u8>,
    at: usize,
    pub(super) values: Vec<Value>,
    stack: Vec<usize>,
    memo: HashMap<u64, usize>,
    /// Bytes of all [`Value::Decoded`].
    pub(super) decoded: usize,
    /// Numbers in all tuples, lists and dictionaries.
    collected: usize,
}

pub(super) type Result<T, E = String> = std::result::Result<T, E>;

impl Machine {
    pub fn new(content: Vec<u8>) -> Self {
        Self {
            content,
            at: 0,
            values: Vec::new(),
            stack: Vec::new(),
            memo: HashMap::new(),
            decoded: 0,
            collected: 0,
        }
    }

    pub fn size(&self) -> u64 {
        (self.content.len() + self.decoded) as u64
    }

    pub fn value(&self, place: usize) -> &Value {
        self.values.get(place).unwrap_or(&Value::Other)
    }

    pub fn bytes(&self, place: usize) -> Option<&[u8]> {
        match self.value(place) {
            Value::Bytes(range) => self.content.get(range.clone()),
            Value::Decoded(bytes) => Some(bytes),
            _ => None,
        }
    }

    pub fn text(&self, place: usize) -> Option<String> {
        let text = std::str::from_utf8(self.bytes(place)?);
        text.ok().map(str::to_owned)
    }

    /// Runs to the end, and gives the number of the value that is left.
    pub fn run(&mut self) -> Result<usize> {
        loop {
            let code = self.take(1)?.start;
            let code = self.content[code];
            if code == b'.' {
                return self.pop();
            }
            self.step(code)?;
        }
    }

    fn step(&mut self, code: u8) -> Result<()> {
        match code {
            0x80 => self.skip(1)?,
            0x95 => self.skip(8)?,
            b'(' => self.push(Value::Mark)?,
            b'0' => drop(self.pop()?),
            b'1' => drop(self.since_mark()?),
            b'N' => self.push(Value::Other)?,
            b'G' => {
                self.skip(8)?;
                self.push(Value::Other)?;
            }
            0x88 => self.push(Value::Bool(true))?,
            0x89 => self.push(Value::Bool(false))?,
            b'J' => {
                let number = self.number(4)? as u32 as i32;
                self.push(Value::Int(number.into()))?;
            }
            b'K' => self.int(1)?,
            b'M' => self.int(2)?,
            0x8a => {
                let count = self.number(1)?;
                self.long(count)?;
            }
            b'I' | b'L' => self.written()?,
            b'U' | b'C' | 0x8c => self.counted(1)?,
            b'T' | b'B' | b'X' => self.counted(4)?,
            0x8d | 0x8e | 0x96 => self.counted(8)?,
            b')' => self.push(Value::Tuple(Vec::new()))?,
            b']' => self.push(Value::List(Vec::new()))?,
            b'}' => self.push(Value::Dict(Vec::new()))?,
            b't' => {
                let items = self.since_mark()?;
                self.push(Value::Tuple(items))?;
            }
            0x85..=0x87 => {
                let from = self
                    .stack
                    .len()
                    .checked_sub(usize::from(code - 0x84))
                    .ok_or_else(empty)?;
                let items = self.stack.split_off(from);
                self.push(Value::Tuple(items))?;
            }
            b'l' => {
                let items = self.since_mark()?;
                self.push(Value::List(items))?;
            }
            b'd' => {
                let items = self.since_mark()?;
                self.push(Value::Dict(Vec::new()))?;
                self.set(&items)?;
            }
            b'a' => {
                let item = self.pop()?;
                self.append(&[item])?;
            }
            b'e' => {
                let items = self.since_mark()?;
                self.append(&items)?;
            }
            b's' => {
                let (value, key) = (self.pop()?, self.pop()?);
                self.set(&[key, value])?;
            }
            b'u' => {
                let items = self.since_mark()?;
                self.set(&items)?;
            }
            b'c' => {
                let (module, name) = (self.line()?, self.line()?);
                self.import(&module, &name)?;
            }
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?);
                match (self.text(module), self.text(name)) {
                    (Some(module), Some(name)) => self.import(&module, &name)?,
                    _ => {
                        return Err("the pickle is damaged: it imports what has no name".to_owned());
                    }
                }
            }
            b'R' => self.call()?,
            b'b' => self.build()?,
            b'q' => self.remember(1)?,
            b'r' => self.remember(4)?,
            0x94 => {
                let last = self.last()?;
                self.memo.insert(self.memo.len() as u64, last);
            }
            b'h' => self.recall(1)?,
            b'j' => self.recall(4)?,
            _ => {
                let at = self.at - 1;
                return Err(format!(
                    "the pickle is damaged: byte {at} is {code:#04x}, which is no instruction that CIFAR's pickles have"
                ));
            }
        }
        if self.values.len() + self.collected + self.memo.len() > MOST_VALUES {
            return Err(format!("the pickle has more than {MOST_VALUES} values"));
        }
        Ok(())
    }

    fn take(&mut self, count: usize) -> Result<Range<usize>> {
        let end = self
            .at
            .checked_add(count)
            .filter(|&end| end <= self.content.len());
        let end =
            end.ok_or_else(|| format!("the pickle is cut off at byte {}", self.content.len()))?;
        let taken = self.at..end;
        self.at = end;
        Ok(taken)
    }

    fn skip(&mut self, count: usize) -> Result<()> {
        self.take(count).map(|_| ())
    }

    fn number(&mut self, bytes: usize) -> Result<u64> {
        let range = self.take(bytes)?;
        let digits = self.content[range].iter().rev();
        Ok(digits.fold(0, |sum, &digit| sum << 8 | u64::from(digit)))
    }

    fn int(&mut self, bytes: usize) -> Result<()> {
        let number = self.number(bytes)?;
        self.push(Value::Int(number as i64))
    }

    fn long(&mut self, count: u64) -> Result<()> {
        if count > 8 {
            return Err("the pickle has a number of more than 64 bits".to_owned());
        }
        let bits = 8 * count as u32;
        let number = self.number(count as usize)? as i64;
        let shift = 64 - bits;
        let number = if bits == 0 {
            0
        } else {
            number << shift >> shift
        };
        self.push(Value::Int(number))
    }

    /// A number as text, as Python 2 wrote truth values too.
    fn written(&mut self) -> Result<()> {
        let line = self.line()?;
        let value = match &line[..] {
            "00" => Value::Bool(false),
            "01" => Value::Bool(true),
            digits => match digits.trim_end_matches('L').parse() {
                Ok(number) => Value::Int(number),
                Err(_) => return Err(format!("the pickle is damaged: \"{line}\" is no number")),
            },
        };
        self.push(value)
    }

    fn counted(&mut self, bytes: usize) -> Result<()> {
        let count = self.number(bytes)?;
        let range = self.take(usize::try_from(count).unwrap_or(usize::MAX))?;
        self.push(Value::Bytes(range))
    }

    fn line(&mut self) -> Result<String> {
        /// Longer texts are no names.
        const LONGEST: usize = 256;
        let rest = &self.content[self.at..];
        let end = rest.iter().take(LONGEST).position(|&byte| byte == b'\n');
        let line = end.and_then(|end| std::str::from_utf8(&rest[..end]).ok());
        let line = line
            .ok_or("the pickle is damaged: a line does not end")?
            .to_owned();
        self.at += line.len() + 1;
        Ok(line)
    }

    pub(super) fn push(&mut self, value: Value) -> Result<()> {
        if let Value::Tuple(items) | Value::List(items) = &value {
            self.collected += items.len();
        }
        self.values.push(value);
        self.stack.push(self.values.len() - 1);
        Ok(())
    }

    pub(super) fn pop(&mut self) -> Result<usize> {
        self.stack.pop().ok_or_else(empty)
    }

    pub(super) fn last(&self) -> Result<usize> {
        self.stack.last().copied().ok_or_else(empty)
    }

    fn since_mark(&mut self) -> Result<Vec<usize>> {
        let mark = self
            .stack
            .iter()
            .rposition(|&place| matches!(self.value(place), Value::Mark));
        let mark = mark.ok_or("the pickle is damaged: it misses a mark")?;
        let items = self.stack.split_off(mark + 1);
        self.stack.pop();
        Ok(items)
    }

    fn remember(&mut self, bytes: usize) -> Result<()> {
        let (place, last) = (self.number(bytes)?, self.last()?);
        self.memo.insert(place, last);
        Ok(())
    }

    fn recall(&mut self, bytes: usize) -> Result<()> {
        let place = self.number(bytes)?;
        let known = self.memo.get(&place).copied();
        let known = known.ok_or_else(|| {
            format!("the pickle is damaged: it takes value {place}, which it never put aside")
        })?;
        self.collected += 1;
        self.stack.push(known);
        Ok(())
    }

    fn append(&mut self, items: &[usize]) -> Result<()> {
        let last = self.last()?;
        self.collected += items.len();
        match self.values.get_mut(last) {
            Some(Value::List(list)) => list.extend(items),
            _ => return Err("the pickle is damaged: it appends to what is no list".to_owned()),
        }
        Ok(())
    }

    fn set(&mut self, items: &[usize]) -> Result<()> {
        let last = self.last()?;
        self.collected += items.len();
        let pairs = items.chunks_exact(2).map(|pair| (pair[0], pair[1]));
        match self.values.get_mut(last) {
            Some(Value::Dict(dict)) if items.len().is_multiple_of(2) => dict.extend(pairs),
            _ => {
                return Err(
                    "the pickle is damaged: it sets keys of what is no dictionary".to_owned(),
                );
            }
        }
        Ok(())
    }
}

fn empty() -> String {
    "the pickle is damaged: it takes more values than it has".to_owned()
}
