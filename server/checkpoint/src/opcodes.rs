//! The instructions of a pickle and what follows each.
//!
//! As in Python's `pickletools`, <https://docs.python.org/3/library/pickletools.html>, protocols 0 to 5.

use crate::error::{Error, Result};

/// What an instruction does to the stack of values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Mark,
    Stop,
    /// Drops the last value, or all down to the last mark.
    Pop,
    PopMark,
    Duplicate,
    /// A whole number, as Python writes it.
    Int(String),
    Text(String),
    /// Any value that does not matter here, in the place of the last `usize`.
    Other(usize),
    /// The same in the place of all down to the last mark.
    Collected,
    EmptyDict,
    /// A dictionary of all down to the last mark.
    Dict,
    SetItem,
    SetItems,
    /// What comes from a module by name.
    Global(String, String),
    /// The same with the names on the stack.
    StackGlobal,
    /// Drops so many values that went into the one before.
    Into(usize),
    /// The same of all down to the last mark.
    AllInto,
    Put(u64),
    Get(u64),
    Memoize,
    Nothing,
}

/// The bytes of a pickle from a place on.
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    pub at: usize,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let end = self.at.checked_add(count);
        let taken = end.and_then(|end| self.bytes.get(self.at..end));
        let taken = taken.ok_or_else(|| {
            Error::Damaged(format!(
                "it ends within an instruction, at byte {}",
                self.at
            ))
        })?;
        self.at += count;
        Ok(taken)
    }

    fn number(&mut self, bytes: usize) -> Result<u64> {
        let digits = self.take(bytes)?.iter().rev();
        Ok(digits.fold(0, |sum, digit| sum << 8 | u64::from(*digit)))
    }

    /// As many bytes as a number before them says.
    fn counted(&mut self, bytes: usize) -> Result<&'a [u8]> {
        let count = self.number(bytes)?;
        self.take(usize::try_from(count).unwrap_or(usize::MAX))
    }

    fn line(&mut self) -> Result<&'a str> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| *byte == b'\n');
        let length = length.ok_or_else(|| Error::Damaged("a line in it has no end".to_owned()))?;
        let line = self.take(length + 1)?;
        Ok(std::str::from_utf8(&line[..length]).unwrap_or_default())
    }

    fn text(bytes: &[u8]) -> Step {
        match std::str::from_utf8(bytes) {
            Ok(text) if text.len() <= LONGEST => Step::Text(text.to_owned()),
            _ => Step::Other(0),
        }
    }

    /// The next instruction.
    pub fn step(&mut self) -> Result<Step> {
        let at = self.at;
        Ok(match self.take(1)?[0] {
            b'(' => Step::Mark,
            b'.' => Step::Stop,
            b'0' => Step::Pop,
            b'1' => Step::PopMark,
            b'2' => Step::Duplicate,
            b'F' => {
                self.line()?;
                Step::Other(0)
            }
            b'I' | b'L' => {
                let line = self.line()?.trim_end_matches('L');
                match line {
                    "00" | "01" => Step::Other(0),
                    number => Step::Int(number.to_owned()),
                }
            }
            b'J' => Step::Int((self.number(4)? as u32 as i32).to_string()),
            b'K' => Step::Int(self.number(1)?.to_string()),
            b'M' => Step::Int(self.number(2)?.to_string()),
            0x8a => Self::long(self.counted(1)?),
            0x8b => Self::long(self.counted(4)?),
            b'N' | 0x88 | 0x89 | b')' | b']' | 0x8f => Step::Other(0),
            b'P' => {
                self.line()?;
                Step::Other(0)
            }
            b'S' | b'V' => {
                let line = self.line()?;
                Self::text(line.trim_matches(['\'', '"']).as_bytes())
            }
            b'T' | b'X' => Self::text(self.counted(4)?),
            b'U' | 0x8c => Self::text(self.counted(1)?),
            0x8d => Self::text(self.counted(8)?),
            b'B' => self.skip(4)?,
            b'C' => self.skip(1)?,
            0x8e | 0x96 => self.skip(8)?,
            b'G' => {
                self.take(8)?;
                Step::Other(0)
            }
            b'Q' | 0x85 => Step::Other(1),
            b'R' | 0x81 | 0x86 => Step::Other(2),
            0x87 | 0x92 => Step::Other(3),
            b't' | b'l' | b'o' | 0x91 => Step::Collected,
            b'}' => Step::EmptyDict,
            b'd' => Step::Dict,
            b's' => Step::SetItem,
            b'u' => Step::SetItems,
            b'a' | b'b' => Step::Into(1),
            b'e' | 0x90 => Step::AllInto,
            b'c' | b'i' => {
                // `i` takes what is down to the last mark too; such a pickle is refused by what it calls.
                let (module, name) = (self.line()?.to_owned(), self.line()?.to_owned());
                Step::Global(module, name)
            }
            0x93 => Step::StackGlobal,
            b'p' => Step::Put(self.place()?),
            b'q' => Step::Put(self.number(1)?),
            b'r' => Step::Put(self.number(4)?),
            b'g' => Step::Get(self.place()?),
            b'h' => Step::Get(self.number(1)?),
            b'j' => Step::Get(self.number(4)?),
            0x94 => Step::Memoize,
            0x80 => {
                let protocol = self.number(1)?;
                if protocol > 5 {
                    return Err(Error::Damaged(format!(
                        "its protocol is {protocol}; 0 to 5 are known"
                    )));
                }
                Step::Nothing
            }
            0x95 => {
                self.take(8)?;
                Step::Nothing
            }
            // A registry of extensions, and buffers from outside: no checkpoint has either.
            other => {
                return Err(Error::Damaged(format!(
                    "byte {at} is {other:#04x}, which is no instruction that a checkpoint has"
                )));
            }
        })
    }

    fn skip(&mut self, bytes: usize) -> Result<Step> {
        self.counted(bytes)?;
        Ok(Step::Other(0))
    }

    fn long(bytes: &[u8]) -> Step {
        // Larger ones are no keys.
        match bytes.len() {
            0..8 => {
                let value = bytes
                    .iter()
                    .rev()
                    .fold(0i64, |sum, digit| sum << 8 | i64::from(*digit));
                let bits = 8 * bytes.len() as u32;
                let negative = bytes.last().is_some_and(|last| last & 0x80 != 0);
                let value = if negative {
                    value - (1i64 << bits)
                } else {
                    value
                };
                Step::Int(value.to_string())
            }
            _ => Step::Other(0),
        }
    }

    fn place(&mut self) -> Result<u64> {
        let line = self.line()?;
        line.parse()
            .map_err(|_| Error::Damaged(format!("\"{line}\" is no place in it")))
    }
}

/// Longer texts are no names.
const LONGEST: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    fn step(bytes: &[u8]) -> Step {
        Reader::new(bytes).step().unwrap()
    }

    #[test]
    fn numbers_are_those_that_python_writes() {
        for (bytes, number) in [
            (&b"K\x07"[..], "7"),
            (b"M\x01\x02", "513"),
            (b"J\xff\xff\xff\xff", "-1"),
            (b"\x8a\x00", "0"),
            (b"\x8a\x01\xff", "-1"),
            (b"\x8a\x02\xff\x00", "255"),
            (b"I-12\n", "-12"),
            (b"L99L\n", "99"),
        ] {
            assert_eq!(step(bytes), Step::Int(number.to_owned()));
        }
        assert_eq!(step(b"I01\n"), Step::Other(0));
    }

    #[test]
    fn what_is_cut_off_is_said() {
        for bytes in [
            &b"X\xff\xff\xff\xffab"[..],
            b"c",
            b"\x8d",
            b"\x8b\xff\xff\xff\xff",
            b"q",
        ] {
            let text = Reader::new(bytes).step().unwrap_err().to_string();
            assert!(text.contains("damaged"), "{text}");
        }
        assert!(Reader::new(b"\x82\x01").step().is_err());
    }
}
