//! What a file with weights was understood as, before it becomes a model.

use crate::problem::Problem;
use crate::statistic::Rate;
use crate::words::percent;
use serde::{Deserialize, Serialize};

/// A file, and the networks that it may hold, the best first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Understood {
    /// The file's name.
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// Its SHA-256.
    pub sha256: String,
    /// What it is: `safetensors`, `PyTorch, zip archive`.
    pub kind: String,
    /// What it says of itself: an accuracy, an epoch.
    pub facts: Vec<Fact>,
    /// Tensors and objects in it that are no part of a network, each with why.
    pub passed_over: Vec<String>,
    /// The data set on whose first images the candidates were compared.
    pub data: Option<String>,
    /// How many images that were.
    pub images: u64,
    /// The networks that it may hold.
    pub candidates: Vec<Candidate>,
}

/// A file that was sent to a server, on its way to becoming a model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Addition {
    /// Its id.
    pub id: String,
    /// What the file is called.
    pub file: String,
    /// A name for the model, made of the file's.
    pub name: String,
    /// How far it is.
    pub phase: Phase,
    /// The images that were seen, over all candidates.
    pub done: u64,
    /// The images that are to be seen, as far as that is known.
    pub total: u64,
    /// How long it has taken so far, in seconds.
    pub seconds: f64,
    /// What it was understood as, once it is ready.
    pub understood: Option<Understood>,
    /// Why it is no model, where it failed.
    pub problem: Option<Problem>,
    /// The model that it has become.
    pub model: Option<String>,
}

/// How far a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = AdditionPhase))]
pub enum Phase {
    /// Another file is being understood.
    Waiting,
    /// It is being read.
    Reading,
    /// Its candidates are being compared.
    Comparing,
    /// A candidate can be chosen.
    Ready,
    /// It is no model that is known.
    Failed,
    /// It was given up.
    Cancelled,
    /// A candidate has become a model.
    Added,
}

impl Addition {
    /// Whether nothing more comes of it by itself.
    pub fn rests(&self) -> bool {
        !matches!(
            self.phase,
            Phase::Waiting | Phase::Reading | Phase::Comparing
        )
    }

    /// How long it will take from now on, in seconds, where that can be told.
    pub fn left(&self) -> Option<f64> {
        let is_known = self.phase == Phase::Comparing && self.done > 0;
        is_known.then(|| {
            self.seconds * (self.total.saturating_sub(self.done)) as f64 / self.done as f64
        })
    }
}

/// Which candidate of a file becomes a model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = CandidateChoice))]
pub struct Choice {
    /// The candidate's number.
    pub number: u32,
    /// The model's name; made of the file's when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The name in words; the name when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// The largest file that may be sent, in bytes: 1 GiB.
pub const LARGEST_FILE: u64 = 1 << 30;

/// Something that a file says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fact {
    /// What it is called there: `acc`.
    pub name: String,
    /// What it says.
    pub value: String,
}

/// A network that takes every tensor, with all that its file does not tell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Candidate {
    /// Its number, by which it is chosen; from 1.
    pub number: u32,
    /// The part of the file that it is: `ema`, `state_dict.0`; empty where it is all.
    pub part: String,
    /// The family's key: `resnet`.
    pub family: String,
    /// The network in words: `ResNet-20, convolution shortcut`.
    pub architecture: String,
    /// The number of trained parameters.
    pub parameters: u64,
    /// Channels, height and width of an image.
    pub input_shape: Vec<usize>,
    /// How many classes it tells apart.
    pub classes: u64,
    /// What is assumed of it.
    pub assumptions: Vec<Assumption>,
    /// Its clean accuracy on the images, where it was computed.
    pub accuracy: Option<Rate>,
    /// The mean cross entropy on them, in nats.
    pub loss: Option<f64>,
    /// How far the input of the first batch norm is from its running statistics, in nats: near 0 with the right normalisation.
    pub divergence: Option<f64>,
    /// How far it was computed: the images that were looked at. Who is clearly worse after a part of them is left there.
    pub images: u64,
}

/// Something that the file does not tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Assumption {
    /// What it is: `normalisation`.
    pub name: String,
    /// As commands say it: `imagenet`.
    pub value: String,
    /// In words.
    pub words: String,
}

impl Candidate {
    /// What is assumed under a name.
    pub fn assumed(&self, name: &str) -> Option<&str> {
        let found = self.assumptions.iter().find(|one| one.name == name);
        found.map(|one| one.value.as_str())
    }
}

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
