//! The names that public files give to the layers of a family.

use std::borrow::Cow;

/// How one collection names the layers, as changes of the family's own names.
///
/// A rule is a beginning of a name and what stands there instead, up to a dot or the end; `*` is a number, which stays.
/// The first rule that fits is taken, and a name that none fits stays as it is.
#[derive(Debug)]
pub(crate) struct Naming {
    pub rules: &'static [(&'static str, &'static str)],
}

/// The family's own names.
pub(super) const OWN: &[Naming] = &[Naming { rules: &[] }];

impl Naming {
    /// A name in the file.
    pub fn of<'a>(&self, own: &'a str) -> Cow<'a, str> {
        let changed = self.rules.iter().find_map(|(from, to)| {
            let (numbers, rest) = begins(own, from)?;
            let mut name = String::new();
            let mut numbers = numbers.into_iter();
            for letter in to.chars() {
                match letter {
                    '*' => name.push_str(numbers.next().unwrap_or_default()),
                    other => name.push(other),
                }
            }
            Some(name + rest)
        });
        changed.map_or(Cow::Borrowed(own), Cow::Owned)
    }
}

/// The numbers in the places of `*`, and what follows the beginning.
fn begins<'a>(name: &'a str, pattern: &str) -> Option<(Vec<&'a str>, &'a str)> {
    let mut rest = name;
    let mut numbers = Vec::new();
    for letter in pattern.chars() {
        rest = match letter {
            '*' => {
                let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
                let (number, after) = rest.split_at(digits);
                numbers.push(Some(number).filter(|number| !number.is_empty())?);
                after
            }
            other => rest.strip_prefix(other)?,
        };
    }
    (rest.is_empty() || rest.starts_with('.')).then_some((numbers, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_change_the_beginnings_of_names_and_keep_numbers() {
        let naming = Naming {
            rules: &[
                ("layer*.*.conv1", "stage_*.*.conv_a"),
                ("conv1", "conv_1_3x3"),
                ("attn.weight", "attn_weight"),
            ],
        };
        for (own, file) in [
            ("layer2.10.conv1.weight", "stage_2.10.conv_a.weight"),
            ("layer2.10.conv1", "stage_2.10.conv_a"),
            ("layer2.10.conv10.weight", "layer2.10.conv10.weight"),
            ("layer.10.conv1", "layer.10.conv1"),
            ("conv1.bias", "conv_1_3x3.bias"),
            ("conv11.bias", "conv11.bias"),
            ("attn.weight", "attn_weight"),
            ("head", "head"),
        ] {
            assert_eq!(naming.of(own), file);
        }
    }
}
