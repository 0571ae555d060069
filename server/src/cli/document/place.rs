//! Where in a JSON text the value of a path such as `attack.pgd.epsilon` or `attacks[0].pgd.epsilon` is.

use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Deserializer;

/// The offset of the value; of the innermost part of the path that is there, where the rest is not.
pub fn of(text: &str, path: &str) -> usize {
    let mut at = skip(text, 0);
    for part in path.split(['.', '[', ']']).filter(|part| !part.is_empty()) {
        match step(text, at, part) {
            Some(next) => at = next,
            None => break,
        }
    }
    at
}

/// Where the member or the element `part` of the value at `at` begins.
fn step(text: &str, at: usize, part: &str) -> Option<usize> {
    let opens = *text.as_bytes().get(at)?;
    let mut at = skip(text, at + 1);
    for place in 0.. {
        let found = match opens {
            b'{' => {
                let (key, after) = read::<String>(text, at)?;
                let colon = skip(text, after);
                if text.as_bytes().get(colon) != Some(&b':') {
                    return None;
                }
                at = skip(text, colon + 1);
                key == part
            }
            b'[' => part.parse() == Ok(place),
            _ => return None,
        };
        if found {
            return Some(at);
        }
        let (_, after) = read::<IgnoredAny>(text, at)?;
        at = skip(text, after);
        if text.as_bytes().get(at) != Some(&b',') {
            return None;
        }
        at = skip(text, at + 1);
    }
    None
}

/// The value at `at`, and where it ends.
fn read<T: DeserializeOwned>(text: &str, at: usize) -> Option<(T, usize)> {
    let mut values = Deserializer::from_str(text.get(at..)?).into_iter::<T>();
    let value = values.next()?.ok()?;
    Some((value, at + values.byte_offset()))
}

/// The first place from `at` on that is no blank.
fn skip(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at.min(text.len()) + rest.len() - rest.trim_start().len()
}
