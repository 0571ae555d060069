//! The candidates beside each other, and what their comparison came to.

use super::{Candidate, Understood};
use crate::words::percent;

/// What the comparison of the candidates came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// They were not compared.
    Open,
    /// None predicts better than guessing.
    Chance,
    /// There is one only.
    Only,
    /// The first is clearly the right one.
    Clear,
    /// Several are left.
    Several,
}

/// A column of the table of candidates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What stands over it.
    pub title: String,
    /// Whether its cells are numbers.
    pub is_number: bool,
    /// A cell for each candidate.
    pub cells: Vec<String>,
}

impl Understood {
    /// What tells the candidates apart: the accuracy, what differs between them, and what else was measured.
    pub fn columns(&self) -> Vec<Column> {
        let column = |title: &str, is_number, cell: &dyn Fn(&Candidate) -> String| Column {
            title: title.to_owned(),
            is_number,
            cells: self.candidates.iter().map(cell).collect(),
        };
        let number =
            |value: Option<f64>| value.map_or_else(String::new, |value| format!("{value:.4}"));
        let mut columns = Vec::new();
        if self.data.is_some() {
            columns.push(column("Clean accuracy (95 %)", false, &|one| {
                self.accuracy(one)
            }));
        }
        if self.differ_in(&|one| one.part.clone()) {
            columns.push(column("Part", false, &|one| one.part.clone()));
        }
        // What differs by an option alone is told by that.
        if self.differ_in(&|one| format!("{} {}", one.family, one.parameters)) {
            columns.push(column("Network", false, &|one| one.architecture.clone()));
        }
        for name in self.assumed() {
            let value = |one: &Candidate| one.assumed(&name).unwrap_or_default().to_owned();
            if self.differ_in(&value) {
                columns.push(column(&capital(&name), false, &value));
            }
        }
        if self.candidates.iter().any(|one| one.divergence.is_some()) {
            columns.push(column("First norm off by", true, &|one| {
                number(one.divergence)
            }));
        }
        if self.data.is_some() {
            columns.push(column("Loss", true, &|one| number(one.loss)));
        }
        columns
    }

    /// The names of all assumptions, in the order in which they are met.
    fn assumed(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        let all = self.candidates.iter().flat_map(|one| &one.assumptions);
        for name in all.map(|one| &one.name) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }

    fn differ_in(&self, look: &dyn Fn(&Candidate) -> String) -> bool {
        let first = self.candidates.first().map(look);
        self.candidates.iter().any(|one| Some(look(one)) != first)
    }

    fn accuracy(&self, one: &Candidate) -> String {
        let Some(rate) = one.accuracy else {
            // It was tried under another normalisation only.
            return "clearly worse".to_owned();
        };
        // Who was clearly worse was looked at no further.
        let part = match one.images < self.images {
            true => format!(" of {}", one.images),
            false => String::new(),
        };
        let [low, high] = [rate.low.0, rate.high.0].map(|end| format!("{:.1}", 100.0 * end));
        format!("{} ({low}–{high}){part}", percent(rate.share.0))
    }

    /// What the comparison came to.
    pub fn outcome(&self) -> Outcome {
        let Some((best, rest)) = self.candidates.split_first() else {
            return Outcome::Open;
        };
        let Some(own) = best.accuracy else {
            return Outcome::Open;
        };
        if own.low.0 <= 1.0 / best.classes.max(2) as f64 {
            return Outcome::Chance;
        }
        if rest.is_empty() {
            return Outcome::Only;
        }
        let worse = |one: &Candidate| {
            let less = one.accuracy.is_none_or(|rate| rate.high.0 < own.low.0);
            less || one.is_further_than(best) || one.differs_by_epsilon_from(best)
        };
        match rest.iter().all(worse) {
            true => Outcome::Clear,
            false => Outcome::Several,
        }
    }
}

impl Candidate {
    /// Whether its first norm is clearly further off than that of one whose norm takes what it took in training.
    fn is_further_than(&self, best: &Self) -> bool {
        match (best.divergence, self.divergence) {
            (Some(own), Some(other)) => own < CLOSE && other > 3.0 * own.max(CLOSE / 2.0),
            _ => false,
        }
    }

    /// Whether nothing but the ε of the norms differs, which changes little where it does not change everything.
    fn differs_by_epsilon_from(&self, other: &Self) -> bool {
        let mut all = other.assumptions.iter().filter(|one| one.name != "epsilon");
        self.part == other.part
            && all.all(|one| self.assumed(&one.name) == Some(one.value.as_str()))
    }
}

/// As the head of a column.
fn capital(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// Below this a first norm takes what it took in training, in nats: over the public networks the right normalisation gives at most 0.001, and
/// the nearest wrong one 0.004.
const CLOSE: f64 = 0.002;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adding::Assumption;
    use crate::statistic::Rate;

    fn candidate(
        number: u32,
        hits: usize,
        divergence: Option<f64>,
        assumed: &[(&str, &str)],
    ) -> Candidate {
        let assumption = |(name, value): &(&str, &str)| Assumption {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
            words: String::new(),
        };
        Candidate {
            number,
            part: String::new(),
            family: "resnet".to_owned(),
            architecture: "ResNet-20".to_owned(),
            parameters: 1,
            input_shape: vec![3, 32, 32],
            classes: 10,
            assumptions: assumed.iter().map(assumption).collect(),
            accuracy: Some(Rate::of(hits, 500)),
            loss: Some(0.25),
            divergence,
            images: 500,
        }
    }

    fn understood(candidates: Vec<Candidate>) -> Understood {
        Understood {
            file: String::new(),
            bytes: 0,
            sha256: String::new(),
            kind: String::new(),
            facts: Vec::new(),
            passed_over: Vec::new(),
            data: Some("cifar10-test".to_owned()),
            images: 500,
            candidates,
        }
    }

    /// As the public networks have it: neighbours in accuracy are told apart by the norm, and without one by nobody.
    #[test]
    fn what_is_clear_is_called_so_and_nothing_else_is() {
        let right = [("normalisation", "imagenet"), ("epsilon", "0.00001")];
        let wrong = [("normalisation", "cifar10"), ("epsilon", "0.00001")];
        let other = [("normalisation", "imagenet"), ("epsilon", "0.001")];
        let all = |divergences: [Option<f64>; 3]| {
            let [best, same, far] = divergences;
            understood(vec![
                candidate(1, 455, best, &right),
                candidate(2, 456, same, &other),
                candidate(3, 458, far, &wrong),
            ])
        };
        assert_eq!(
            all([Some(0.0002), Some(0.0002), Some(0.0089)]).outcome(),
            Outcome::Clear
        );
        assert_eq!(
            all([Some(0.0002), Some(0.0002), Some(0.0004)]).outcome(),
            Outcome::Several
        );
        assert_eq!(all([None; 3]).outcome(), Outcome::Several);
        let guessing = vec![
            candidate(1, 60, None, &right),
            candidate(2, 55, None, &wrong),
        ];
        assert_eq!(understood(guessing).outcome(), Outcome::Chance);
        assert_eq!(
            understood(vec![candidate(1, 455, None, &right)]).outcome(),
            Outcome::Only
        );
    }

    #[test]
    fn the_table_has_what_tells_candidates_apart() {
        let one = candidate(
            1,
            455,
            None,
            &[("normalisation", "imagenet"), ("input", "3x32x32")],
        );
        let mut other = candidate(
            2,
            20,
            None,
            &[("normalisation", "none"), ("input", "3x32x32")],
        );
        other.accuracy = Some(Rate::of(20, 64));
        other.images = 64;
        let columns = understood(vec![one, other]).columns();
        let titles: Vec<&str> = columns.iter().map(|column| column.title.as_str()).collect();
        assert_eq!(titles, ["Clean accuracy (95 %)", "Normalisation", "Loss"]);
        assert_eq!(
            columns[0].cells,
            ["91.0 % (88.2–93.2)", "31.2 % (21.2–43.4) of 64"]
        );
        assert_eq!(columns[1].cells, ["imagenet", "none"]);
    }
}
