//! Some of a run's examples: those that a selection in a figure names.

use crate::valley::Path;
use std::fmt::Display;
use std::str::FromStr;

/// Which examples; all where nothing is said.
///
/// As a text it is `label.3,to.7,flip.2..5,gap.-1..0`: letters, digits, commas, dots and minus signs only, so that an address has it as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subset {
    /// `label`: those of this class.
    pub label: Option<u32>,
    /// `to`: those whose first flip is to this class.
    pub flips_to: Option<u32>,
    /// `flip`: those whose first flip is at a step from the first to the second of these.
    pub first_flip: Option<(i64, i64)>,
    /// `gap`: those whose peak is so many steps after their first flip, from the first to the second of these.
    pub peak_minus_flip: Option<(i64, i64)>,
}

impl Subset {
    /// Whether it is everything.
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }

    /// Whether an example is among them.
    pub fn holds(&self, path: &Path) -> bool {
        let within = |range: Option<(i64, i64)>, value: Option<i64>| {
            range.is_none_or(|(from, to)| value.is_some_and(|value| from <= value && value <= to))
        };
        self.label.is_none_or(|label| path.label == label)
            && (self.flips_to.is_none() || path.flip_to == self.flips_to)
            && within(self.first_flip, path.first_flip.map(i64::from))
            && within(self.peak_minus_flip, path.peak_minus_flip())
    }

    /// What it says, one selection an entry, each with the text that takes it away again: `first flip at step 2 to 5`.
    pub fn words(&self, class: impl Fn(u32) -> String) -> Vec<(String, Self)> {
        let mut words = Vec::new();
        let range = |(from, to): (i64, i64)| match from == to {
            true => from.to_string(),
            false => format!("{from} to {to}"),
        };
        let less = |drop: fn(&mut Self)| {
            let mut rest = self.clone();
            drop(&mut rest);
            rest
        };
        if let Some(label) = self.label {
            let rest = less(|rest| rest.label = None);
            words.push((format!("label {}", class(label)), rest));
        }
        if let Some(to) = self.flips_to {
            let rest = less(|rest| rest.flips_to = None);
            words.push((format!("flips first to {}", class(to)), rest));
        }
        if let Some(steps) = self.first_flip {
            let rest = less(|rest| rest.first_flip = None);
            words.push((format!("first flip at step {}", range(steps)), rest));
        }
        if let Some(steps) = self.peak_minus_flip {
            let rest = less(|rest| rest.peak_minus_flip = None);
            words.push((
                format!("peak minus flip {}", range(steps)).replace('-', "−"),
                rest,
            ));
        }
        words
    }
}

impl Display for Subset {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let range = |(from, to): (i64, i64)| format!("{from}..{to}");
        let parts = [
            self.label.map(|label| format!("label.{label}")),
            self.flips_to.map(|class| format!("to.{class}")),
            self.first_flip
                .map(|steps| format!("flip.{}", range(steps))),
            self.peak_minus_flip
                .map(|steps| format!("gap.{}", range(steps))),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        f.write_str(&parts.join(","))
    }
}

impl FromStr for Subset {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut subset = Self::default();
        for part in text.split(',').filter(|part| !part.is_empty()) {
            subset.read(part).ok_or_else(|| {
                "label.CLASS, to.CLASS, flip.FROM..TO and gap.FROM..TO, each once, with commas"
                    .to_owned()
            })?;
        }
        Ok(subset)
    }
}

impl Subset {
    fn read(&mut self, part: &str) -> Option<()> {
        fn fill<T>(slot: &mut Option<T>, value: Option<T>) -> Option<()> {
            let free = slot.is_none();
            *slot = Some(value?);
            free.then_some(())
        }
        let (key, value) = part.split_once('.')?;
        let range = || {
            let (from, to) = value.split_once("..")?;
            let (from, to) = (whole(from)?, whole(to)?);
            (from <= to).then_some((from, to))
        };
        let class = || value.parse::<u32>().ok();
        match key {
            "label" => fill(&mut self.label, class()),
            "to" => fill(&mut self.flips_to, class()),
            "flip" => fill(&mut self.first_flip, range()),
            "gap" => fill(&mut self.peak_minus_flip, range()),
            _ => None,
        }
    }
}

/// A whole number that no run's steps exceed.
fn whole(text: &str) -> Option<i64> {
    let plain = text.strip_prefix('-').unwrap_or(text);
    let digits = !plain.is_empty() && plain.bytes().all(|byte| byte.is_ascii_digit());
    let value = digits.then(|| text.parse::<i64>().ok()).flatten();
    value.filter(|value| value.unsigned_abs() <= u64::from(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Measure;
    use crate::valley::paths;
    use crate::valley::tests::table;

    #[test]
    fn a_subset_is_read_back_from_its_text() {
        for text in [
            "",
            "label.3",
            "to.7,flip.2..5",
            "label.0,to.1,flip.1..1,gap.-2..-1",
        ] {
            let subset: Subset = text.parse().unwrap();
            assert_eq!(subset.to_string(), text);
            assert_eq!(subset.is_all(), text.is_empty());
        }
    }

    #[test]
    fn what_is_no_subset_is_named() {
        for text in [
            "label",
            "label.x",
            "to.-1",
            "flip.5..2",
            "flip.2",
            "gap.1..b",
            "no.1",
            "label.1,label.2",
            "flip.0..99999999999",
        ] {
            let error = text.parse::<Subset>().unwrap_err();
            assert!(error.contains("label.CLASS"), "{text}: {error}");
        }
    }

    #[test]
    fn it_holds_whom_it_names() {
        let readings = table(
            &[
                (3, &[3.0, 5.0, 5.0], &[1.0, 9.0, 2.0]),
                (3, &[3.0, 3.0, 4.0], &[1.0, 2.0, 9.0]),
                (1, &[1.0, 1.0, 1.0], &[1.0, 2.0, 3.0]),
            ],
            false,
        );
        let paths = paths(&readings, Measure::KappaTr);
        let rows = |text: &str| {
            let subset: Subset = text.parse().unwrap();
            let held = paths.iter().filter(|path| subset.holds(path));
            held.map(|path| path.row).collect::<Vec<_>>()
        };
        assert_eq!(rows(""), [0, 1, 2]);
        assert_eq!(rows("label.3"), [0, 1]);
        assert_eq!(rows("label.3,to.4"), [1]);
        assert_eq!(rows("flip.1..1"), [0]);
        assert_eq!(rows("gap.0..0"), [0, 1]);
        assert_eq!(rows("flip.3..9"), [] as [usize; 0]);
    }

    #[test]
    fn each_selection_can_be_taken_away() {
        let subset: Subset = "label.1,gap.-1..0".parse().unwrap();
        let words = subset.words(|class| format!("c{class}"));
        let texts: Vec<&str> = words.iter().map(|(text, _)| text.as_str()).collect();
        assert_eq!(texts, ["label c1", "peak minus flip −1 to 0"]);
        assert_eq!(words[0].1.to_string(), "gap.-1..0");
    }
}
