//! Structures of Thrift's compact protocol, as far as the heads of pages need them,
//! <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>.

use std::io::Read;

/// Structures within each other at most; a head has three.
const DEEPEST: usize = 16;

const I32: u8 = 5;
pub(super) const STRUCT: u8 = 12;

pub(super) struct Thrift<R> {
    pub reader: R,
    /// Bytes that were read.
    pub taken: u64,
}

/// Nothing but that it is damaged.
#[derive(Debug)]
pub(super) struct Damaged;

type Result<T> = std::result::Result<T, Damaged>;

impl<R: Read> Thrift<R> {
    pub fn new(reader: R) -> Self {
        Self { reader, taken: 0 }
    }

    /// The number and the kind of the next field, until the structure ends.
    pub fn field(&mut self, last: &mut i64) -> Result<Option<(i64, u8)>> {
        let byte = self.byte()?;
        let kind = byte & 15;
        if kind == 0 {
            return Ok(None);
        }
        let field = match byte >> 4 {
            0 => self.number()?,
            step => last.checked_add(i64::from(step)).ok_or(Damaged)?,
        };
        // Of a field that comes twice it would not be known which counts.
        if field <= *last {
            return Err(Damaged);
        }
        *last = field;
        Ok(Some((field, kind)))
    }

    /// A number that is none below 0.
    pub fn size(&mut self, kind: u8) -> Result<u64> {
        match kind {
            I32 => i32::try_from(self.number()?)
                .ok()
                .and_then(|number| u64::try_from(number).ok())
                .ok_or(Damaged),
            _ => Err(Damaged),
        }
    }

    pub fn skip(&mut self, kind: u8, depth: usize) -> Result<()> {
        if depth > DEEPEST {
            return Err(Damaged);
        }
        match kind {
            // Truth values, which are kinds of their own.
            1 | 2 => {}
            3 => drop(self.byte()?),
            4..=6 => drop(self.number()?),
            7 => self.pass(8)?,
            8 => {
                let length = self.bits()?;
                self.pass(length)?;
            }
            9 | 10 => {
                let byte = self.byte()?;
                let count = match byte >> 4 {
                    15 => self.bits()?,
                    count => u64::from(count),
                };
                for _ in 0..count {
                    self.item(byte & 15, depth)?;
                }
            }
            11 => {
                let count = self.bits()?;
                let kinds = if count > 0 { self.byte()? } else { 0 };
                for _ in 0..count {
                    self.item(kinds >> 4, depth)?;
                    self.item(kinds & 15, depth)?;
                }
            }
            STRUCT => {
                let mut last = 0;
                while let Some((_, kind)) = self.field(&mut last)? {
                    self.skip(kind, depth + 1)?;
                }
            }
            _ => return Err(Damaged),
        }
        Ok(())
    }

    /// In lists a truth value is a byte.
    fn item(&mut self, kind: u8, depth: usize) -> Result<()> {
        match kind {
            1 | 2 => self.byte().map(drop),
            kind => self.skip(kind, depth + 1),
        }
    }

    fn byte(&mut self) -> Result<u8> {
        let mut byte = [0];
        self.reader.read_exact(&mut byte).map_err(|_| Damaged)?;
        self.taken += 1;
        Ok(byte[0])
    }

    fn pass(&mut self, count: u64) -> Result<()> {
        let mut some = self.reader.by_ref().take(count);
        let passed = std::io::copy(&mut some, &mut std::io::sink()).map_err(|_| Damaged)?;
        self.taken += passed;
        match passed == count {
            true => Ok(()),
            false => Err(Damaged),
        }
    }

    /// Seven bits in each byte, the lowest first.
    fn bits(&mut self) -> Result<u64> {
        let mut number = 0;
        for place in 0..10 {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << (7 * place);
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(Damaged)
    }

    /// A number with its sign in the lowest bit.
    fn number(&mut self) -> Result<i64> {
        let bits = self.bits()?;
        Ok((bits >> 1) as i64 ^ -((bits & 1) as i64))
    }
}
