//! A file becomes safetensors files, one for each part that may be a network, and a list of what was passed over.

use crate::archive::readable;
use crate::error::{Error, Result};
use crate::facts::facts;
use crate::kind::{Kind, kind};
use crate::modules::{in_words, without_parameters};
use crate::networks::{Part, parts};
use crate::pickle::look_through;
use crate::write::write;
use pytorch_reader::{DType, PytorchReader, Tensor};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// More numbers are refused unread.
const MOST_BYTES: u64 = 1 << 30;

/// Letters of all names of modules together; of more, none is named.
const MOST_NAMES: usize = 1 << 18;

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contents {
    /// What the file is, in words.
    pub kind: String,
    /// What may be networks, each in a file of its own.
    pub networks: Vec<Network>,
    /// Tensors and objects that were passed over, each with why.
    pub passed_over: Vec<String>,
    /// What the file says of itself: `acc`, `epoch`, modules without parameters.
    pub facts: Vec<(String, String)>,
}

/// A part of a file that may be a network.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Network {
    /// Where it lies in the file: `ema`, `state_dict.0`; nothing where it is all.
    pub label: String,
    /// The name of its file in the folder.
    pub file: String,
    pub tensors: usize,
    /// The names of its modules without parameters, where the file tells them: `layer1.0.relu`.
    pub modules: Vec<String>,
    /// The scaling of its input, where tensors beside it tell it.
    pub scaling: Option<Scaling>,
}

/// `(x - mean) / std` per channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scaling {
    pub mean: Vec<f64>,
    pub std: Vec<f64>,
}

/// Reads a PyTorch file and writes its networks into a folder.
///
/// # Errors
/// [`Error`] says what the file is instead, what in it is refused, or what is damaged.
pub fn convert(path: &Path, into: &Path) -> Result<Contents> {
    let kind = kind(path)?;
    match kind {
        Kind::Zip | Kind::Legacy | Kind::Tar | Kind::Pickle => {}
        Kind::TorchScript => {
            return Err(Error::Foreign(
                "the file is a TorchScript program, which would have to be run to be read. \
                 As data it comes with docs/export_model.py (.pt2) or as the network's state dict; \
                 who trusts it has it run on the machine itself, with `valleyscope models add FILE --run-program` on its command line"
                    .to_owned(),
            ));
        }
        Kind::Exported | Kind::Onnx => {
            return Err(Error::Foreign(format!(
                "the file is a network in the form of {}, no checkpoint",
                kind.describe()
            )));
        }
        Kind::Safetensors | Kind::Unknown => {
            return Err(Error::Foreign(format!(
                "the file is {}, no checkpoint of PyTorch",
                kind.describe()
            )));
        }
    }
    let scan = look_through(path, kind)?;
    let readable = match kind {
        Kind::Zip => readable(path, into)?,
        _ => path.to_owned(),
    };
    let path = readable.as_path();
    let refused = |error: pytorch_reader::PytorchError| Error::Foreign(error.to_string());
    let reader = PytorchReader::new(path).map_err(refused)?;
    let total = reader.tensors().values();
    let total = total.fold(0u64, |sum, tensor| {
        sum.saturating_add(tensor.byte_len() as u64)
    });
    // Parts of one storage may be said many times, which costs a file nothing and the disk everything.
    let length = std::fs::metadata(path).map_or(0, |facts| facts.len());
    let honest = length.saturating_mul(4).saturating_add(1 << 20);
    if total > MOST_BYTES.min(honest) {
        return Err(Error::TooMuch {
            what: format!("tensors of {} MB", total >> 20),
            most: match total > MOST_BYTES {
                true => format!("{} MB", MOST_BYTES >> 20),
                false => format!("four times the file's {} kB", length >> 10),
            },
        });
    }
    let root = PytorchReader::read_pickle_data(path, None).map_err(refused)?;
    let mut passed_over: BTreeSet<String> = scan
        .passed_over
        .iter()
        .map(|object| format!("objects of {object}"))
        .collect();
    let is_number = |tensor: &Tensor| {
        matches!(
            tensor.dtype(),
            DType::F64 | DType::F32 | DType::F16 | DType::BF16
        )
    };
    let is_kept =
        |name: &str, tensor: &Tensor| is_number(tensor) || name.ends_with("num_batches_tracked");
    let mut kept: BTreeMap<&str, &Tensor> = BTreeMap::new();
    for (name, tensor) in reader.tensors() {
        match is_kept(name, tensor) {
            true => drop(kept.insert(name, tensor)),
            false => drop(passed_over.insert(format!(
                "{name}, {:?} {:?}, which are no weights",
                tensor.shape(),
                tensor.dtype()
            ))),
        }
    }
    let names: BTreeSet<&str> = kept.keys().copied().collect();
    let found = parts(names.iter().map(|name| (*name).to_owned()));
    let used: BTreeSet<&str> = found
        .iter()
        .flat_map(|part| part.tensors.values().map(String::as_str))
        .collect();
    let unused = names.difference(&used).count();
    if unused > 0 {
        passed_over.insert(format!("{unused} tensors of the training's state"));
    }
    if found.is_empty() {
        return Err(Error::Foreign(
            "the file holds no tensors of floating-point numbers; save a network's state dict"
                .to_owned(),
        ));
    }
    let size = |part: &Part| -> u64 {
        let tensors = part.tensors.values();
        let found = tensors.filter_map(|name| kept.get(name.as_str()));
        found.map(|tensor| tensor.byte_len() as u64).sum()
    };
    let written = found.iter().map(size).fold(0, u64::saturating_add);
    if written > 2 * MOST_BYTES {
        return Err(Error::TooMuch {
            what: format!("{} networks within each other", found.len()),
            most: format!("{} MB of them", (2 * MOST_BYTES) >> 20),
        });
    }
    let all: BTreeSet<&str> = reader.tensors().keys().map(String::as_str).collect();
    let modules = without_parameters(&root, &all);
    let mut networks = Vec::new();
    for (place, part) in found.into_iter().enumerate() {
        networks.push(network(place, part, &kept, &modules, into)?);
    }
    // Networks within each other name them again and again.
    let named = networks.iter().flat_map(|network| &network.modules);
    if named.map(String::len).sum::<usize>() > MOST_NAMES {
        networks
            .iter_mut()
            .for_each(|network| network.modules.clear());
    }
    // Of networks within each other the innermost names them without what is around it.
    let mut inner = networks.iter().rev();
    let named = inner.find(|network| !network.modules.is_empty());
    let said = named.and_then(|network| in_words(&network.modules));
    let said = said.map(|words| ("modules without parameters".to_owned(), words));
    Ok(Contents {
        kind: kind.describe().to_owned(),
        networks,
        passed_over: briefly(passed_over),
        facts: facts(&root).into_iter().chain(said).collect(),
    })
}

/// Lines, not more than anybody reads, none longer than a line.
fn briefly(lines: BTreeSet<String>) -> Vec<String> {
    const MOST_LINES: usize = 40;
    let more = lines.len().saturating_sub(MOST_LINES);
    let short = |line: String| line.chars().take(200).collect::<String>();
    let mut brief: Vec<String> = lines.into_iter().take(MOST_LINES).map(short).collect();
    if more > 0 {
        brief.push(format!("and {more} more"));
    }
    brief
}

fn network(
    place: usize,
    part: Part,
    tensors: &BTreeMap<&str, &Tensor>,
    modules: &BTreeSet<String>,
    into: &Path,
) -> Result<Network> {
    let mut part = part;
    let scaling = scaling(&mut part, tensors)?;
    let modules = inside(&part, modules);
    let file = format!("{place}.safetensors");
    let all: Vec<(&str, &Tensor)> = part
        .tensors
        .iter()
        .filter_map(|(name, full)| Some((name.as_str(), *tensors.get(full.as_str())?)))
        .collect();
    write(&into.join(&file), &all)?;
    Ok(Network {
        label: part.label,
        file,
        tensors: all.len(),
        modules,
        scaling,
    })
}

/// The modules of a part, by the names that they have there.
fn inside(part: &Part, modules: &BTreeSet<String>) -> Vec<String> {
    let around = part.tensors.iter().next();
    let around = around.and_then(|(name, full)| full.strip_suffix(name.as_str()));
    let own = modules.iter().filter_map(|module| {
        let name = module.strip_prefix(around?)?;
        (!name.is_empty()).then(|| name.to_owned())
    });
    own.collect()
}

/// Words for the mean and the standard deviation that go together.
const WORDS: [[&str; 2]; 4] = [
    ["mean", "std"],
    ["mu", "sigma"],
    ["_mean", "_std"],
    ["image_mean", "image_std"],
];

/// Takes the means and standard deviations of the pixels out of a part, where it has them as tensors of their own.
fn scaling(part: &mut Part, tensors: &BTreeMap<&str, &Tensor>) -> Result<Option<Scaling>> {
    for [mean, std] in WORDS {
        let ends = |name: &&String| name.rsplit('.').next() == Some(mean);
        let Some(name) = part.tensors.keys().find(ends).cloned() else {
            continue;
        };
        let other = format!("{}{std}", name.strip_suffix(mean).unwrap_or_default());
        let of = |name: &str| {
            let tensor = tensors.get(part.tensors.get(name)?.as_str())?;
            numbers(tensor)
        };
        if let (Some(mean), Some(std)) = (of(&name), of(&other))
            && is_of_pixels(&mean, &std)
        {
            part.tensors.remove(&name);
            part.tensors.remove(&other);
            *part = stripped(part);
            return Ok(Some(Scaling { mean, std }));
        }
    }
    Ok(None)
}

/// Without what the names that are left have in common.
fn stripped(part: &Part) -> Part {
    let inner = parts(part.tensors.keys().cloned());
    match inner.into_iter().next() {
        Some(inner) => Part {
            label: part.label.clone(),
            tensors: inner
                .tensors
                .into_iter()
                .filter_map(|(name, own)| Some((name, part.tensors.get(&own)?.clone())))
                .collect(),
        },
        None => part.clone(),
    }
}

/// Whether these can be means and standard deviations of pixels from 0 to 1.
fn is_of_pixels(mean: &[f64], std: &[f64]) -> bool {
    let inside =
        |values: &[f64], least: f64| values.iter().all(|value| (least..=1.0).contains(value));
    mean.len() == std.len() && inside(mean, 0.0) && inside(std, 1e-3)
}

/// One number per channel of a picture.
fn numbers(tensor: &Tensor) -> Option<Vec<f64>> {
    if ![1, 3].contains(&tensor.num_elements()) || tensor.shape().len() > 4 {
        return None;
    }
    let bytes = tensor.read().ok()?;
    match tensor.dtype() {
        DType::F32 => Some(
            bytes
                .chunks_exact(4)
                .filter_map(|number| Some(f64::from(f32::from_le_bytes(number.try_into().ok()?))))
                .collect(),
        ),
        DType::F64 => Some(
            bytes
                .chunks_exact(8)
                .filter_map(|number| Some(f64::from_le_bytes(number.try_into().ok()?)))
                .collect(),
        ),
        _ => None,
    }
}
