//! The header of a NumPy array, <https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html>.

use std::io::Read;

/// Longer headers belong to arrays of many fields.
const LONGEST: usize = 1 << 16;

/// What an array is; its numbers follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// The kind of numbers, such as `|u1` or `<f4`.
    pub kind: String,
    pub shape: Vec<usize>,
    pub columns_first: bool,
    /// Bytes of the header.
    pub length: u64,
}

impl Header {
    /// # Errors
    /// Says why the beginning is none.
    pub fn read(reader: &mut impl Read) -> Result<Self, String> {
        let mut take = |count: usize| {
            let mut bytes = vec![0; count];
            let read = reader.read_exact(&mut bytes);
            read.map(|()| bytes)
                .map_err(|error| format!("its NumPy header cannot be read: {error}"))
        };
        let start = take(8)?;
        let digits = match (start.get(..6), start[6]) {
            (Some(b"\x93NUMPY"), 1) => 2,
            (Some(b"\x93NUMPY"), 2 | 3) => 4,
            (Some(b"\x93NUMPY"), version) => {
                return Err(format!(
                    "its NumPy format {version} is not known; 1 to 3 are"
                ));
            }
            _ => return Err("does not begin as a NumPy array (.npy) does".to_owned()),
        };
        let count = take(digits)?
            .iter()
            .rev()
            .fold(0, |sum, &digit| sum << 8 | usize::from(digit));
        if count > LONGEST {
            return Err(format!(
                "its NumPy header of {count} bytes is longer than that of an array of numbers"
            ));
        }
        let text = take(count)?;
        let text = String::from_utf8_lossy(&text);
        let damaged = |what: &str| format!("its NumPy header has no {what}: {}", text.trim());
        let kind = value(&text, "descr")
            .and_then(quoted)
            .ok_or_else(|| damaged("kind of numbers"))?;
        let columns_first = match value(&text, "fortran_order") {
            Some(rest) if rest.starts_with("True") => true,
            Some(rest) if rest.starts_with("False") => false,
            _ => return Err(damaged("fortran_order")),
        };
        let shape = value(&text, "shape")
            .and_then(sizes)
            .ok_or_else(|| damaged("shape"))?;
        Ok(Self {
            kind,
            shape,
            columns_first,
            length: (8 + digits + count) as u64,
        })
    }

    /// How many numbers follow; more than 64 bits are none that fit anywhere.
    pub fn numbers(&self) -> u64 {
        let product = self
            .shape
            .iter()
            .try_fold(1u64, |product, &size| product.checked_mul(size as u64));
        product.unwrap_or(u64::MAX)
    }
}

/// What follows a key of the dictionary that the header is.
fn value<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    let after = ['\'', '"']
        .iter()
        .find_map(|quote| text.split_once(&format!("{quote}{key}{quote}")))?
        .1;
    after.trim_start().strip_prefix(':').map(str::trim_start)
}

fn quoted(text: &str) -> Option<String> {
    let quote = text
        .chars()
        .next()
        .filter(|letter| "'\"".contains(*letter))?;
    let (inside, _) = text[1..].split_once(quote)?;
    Some(inside.to_owned())
}

fn sizes(text: &str) -> Option<Vec<usize>> {
    let (inside, _) = text.strip_prefix('(')?.split_once(')')?;
    let sizes = inside
        .split(',')
        .map(str::trim)
        .filter(|size| !size.is_empty());
    // Python 2 wrote long numbers with an L.
    sizes
        .map(|size| size.trim_end_matches('L').parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(text: &str) -> Result<Header, String> {
        let length = (text.len() as u16).to_le_bytes();
        Header::read(&mut &[&b"\x93NUMPY\x01\0"[..], &length, text.as_bytes()].concat()[..])
    }

    #[test]
    fn a_header_says_kind_order_and_shape() {
        let text = "{'descr': '|u1', 'fortran_order': False, 'shape': (50000, 32, 32, 3), }   \n";
        let found = header(text).unwrap();
        assert_eq!((&found.kind[..], found.columns_first), ("|u1", false));
        assert_eq!(found.shape, [50_000, 32, 32, 3]);
        assert_eq!(found.length, 10 + text.len() as u64);
        let vector = header("{'descr': '<i8', 'fortran_order': True, 'shape': (7L,)}").unwrap();
        assert_eq!((vector.columns_first, &vector.shape[..]), (true, &[7][..]));
    }

    #[test]
    fn what_is_no_header_is_refused() {
        for (text, words) in [
            (
                "{'descr': [('a', '<i4')], 'fortran_order': False, 'shape': (1,)}",
                "no kind of numbers",
            ),
            (
                "{'descr': '|u1', 'fortran_order': 3, 'shape': (1,)}",
                "no fortran_order",
            ),
            (
                "{'descr': '|u1', 'fortran_order': False, 'shape': (-1,)}",
                "no shape",
            ),
        ] {
            let reason = header(text).unwrap_err();
            assert!(reason.contains(words), "{reason}");
        }
        assert!(
            Header::read(&mut &b"\x93NUMPY\x07\0\0\0"[..])
                .unwrap_err()
                .contains("format 7")
        );
        assert!(
            Header::read(&mut &b"\x93NUMPY\x02\0\xff\xff\xff\xff"[..])
                .unwrap_err()
                .contains("longer")
        );
        assert!(
            Header::read(&mut &b"GIF89a.."[..])
                .unwrap_err()
                .contains("does not begin")
        );
    }
}
