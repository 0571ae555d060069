//! Single changes of a file's bytes.

use super::random::Random;

/// Where a file's head ends: sizes and kinds stand there, so half of all changes are made there.
const HEAD: usize = 200;

/// Numbers at which readers go wrong: no size, all bits, signs, sizes that fit into no memory.
const NUMBERS: [u64; 14] = [
    0,
    1,
    2,
    0x7f,
    0x80,
    0xff,
    0xffff,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    1 << 20,
    1 << 40,
    i64::MAX as u64,
    u64::MAX,
];

/// The same as texts write them.
const DIGITS: [&str; 12] = [
    "0",
    "1",
    "-1",
    "7",
    "255",
    "65537",
    "2147483647",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
    "1e308",
    "0.5",
];

/// Makes one change, and says how many bytes were written over with others.
/// Bytes that only moved or went count as one in all, so that the count claims nothing that was not tried.
pub(super) fn change(bytes: &mut Vec<u8>, random: &mut Random) -> u64 {
    if bytes.is_empty() {
        bytes.push(random.next() as u8);
        return 1;
    }
    match random.below(16) {
        0..=4 => {
            let count = 1 + random.below(8);
            let values = (0..count).map(|_| random.next() as u8).collect::<Vec<u8>>();
            let at = place(bytes, random);
            over(bytes, at, &values)
        }
        5 | 6 => {
            let value = random.of([0, 1, 0x7f, 0x80, 0xff]);
            let count = random.of([1, 1, 2, 4, 8, 16]);
            let at = place(bytes, random);
            over(bytes, at, &vec![value; count])
        }
        7 | 8 => {
            let at = place(bytes, random);
            bytes[at] ^= 1 << random.below(8);
            1
        }
        9..=11 => {
            let number = random.of(NUMBERS);
            let width = random.of([1, 2, 4, 4, 8, 8]);
            let little = number.to_le_bytes();
            let mut value = little[..width].to_vec();
            if random.below(4) == 0 {
                value.reverse();
            }
            // Numbers mostly stand at even places.
            let at = match random.below(2) {
                0 => place(bytes, random),
                _ => place(bytes, random) / width * width,
            };
            over(bytes, at, &value)
        }
        12 => digits(bytes, random),
        13 => {
            let (from, to) = slice(bytes, random);
            bytes.drain(from..to);
            1
        }
        14 => {
            let (from, to) = slice(bytes, random);
            let copy = bytes[from..to].to_vec();
            let at = place(bytes, random);
            match random.below(2) {
                // Twice in a row, or in another's place.
                0 => drop(bytes.splice(to..to, copy)),
                _ => return over(bytes, at, &copy).max(1),
            }
            1
        }
        _ => {
            bytes.truncate(random.below(bytes.len()));
            1
        }
    }
}

fn place(bytes: &[u8], random: &mut Random) -> usize {
    match random.below(4) {
        0 | 1 => random.below(bytes.len().min(HEAD)),
        // Archives and tables have their lists at the end.
        2 => bytes.len() - 1 - random.below(bytes.len().min(HEAD)),
        _ => random.below(bytes.len()),
    }
}

/// Mostly short: a long one leaves little of a small file.
fn slice(bytes: &[u8], random: &mut Random) -> (usize, usize) {
    let from = place(bytes, random);
    let longest = random.of([1, 4, 16, 64, 1024]);
    let length = 1 + random.below(longest);
    (from, (from + length).min(bytes.len()))
}

/// Writes over what stands there, as far as the file goes.
fn over(bytes: &mut [u8], at: usize, values: &[u8]) -> u64 {
    let mut changed = 0;
    for (byte, value) in bytes.iter_mut().skip(at).zip(values) {
        changed += u64::from(byte != value);
        *byte = *value;
    }
    changed
}

/// Puts another number in the place of one that is written in digits; where none follows, nothing happens.
fn digits(bytes: &mut Vec<u8>, random: &mut Random) -> u64 {
    let begin = random.below(bytes.len());
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let Some(from) = bytes[begin..].iter().position(is_digit) else {
        return 0;
    };
    let from = begin + from;
    let length = bytes[from..]
        .iter()
        .take_while(|byte| is_digit(byte))
        .count();
    let text = random.of(DIGITS).as_bytes();
    drop(bytes.splice(from..from + length, text.iter().copied()));
    text.len() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_counted_that_differ() {
        let seed: Vec<u8> = (0..=255).cycle().take(1000).collect();
        let (mut shorter, mut longer, mut same) = (false, false, false);
        for case in 0..5000 {
            let mut bytes = seed.clone();
            let count = change(&mut bytes, &mut Random::new(case));
            if bytes.len() == seed.len() {
                let differ = bytes.iter().zip(&seed).filter(|(one, other)| one != other);
                assert!(differ.count() as u64 <= count.max(8), "case {case}");
            }
            shorter |= bytes.len() < seed.len();
            longer |= bytes.len() > seed.len();
            same |= bytes.len() == seed.len();
        }
        assert!(shorter && longer && same);
        assert_eq!(change(&mut Vec::new(), &mut Random::new(1)), 1);
    }

    #[test]
    fn a_number_in_digits_becomes_another_number_in_digits() {
        let mut met = std::collections::BTreeSet::new();
        for case in 0..200 {
            let mut bytes = b"{'shape': (50000, 3)}".to_vec();
            digits(&mut bytes, &mut Random::new(case));
            met.insert(String::from_utf8(bytes).unwrap());
        }
        assert!(met.contains("{'shape': (-1, 3)}"), "{met:?}");
        assert!(met.contains("{'shape': (50000, 4294967296)}"), "{met:?}");
    }
}
