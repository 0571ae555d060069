//! The heads of a column's pages, looked through before any page is unpacked: the library sets aside whatever they announce, gigabytes
//! for a file of a kilobyte.
//!
//! <https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift> calls them `PageHeader`.

use super::thrift::{Damaged, STRUCT, Thrift};
use crate::error::bytes;
use ::parquet::basic::Compression;
use ::parquet::file::metadata::ColumnChunkMetaData;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

/// More than Snappy makes of a byte: three become 64.
const SNAPPY_GROWS: u64 = 64;

/// DELTA_LENGTH_BYTE_ARRAY and DELTA_BYTE_ARRAY: how many values there are stands in the packed page itself.
const LENGTHS_APART: [u64; 2] = [6, 7];

/// Refuses a column whose pages announce more than `most` bytes, or more than they can hold.
///
/// # Errors
/// Says what they announce, or that they are damaged.
pub(super) fn check(file: File, column: &ColumnChunkMetaData, most: u64) -> Result<(), String> {
    let damaged = |Damaged| "the file is damaged: a page of a column has no head".to_owned();
    // Neither is below 0: that was asked before.
    let (start, mut left) = column.byte_range();
    let mut reader = BufReader::new(file);
    let placed = reader.seek(SeekFrom::Start(start));
    placed.map_err(|error| error.to_string())?;
    let mut total = 0;
    while left > 0 {
        let mut thrift = Thrift::new(reader);
        let head = Head::read(&mut thrift).map_err(damaged)?;
        let taken = thrift.taken + head.packed;
        reader = thrift.reader;
        total += head.unpacked;
        if total > most {
            return Err(format!(
                "a column's pages hold more than {}, which are read at most",
                bytes(most)
            ));
        }
        let grown = head.packed.saturating_mul(SNAPPY_GROWS);
        if column.compression() == Compression::SNAPPY && head.unpacked > grown {
            return Err(format!(
                "the file is damaged: {} bytes cannot be unpacked to {}",
                head.packed, head.unpacked
            ));
        }
        if head.values > head.unpacked {
            return Err(format!(
                "the file is damaged: {} bytes cannot hold {} values",
                head.unpacked, head.values
            ));
        }
        if LENGTHS_APART.contains(&head.encoding) {
            return Err(format!(
                "a column has the encoding {}, in which any number of values can be announced; plain and dictionary are right, as PyArrow writes",
                head.encoding
            ));
        }
        left = left.saturating_sub(taken);
        let skipped = i64::try_from(head.packed).unwrap_or(i64::MAX);
        reader
            .seek_relative(skipped)
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// What a page announces.
#[derive(Debug, Default, PartialEq, Eq)]
struct Head {
    unpacked: u64,
    packed: u64,
    /// Of a dictionary.
    values: u64,
    /// Of other pages.
    encoding: u64,
}

impl Head {
    fn read(thrift: &mut Thrift<impl Read>) -> Result<Self, Damaged> {
        let (mut head, mut last) = (Self::default(), 0);
        while let Some((field, kind)) = thrift.field(&mut last)? {
            match field {
                // The kind of page comes first.
                1 => drop(thrift.size(kind)?),
                2 => head.unpacked = thrift.size(kind)?,
                3 => head.packed = thrift.size(kind)?,
                // Pages of the first and the second version, and dictionaries.
                5 => head.encoding = numbers::<4>(thrift, kind)?[1],
                7 => head.values = numbers::<2>(thrift, kind)?[0],
                8 => head.encoding = numbers::<4>(thrift, kind)?[3],
                _ => thrift.skip(kind, 0)?,
            }
        }
        Ok(head)
    }
}

/// The first fields of a structure, which are numbers.
fn numbers<const N: usize>(thrift: &mut Thrift<impl Read>, kind: u8) -> Result<[u64; N], Damaged> {
    if kind != STRUCT {
        return Err(Damaged);
    }
    let (mut numbers, mut last) = ([0; N], 0);
    while let Some((field, kind)) = thrift.field(&mut last)? {
        let place = usize::try_from(field - 1).map_err(|_| Damaged)?;
        match numbers.get_mut(place) {
            Some(number) => *number = thrift.size(kind)?,
            None => thrift.skip(kind, 0)?,
        }
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(bytes: &[u8]) -> Option<(Head, u64)> {
        let mut thrift = Thrift::new(bytes);
        let head = Head::read(&mut thrift).ok()?;
        Some((head, thrift.taken))
    }

    #[test]
    fn a_head_says_what_it_announces() {
        // A dictionary of two values, 307 bytes packed into 276; what follows is not looked at.
        let bytes = b"\x15\x04\x15\xe6\x04\x15\xa8\x04\x4c\x15\x04\x15\x00\x12\x00\x00after";
        let expected = Head {
            unpacked: 307,
            packed: 276,
            values: 2,
            encoding: 0,
        };
        assert_eq!(head(bytes), Some((expected, 16)));
    }

    #[test]
    fn the_encoding_is_that_of_either_version() {
        let first = b"\x15\x00\x15\x02\x15\x02\x2c\x15\x04\x15\x0c\x15\x06\x15\x06\x00\x00";
        let second =
            b"\x15\x06\x15\x02\x15\x02\x5c\x15\x04\x15\x00\x15\x04\x15\x0e\x15\x00\x15\x00\x00\x00";
        assert_eq!(head(first).unwrap().0.encoding, 6);
        assert_eq!(head(second).unwrap().0.encoding, 7);
    }

    #[test]
    fn what_is_not_asked_for_is_passed_over() {
        let rest = [
            &b"\x15\x00\x15\x02\x15\x02"[..],
            // A structure with a text, a list of truth values, a list of numbers, a map, a double, a byte and a truth value.
            b"\x6c\x18\x03abc\x19\x21\x01\x02\x19\x25\x04\x06\x1b\x01\x58\x02\x01z\x17\0\0\0\0\0\0\0\0\x13\x07\x11\x00",
            b"\x00",
        ]
        .concat();
        let found = head(&rest).unwrap();
        assert_eq!((found.0.packed, found.1), (1, rest.len() as u64));
    }

    #[test]
    fn no_head_is_damaged() {
        for bytes in [
            &b""[..],
            b"\x15",
            b"\x15\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00",
            // A size below 0, one of another kind, and one of more than 32 bits.
            b"\x15\x00\x15\x01\x00",
            b"\x15\x00\x18\x01a\x00",
            b"\x15\x00\x15\xfe\xff\xff\xff\x1f\x00",
            b"\x1f\x00",
            // A size that comes twice.
            b"\x15\x00\x15\x02\x05\x04\x04\x00",
        ] {
            assert_eq!(head(bytes), None, "{bytes:?}");
        }
        assert_eq!(head(&[0x4c; 1000]), None);
        assert_eq!(head(&[0x9c; 1000]), None);
    }
}
