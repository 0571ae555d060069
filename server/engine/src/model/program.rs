//! A network as its file writes it down, operator by operator: what an ONNX file or one of `torch.export` holds.
//!
//! It has no family, so nothing of it is guessed: its operators, their order and their numbers are the file's.

mod limits;
mod translate;
mod write;

pub use translate::{Translated, translate};

use super::family::{Family, Member, Recognise};
use super::tensors::Tensors;
use crate::error::{Error, Result};
use crate::graph::op::Op;
use crate::graph::{Builder, Graph, Place, Shape};
use serde::{Deserialize, Serialize};

/// The key under which a weights file carries the program whose numbers it holds.
pub const METADATA: &str = "valleyscope_program";

/// The operators in the order in which they are computed; the last is the layer that gives the logits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramOptions {
    /// Channels, height and width of an image.
    pub input: [i64; 3],
    pub steps: Vec<ProgramStep>,
}

/// One operator.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramStep {
    /// Its name, before those of its tensors.
    pub name: String,
    pub op: Op,
    /// What it takes: 0 is the image, n what the n-th operator gives.
    pub inputs: Vec<usize>,
}

impl ProgramOptions {
    /// As a weights file carries it.
    ///
    /// # Errors
    /// [`Error::Json`] says what is wrong with it.
    pub(super) fn read(text: &str) -> Result<Self> {
        let refuse = |reason: String| Error::Json {
            what: format!("the operators in the file ({METADATA})"),
            reason,
        };
        let program: Self =
            serde_json::from_str(text).map_err(|error| refuse(error.to_string()))?;
        match program.classes() {
            Some(_) => Ok(program),
            None => Err(refuse(
                "the last is no linear layer; one that gives the logits is right".to_owned(),
            )),
        }
    }

    /// How many the last layer tells apart.
    fn classes(&self) -> Option<i64> {
        match &self.steps.last()?.op {
            Op::Linear(linear) => Some(linear.out),
            Op::RectifiedScores(scores) => Some(scores.out),
            _ => None,
        }
    }

    /// The shape of the image, and of what each operator gives.
    ///
    /// # Errors
    /// [`Error::Graph`] names the operator that cannot take what it is given.
    fn shapes(&self) -> Result<Vec<Shape>> {
        let (mut net, pixels) = Builder::new(self.input);
        let mut places = vec![pixels];
        for step in &self.steps {
            let inputs = step.taken(&places)?;
            let place = net.add(&step.name, step.op.clone(), &inputs)?;
            limits::of_value(&step.name, net.shape(place))?;
            places.push(place);
        }
        Ok(places
            .iter()
            .map(|place| net.shape(*place).clone())
            .collect())
    }
}

impl ProgramStep {
    /// What it takes of what there is so far.
    fn taken(&self, places: &[Place]) -> Result<Vec<Place>> {
        let place = |input: &usize| places.get(*input).copied();
        let taken: Option<Vec<Place>> = self.inputs.iter().map(place).collect();
        taken.ok_or_else(|| Error::Graph {
            node: self.name.clone(),
            reason: "takes what comes after it".to_owned(),
        })
    }
}

impl Family for ProgramOptions {
    fn describe(&self) -> String {
        let count = |kind: &str| {
            let operators = self.steps.iter().filter_map(|step| step.op.operator());
            operators.filter(|operator| operator.kind() == kind).count()
        };
        let parts = [
            (count("conv2d"), "convolution"),
            (count("scaled_product"), "attention"),
            (count("linear"), "linear layer"),
        ];
        let part = |(count, what): (usize, &str)| match count {
            0 => None,
            1 => Some(format!("1 {what}")),
            _ => Some(format!("{count} {what}s")),
        };
        let parts: Vec<String> = parts.into_iter().filter_map(part).collect();
        let all = self.steps.len();
        format!("graph of {all} operators, {}", parts.join(", "))
    }

    fn check(&self, input_shape: [i64; 3]) -> Result<()> {
        if input_shape != self.input {
            return Err(Error::Card {
                field: "input_shape",
                value: format!("{input_shape:?}"),
                expected: format!(
                    "{:?} is right, the shape in architecture.program",
                    self.input
                ),
            });
        }
        limits::check(self)
    }

    fn graph(&self, mut net: Builder, pixels: Place, classes: i64) -> Result<Graph> {
        let Some((last, steps)) = self.steps.split_last() else {
            return Err(empty());
        };
        let mut places = vec![pixels];
        for step in steps {
            let inputs = step.taken(&places)?;
            let place = net.add(&step.name, step.op.clone(), &inputs)?;
            limits::of_value(&step.name, net.shape(place))?;
            places.push(place);
        }
        match (&last.op, last.taken(&places)?.as_slice()) {
            (Op::Linear(linear), [features]) if linear.bias && linear.out == classes => {
                net.head(&last.name, *features, classes)
            }
            (Op::RectifiedScores(scores), [features]) if scores.out == classes => {
                net.rectified_head(&last.name, *features, classes)
            }
            (Op::Linear(linear), [_]) => Err(misfit(linear.out, linear.bias, classes)),
            (Op::RectifiedScores(scores), [_]) => Err(misfit(scores.out, true, classes)),
            _ => Err(empty()),
        }
    }

    fn tells_all(&self) -> bool {
        true
    }
}

fn misfit(out: i64, bias: bool, classes: i64) -> Error {
    Error::Card {
        field: "architecture.program",
        value: format!("a last layer of {out} classes, bias {bias}"),
        expected: format!("{classes} classes, as there are names, with a bias, are right"),
    }
}

fn empty() -> Error {
    Error::Card {
        field: "architecture.program.steps",
        value: "a list that does not end in a linear layer".to_owned(),
        expected: "a linear layer that gives the logits is right as the last".to_owned(),
    }
}

impl Recognise for ProgramOptions {
    const INPUT: [i64; 3] = [3, 32, 32];

    fn recognise(tensors: &Tensors<'_>) -> Vec<Member<Self>> {
        let program = tensors.program().and_then(|text| Self::read(text).ok());
        let member = |options: Self| {
            let classes = options.classes()?;
            Some(Member { options, classes })
        };
        program.and_then(member).into_iter().collect()
    }

    fn input(&self) -> [i64; 3] {
        self.input
    }
}
