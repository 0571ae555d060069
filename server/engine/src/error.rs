//! What can go wrong in the engine, with the facts a message needs.

use std::borrow::Cow;
use std::fmt;
use std::path::{Path, PathBuf};
use tch::TchError;
use valleyscope_shared::text::plain;

/// The engine's result.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything the engine refuses or fails at.
///
/// What comes out of files is shown with [`plain`], so a message can go to a terminal and to a log.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// LibTorch refused an operation; only its first line is shown, the rest is a C++ stack.
    #[error("LibTorch: {}", first_line(.0))]
    Torch(TchError),

    /// Reading or writing failed, and no path is known.
    #[error("input or output failed: {0}")]
    Io(#[from] std::io::Error),

    /// Reading or writing this file failed.
    #[error("{}: {source}", shown(path))]
    File {
        path: PathBuf,
        source: std::io::Error,
    },

    /// A file's content is not what its format says.
    #[error("{}: {}", shown(path), plain(reason))]
    Format { path: PathBuf, reason: String },

    /// A JSON document does not describe what it should.
    #[error("{}: {}", plain(what), plain(reason))]
    Json { what: String, reason: String },

    /// A model's description contradicts itself or asks for what does not exist.
    #[error("model.json: {field} is {}; {expected}", plain(value))]
    Card {
        field: &'static str,
        value: String,
        expected: String,
    },

    /// An attack that does not exist, or parameters that do not fit it.
    #[error("attack {id}: {reason}")]
    Attack { id: String, reason: String },

    /// The file is no safetensors file.
    #[error("not a readable safetensors file: {}", plain(reason))]
    Safetensors { reason: String },

    /// The tensors of a file are not those of the architecture.
    #[error("the weights do not fit the architecture {architecture}: {faults}")]
    Weights {
        architecture: String,
        faults: Box<WeightFaults>,
    },

    /// No family's network takes all tensors of a file.
    #[error(
        "the network in the file is not known: its {tensors} tensors fit no family completely{}",
        nearest.iter().map(|miss| format!("; {}", plain(miss))).collect::<String>()
    )]
    Unrecognised {
        tensors: usize,
        /// How many of them fit the network that came nearest.
        fits: usize,
        nearest: Vec<String>,
    },

    /// Several networks take all tensors of a file.
    #[error("the file does not tell its {untold}, so several networks fit it; say which is meant")]
    Undecided { untold: String },

    /// The logits are not W·features + b, so every closed form would be wrong.
    #[error(
        "head check: logits and W·features + b differ by up to {difference:.3e} \
         where {tolerance:.3e} is rounding; the last layer is not the linear layer it is taken for"
    )]
    Head { difference: f64, tolerance: f64 },

    /// A network's operator cannot take what it is given.
    #[error("the network's operator {}: {}", plain(node), plain(reason))]
    Graph { node: String, reason: String },

    /// A model is a program, and this process runs none.
    #[error(
        "the model is a program that runs: it is computed by a process of its own, and nothing else can be done with it"
    )]
    Apart,

    /// A program is no classifier as attacks need one, or stopped.
    #[error("the program {}", plain(reason))]
    Script { reason: String },

    /// A tensor has another shape than the model takes.
    #[error("{what} has shape {got:?}; {expected} is right")]
    Shape {
        what: &'static str,
        got: Vec<i64>,
        expected: String,
    },

    /// A name is not in a catalogue.
    #[error("no {kind} is called \"{}\"; known: {}", plain(name), list(known))]
    Unknown {
        kind: &'static str,
        name: String,
        known: Vec<String>,
    },

    /// A name is not of the form that names have.
    #[error(
        "\"{}\" cannot name a {kind}: 1 to 64 characters out of a-z, 0-9, '.', '_' and '-', \
         the first a letter or a digit",
        plain(name)
    )]
    Name { kind: &'static str, name: String },

    /// The name is taken.
    #[error("a {kind} called \"{name}\" exists already")]
    Exists { kind: &'static str, name: String },

    /// What comes with the program stays as it is.
    #[error("the {kind} \"{name}\" comes with the program and stays as it is")]
    Embedded { kind: &'static str, name: String },

    /// An index lies beyond the data set.
    #[error("{set} holds {count} images; there is no image {index} (the first is 0)")]
    Index {
        set: String,
        index: usize,
        count: usize,
    },

    /// A model and a data set do not speak of the same classes.
    #[error("\"{set}\" does not have the classes of the model: {difference}")]
    Classes { set: String, difference: String },

    /// A label that is none of the model's classes.
    #[error(
        "image {index} of {set} has the label {label}, but the model has {classes} classes, numbered from 0"
    )]
    Label {
        set: String,
        index: usize,
        label: usize,
        classes: usize,
    },

    /// A setting is outside its limits.
    #[error("{field} is {value}; {expected}")]
    Setting {
        field: &'static str,
        value: String,
        expected: String,
    },

    /// The output does not depend on the input, as far as differentiation can see.
    #[error(
        "the model's output is not connected to its input, so there is no gradient to follow; \
         it must not detach, round or copy its input out of LibTorch"
    )]
    Detached,

    /// A run would need more memory than the machine has.
    #[error(
        "the run would need about {} and {} is free on {device}; \
         take fewer images, a smaller batch or fewer steps", bytes(*needed), bytes(*available)
    )]
    Memory {
        needed: u64,
        available: u64,
        device: String,
    },

    /// No example is left to attack.
    #[error("no image is left: {reason}")]
    NothingSelected { reason: String },

    /// What a stopped run had computed cannot be read.
    #[error("cannot take over from the stopped run: {0}")]
    Earlier(String),

    /// The progress callback asked to stop.
    #[error("stopped on request")]
    Cancelled,

    /// A loss, gradient or weight became infinite or not a number.
    #[error("{what} is not finite{}", place.as_deref().map(|p| format!(" ({p})")).unwrap_or_default())]
    NotFinite {
        what: &'static str,
        place: Option<String>,
    },
}

/// Which tensors of a weights file are wrong, each by name.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct WeightFaults {
    pub missing: Vec<String>,
    pub surplus: Vec<String>,
    /// Name, then found and expected shape.
    pub misshapen: Vec<String>,
    /// Name and the number format found.
    pub wrong_type: Vec<String>,
    pub not_finite: Vec<String>,
    /// Variances below zero.
    pub negative: Vec<String>,
}

impl WeightFaults {
    /// Whether every tensor is accounted for.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether every tensor that is needed is there with its shape.
    pub fn sizes_fit(&self) -> bool {
        self.missing.is_empty() && self.misshapen.is_empty()
    }
}

impl fmt::Display for WeightFaults {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            ("missing", &self.missing),
            ("surplus", &self.surplus),
            ("wrong shape", &self.misshapen),
            ("wrong number format", &self.wrong_type),
            ("infinite or not a number", &self.not_finite),
            ("negative variance", &self.negative),
        ];
        let mut separator = "";
        for (fault, names) in parts.into_iter().filter(|(_, names)| !names.is_empty()) {
            write!(formatter, "{separator}{fault}: {}", list(names))?;
            separator = "; ";
        }
        Ok(())
    }
}

/// A number of bytes in the unit that people read.
pub fn bytes(count: u64) -> String {
    let mega = count as f64 / 1e6;
    if mega < 1000.0 {
        format!("{mega:.0} MB")
    } else {
        format!("{:.1} GB", mega / 1000.0)
    }
}

/// The names, the first eight of them in full.
fn list(names: &[String]) -> String {
    const SHOWN: usize = 8;
    let more = names.len().saturating_sub(SHOWN);
    let shown = names
        .iter()
        .take(SHOWN)
        .map(|n| clip(n))
        .collect::<Vec<_>>()
        .join(", ");
    match (names.is_empty(), more) {
        (true, _) => "none".to_owned(),
        (_, 0) => shown,
        _ => format!("{shown} and {more} more"),
    }
}

/// A path without anything that a terminal would obey.
fn shown(path: &Path) -> String {
    plain(&path.to_string_lossy()).into_owned()
}

/// A name from a foreign file, short enough for one line.
fn clip(name: &str) -> String {
    const LONGEST: usize = 120;
    let name: Cow<'_, str> = plain(name);
    match name.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &name[..end]),
        None => name.into_owned(),
    }
}

impl From<TchError> for Error {
    /// Without the cause behind it, whose further lines are a C++ stack.
    fn from(error: TchError) -> Self {
        Self::Torch(error)
    }
}

fn first_line(error: &TchError) -> String {
    error
        .to_string()
        .lines()
        .next()
        .unwrap_or_default()
        .to_owned()
}

/// What keeps files of data sets from being read, in the engine's words.
impl From<valleyscope_dataset::Error> for Error {
    fn from(fault: valleyscope_dataset::Error) -> Self {
        use valleyscope_dataset::Error as Fault;
        match fault {
            Fault::File { path, source } => Self::File { path, source },
            Fault::Format { path, reason } => Self::Format { path, reason },
            Fault::Setting {
                field,
                value,
                expected,
            } => Self::Setting {
                field,
                value,
                expected,
            },
            Fault::Index { index, count } => Self::Index {
                set: "the data set".to_owned(),
                index,
                count,
            },
            Fault::Buffer { got, shape } => Self::Shape {
                what: "an image buffer",
                got: vec![got as i64],
                expected: format!("{} for {shape:?}", shape.iter().product::<usize>()),
            },
        }
    }
}
