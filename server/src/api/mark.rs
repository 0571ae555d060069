//! Where a page of the list of runs ended, as an opaque text: the last run's place in the order.
//!
//! Number (8 bytes), flags, the group's name with its length (2 bytes) where there is one, and what the run was sorted by.
//! Every text of at least eight bytes, and of two more than a multiple of three, is a place, if not one where a run stands:
//! the API's description says so in a pattern.

use crate::failure::{Answer, Failure};
use crate::store::{Key, Place};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use valleyscope_shared::listing::RunSort;

const PINNED: u8 = 1;
const GROUP: u8 = 2;
const KEY: u8 = 4;

/// A place as a cursor, which is opaque, so that it may change its form.
pub fn seal(place: &Place) -> String {
    let mut bytes = place.number.to_be_bytes().to_vec();
    let mut flags = 0;
    let mut rest = Vec::new();
    if place.pinned {
        flags |= PINNED;
    }
    if let Some(group) = &place.group {
        flags |= GROUP;
        rest.extend(u16::try_from(group.len()).unwrap_or(u16::MAX).to_be_bytes());
        rest.extend(group.bytes().take(usize::from(u16::MAX)));
    }
    match &place.key {
        Key::None => {}
        Key::Number(number) => {
            flags |= KEY;
            rest.extend(number.to_be_bytes());
        }
        Key::Text(text) => {
            flags |= KEY;
            rest.extend(text.bytes());
        }
    }
    bytes.push(flags);
    bytes.extend(rest);
    while bytes.len() % 3 != 2 {
        bytes.push(0);
    }
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The place of a cursor in a list that is sorted in this way.
///
/// # Errors
/// It is none.
pub fn open(cursor: &str, by: RunSort) -> Answer<Place> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
    let bytes = bytes.filter(|bytes| bytes.len() % 3 == 2);
    let place = bytes.and_then(|bytes| read(&bytes, by));
    place.ok_or_else(|| {
        Failure::field(
            "cursor",
            "this is not a cursor from an earlier page; leave it out for the first",
        )
    })
}

fn read(bytes: &[u8], by: RunSort) -> Option<Place> {
    let (number, rest) = bytes.split_first_chunk()?;
    let number = i64::from_be_bytes(*number);
    let (flags, mut rest) = match rest.split_first() {
        Some((flags, rest)) => (*flags, rest),
        None => (0, rest),
    };
    let mut group = None;
    if flags & GROUP != 0 {
        let (length, after) = rest.split_first_chunk().unwrap_or((&[0; 2], &[]));
        let length = usize::from(u16::from_be_bytes(*length)).min(after.len());
        let (name, after) = after.split_at(length);
        group = Some(words(name));
        rest = after;
    }
    let key = match (flags & KEY != 0, by.is_text(), rest.first_chunk()) {
        (true, true, _) => Key::Text(words(rest)),
        (true, false, Some(number)) => match f64::from_be_bytes(*number) {
            number if number.is_nan() => Key::None,
            number => Key::Number(number),
        },
        _ => Key::None,
    };
    Some(Place {
        group,
        pinned: flags & PINNED != 0,
        key,
        number,
    })
}

/// A text that was filled up with zeros.
fn words(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    text.trim_end_matches('\0').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_comes_back() {
        let text = |text: &str| Key::Text(text.to_owned());
        for (by, key) in [
            (RunSort::Created, Key::Number(7.0)),
            (RunSort::Robust, Key::None),
            (RunSort::Robust, Key::Number(-0.25)),
            (RunSort::Title, text("")),
            (RunSort::Title, text("ü")),
            (RunSort::Title, text("a longer title")),
        ] {
            for group in [None, Some(String::new()), Some("a batch".to_owned())] {
                for pinned in [false, true] {
                    let (group, key) = (group.clone(), key.clone());
                    let place = Place {
                        group,
                        pinned,
                        key,
                        number: i64::MAX,
                    };
                    let cursor = seal(&place);
                    assert_eq!(open(&cursor, by).unwrap(), place, "{cursor}");
                }
            }
        }
    }

    #[test]
    fn any_bytes_of_the_right_number_are_a_place_and_others_none() {
        for length in 0..40 {
            for byte in [0, 3, 7, 0xff] {
                let cursor = URL_SAFE_NO_PAD.encode(vec![byte; length]);
                for by in [RunSort::Title, RunSort::Robust] {
                    let fits = length >= 8 && length % 3 == 2;
                    assert_eq!(open(&cursor, by).is_ok(), fits, "{length}");
                }
            }
        }
    }
}
