//! The heads of a column's pages, looked through before any page is unpacked: the library sets aside whatever they announce, gigabytes
//! for a file of a kilobyte.
//!
//! <https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift> calls them `PageHeader`.

use crate::error::bytes;
use ::parquet::basic::Compression;
use ::parquet::file::metadata::ColumnChunkMetaData;
use parquet_format_safe::PageHeader;
use parquet_format_safe::thrift::protocol::TCompactInputProtocol;
use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};

/// More than Snappy makes of a byte: three become 64.
const SNAPPY_GROWS: u64 = 64;

/// DELTA_LENGTH_BYTE_ARRAY and DELTA_BYTE_ARRAY: how many values there are stands in the packed page itself.
const LENGTHS_APART: [i32; 2] = [6, 7];

/// Bytes that a head may have, with the statistics in it.
const LONGEST_HEAD: usize = 1 << 20;

/// Refuses a column whose pages announce more than `most` bytes, or more than they can hold.
///
/// # Errors
/// Says what they announce, or that they are damaged.
pub(super) fn check(file: File, column: &ColumnChunkMetaData, most: u64) -> Result<(), String> {
    // Neither is below 0: that was asked before.
    let (start, length) = column.byte_range();
    let mut reader = BufReader::new(file);
    let words = |error: std::io::Error| error.to_string();
    let mut at = reader.seek(SeekFrom::Start(start)).map_err(words)?;
    let end = start + length;
    let mut total = 0;
    while at < end {
        let head =
            Head::read(&mut reader).ok_or("the file is damaged: a page of a column has no head")?;
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
        // At most 2^31.
        reader.seek_relative(head.packed as i64).map_err(words)?;
        at = reader.stream_position().map_err(words)?;
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
    encoding: i32,
}

impl Head {
    fn read(reader: &mut impl Read) -> Option<Self> {
        let mut protocol = TCompactInputProtocol::new(reader, LONGEST_HEAD);
        let head = PageHeader::read_from_in_protocol(&mut protocol).ok()?;
        let size = |number: i32| u64::try_from(number).ok();
        let first = head.data_page_header.map(|page| page.encoding);
        let second = head.data_page_header_v2.map(|page| page.encoding);
        let values = head.dictionary_page_header.map(|page| page.num_values);
        Some(Self {
            unpacked: size(head.uncompressed_page_size)?,
            packed: size(head.compressed_page_size)?,
            values: size(values.unwrap_or(0))?,
            encoding: first.or(second).map_or(0, |encoding| encoding.0),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(mut bytes: &[u8]) -> Option<Head> {
        Head::read(&mut bytes)
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
        assert_eq!(head(bytes), Some(expected));
    }

    #[test]
    fn the_encoding_is_that_of_either_version() {
        let first = b"\x15\x00\x15\x02\x15\x02\x2c\x15\x04\x15\x0c\x15\x06\x15\x06\x00\x00";
        let second =
            b"\x15\x06\x15\x02\x15\x02\x5c\x15\x04\x15\x00\x15\x04\x15\x0e\x15\x00\x15\x00\x00\x00";
        assert_eq!(head(first).unwrap().encoding, 6);
        assert_eq!(head(second).unwrap().encoding, 7);
    }

    #[test]
    fn no_head_is_damaged() {
        for bytes in [
            &b""[..],
            b"\x15",
            // A size below 0.
            b"\x15\x00\x15\x01\x15\x02\x00",
            b"\x1f\x00",
        ] {
            assert_eq!(head(bytes), None, "{bytes:?}");
        }
    }
}
