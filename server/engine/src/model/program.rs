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
use crate::graph::{Builder, Graph, Place};
use serde::{Deserialize, Serialize};

/// The key under which a weights file carries the program whose numbers it holds.
pub const METADATA: &str = "valleyscope_program";

/// The operators in the order in which they are computed; the last is the linear layer that gives the logits.
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
        let taken = |places: &[Place], step: &ProgramStep| {
            let place = |input: &usize| places.get(*input).copied();
            let taken: Option<Vec<Place>> = step.inputs.iter().map(place).collect();
            taken.ok_or_else(|| Error::Graph {
                node: step.name.clone(),
                reason: "takes what comes after it".to_owned(),
            })
        };
        for step in steps {
            let inputs = taken(&places, step)?;
            let place = net.add(&step.name, step.op.clone(), &inputs)?;
            limits::of_value(&step.name, net.shape(place))?;
            places.push(place);
        }
        match (&last.op, taken(&places, last)?.as_slice()) {
            (Op::Linear(linear), [features]) if linear.bias && linear.out == classes => {
                net.head(&last.name, *features, classes)
            }
            (Op::Linear(linear), [_]) => Err(Error::Card {
                field: "architecture.program",
                value: format!(
                    "a last layer of {} classes, bias {}",
                    linear.out, linear.bias
                ),
                expected: format!("{classes} classes, as there are names, with a bias, are right"),
            }),
            _ => Err(empty()),
        }
    }

    fn tells_all(&self) -> bool {
        true
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
        let options = tensors
            .program()
            .and_then(|text| serde_json::from_str(text).ok());
        let member = |options: Self| {
            let classes = match &options.steps.last()?.op {
                Op::Linear(linear) => linear.out,
                _ => return None,
            };
            Some(Member { options, classes })
        };
        options.and_then(member).into_iter().collect()
    }

    fn input(&self) -> [i64; 3] {
        self.input
    }
}
