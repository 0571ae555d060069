//! What the process of a program is told, and what it says.

use serde::{Deserialize, Serialize};
use valleyscope_engine::model::propose::Verdict;
use valleyscope_engine::model::{Normalisation, TorchScriptOptions};
use valleyscope_shared::ending::Ending;
use valleyscope_shared::event::Event;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::readings::{Block, CleanLogits, Example};
use valleyscope_shared::runner::{Kept, Output};
use valleyscope_shared::spec::RunSpec;

/// What it is to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Job {
    /// A run, on the device that `auto` stands for.
    Run {
        /// That device.
        device: String,
        /// What to do.
        spec: RunSpec,
    },
    /// Finding out what a file is that is to become a model.
    Look(Look),
}

/// How a file is looked at.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Look {
    /// The shape of an image.
    pub input: [i64; 3],
    /// The last layer, where it is told.
    pub head: Option<String>,
    /// The normalisation, where it is told.
    pub normalisation: Option<Normalisation>,
    /// The data set on whose first images normalisations are compared.
    pub data: Option<String>,
    /// How many images that are.
    pub images: usize,
}

/// What it found out.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Seen {
    /// The program.
    pub options: TorchScriptOptions,
    /// How many classes it tells apart.
    pub classes: i64,
    /// The normalisations that were tried, the best first, and what came of each.
    pub candidates: Vec<(Normalisation, Option<Verdict>)>,
}

/// What it says; numbers are beside it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "handed on one at a time, never kept in a list"
)]
pub enum Word {
    /// It computes.
    Beat,
    /// An entry of the log.
    Event(Event),
    /// Which examples the run is about.
    Examples(Vec<Example>),
    /// Readings.
    Block {
        pass: usize,
        point: usize,
        first_row: usize,
    },
    /// Logits at the clean point.
    Clean { first_row: usize, rows: usize },
    /// A first flip.
    Flip { pass: usize, row: usize, step: u32 },
    /// How a row ended.
    Ending {
        pass: usize,
        row: usize,
        ending: Ending,
    },
    /// Iterates: pixels in single precision, logits in double.
    Kept {
        pass: usize,
        point: usize,
        first_row: usize,
        rows: usize,
        shape: Vec<usize>,
    },
    /// So many images of so many were seen.
    Compared { done: usize, total: usize },
    /// What a file is.
    Seen(Seen),
    /// The run is done.
    Done,
    /// It cannot be done.
    Failed(Problem),
}

impl Word {
    /// What a run hands out, with the numbers that belong to it.
    pub fn of(output: Output) -> (Self, Vec<f64>, Vec<f32>) {
        let alone = |word| (word, Vec::new(), Vec::new());
        match output {
            Output::Event(event) => alone(Self::Event(event)),
            Output::Examples(examples) => alone(Self::Examples(examples)),
            Output::Flip { pass, row, step } => alone(Self::Flip { pass, row, step }),
            Output::Ending { pass, row, ending } => alone(Self::Ending { pass, row, ending }),
            Output::Block(Block {
                pass,
                point,
                first_row,
                values,
            }) => {
                let word = Self::Block {
                    pass,
                    point,
                    first_row,
                };
                (word, values, Vec::new())
            }
            Output::Clean(CleanLogits {
                first_row,
                rows,
                values,
            }) => (Self::Clean { first_row, rows }, values, Vec::new()),
            Output::Kept(Kept {
                pass,
                point,
                first_row,
                rows,
                shape,
                images,
                logits,
            }) => {
                let word = Self::Kept {
                    pass,
                    point,
                    first_row,
                    rows,
                    shape,
                };
                (word, logits, images)
            }
        }
    }

    /// The same back; nothing where a run hands out no such thing.
    pub fn output(self, doubles: Vec<f64>, singles: Vec<f32>) -> Option<Output> {
        Some(match self {
            Self::Event(event) => Output::Event(event),
            Self::Examples(examples) => Output::Examples(examples),
            Self::Flip { pass, row, step } => Output::Flip { pass, row, step },
            Self::Ending { pass, row, ending } => Output::Ending { pass, row, ending },
            Self::Block {
                pass,
                point,
                first_row,
            } => Output::Block(Block {
                pass,
                point,
                first_row,
                values: doubles,
            }),
            Self::Clean { first_row, rows } => Output::Clean(CleanLogits {
                first_row,
                rows,
                values: doubles,
            }),
            Self::Kept {
                pass,
                point,
                first_row,
                rows,
                shape,
            } => Output::Kept(Kept {
                pass,
                point,
                first_row,
                rows,
                shape,
                images: singles,
                logits: doubles,
            }),
            Self::Beat | Self::Compared { .. } | Self::Seen(_) | Self::Done | Self::Failed(_) => {
                return None;
            }
        })
    }
}
