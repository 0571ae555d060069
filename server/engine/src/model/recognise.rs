//! Which network a file holds, by the names and shapes of its tensors alone.
//!
//! A family says what a file may be; it is that only if the network, built, takes every tensor of the file and needs no other.
//! Of those that differ in nothing else, names of modules without parameters leave some out, where a file has such names.

use super::architecture::{Architecture, Sighting, sightings};
use super::library;
use super::load::{self, graph};
use super::modules::Modules;
use super::size;
use super::weights::{Header, Weights};
use super::{ModelCard, Normalisation, ProgramOptions};
use crate::error::{Error, Result, WeightFaults};
use std::path::Path;

/// A network that all tensors of a file fit.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    pub architecture: Architecture,
    /// Channels, height and width of an image.
    pub input_shape: [i64; 3],
    /// How many classes its last layer tells apart.
    pub classes: i64,
}

/// What is known of a network beside its file.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// A family's key: `resnet`.
    pub family: Option<String>,
    /// The shape of an image.
    pub input_shape: Option<[i64; 3]>,
    /// Untold options by name, with the value that they shall have.
    pub assumed: Vec<(String, String)>,
    /// The names of its modules without parameters, where they are told.
    pub modules: Vec<String>,
}

/// The shapes of images that networks are usually made for.
const USUAL: [[i64; 3]; 7] = [
    [3, 32, 32],
    [1, 28, 28],
    [3, 224, 224],
    [3, 64, 64],
    [1, 32, 32],
    [3, 96, 96],
    [3, 28, 28],
];

impl Wanted {
    /// As commands and requests say it: a family's key, `3x32x32`, and `NAME=VALUE` for untold options.
    ///
    /// # Errors
    /// [`Error::Setting`] with `input` or `assume`.
    pub fn told(
        family: Option<&str>,
        input: Option<&str>,
        assumed: &[impl AsRef<str>],
    ) -> Result<Self> {
        let refuse = |field, value: &str, expected: &str| Error::Setting {
            field,
            value: format!("\"{}\"", value.chars().take(80).collect::<String>()),
            expected: expected.to_owned(),
        };
        let sizes = |text: &str| {
            let sizes: Result<Vec<i64>, _> = text.split('x').map(str::parse).collect();
            let sizes = sizes.ok().and_then(|sizes| sizes.try_into().ok());
            let right = "channels, height and width are right, such as 3x32x32";
            sizes.ok_or_else(|| refuse("input", text, right))
        };
        let pair = |text: &str| {
            let right = "NAME=VALUE is right, such as shortcut=both";
            let (name, value) = text
                .split_once('=')
                .ok_or_else(|| refuse("assume", text, right))?;
            Ok((name.trim().to_owned(), value.trim().to_owned()))
        };
        let assumed = assumed.iter().map(|text| pair(text.as_ref()));
        Ok(Self {
            family: family.map(str::to_owned),
            input_shape: input.map(sizes).transpose()?,
            assumed: assumed.collect::<Result<_>>()?,
            modules: Vec::new(),
        })
    }
}

impl Found {
    /// A description, whose classes are numbers.
    pub fn card(&self, title: &str, normalisation: Normalisation) -> ModelCard {
        let classes = (0..self.classes).map(|class| class.to_string()).collect();
        library::card(
            title,
            self.architecture.clone(),
            normalisation,
            self.input_shape,
            classes,
        )
    }
}

/// The networks that the tensors of a weights file fit, the likeliest first.
///
/// # Errors
/// [`Error::Unrecognised`] says how near which family came, and what the file and `wanted` contradict each other in.
pub fn recognise(path: &Path, wanted: &Wanted) -> Result<Vec<Found>> {
    among(&load::header(path)?, wanted)
}

/// The only one of them.
///
/// # Errors
/// As [`recognise`], and [`Error::Undecided`] where several fit.
pub fn only(path: &Path, wanted: &Wanted) -> Result<Found> {
    let mut all = recognise(path, wanted)?;
    let first = all.remove(0);
    match all.is_empty() {
        true => Ok(first),
        false => Err(Error::Undecided {
            untold: untold(&first).join(", "),
        }),
    }
}

fn untold(found: &Found) -> Vec<String> {
    let untold = found.architecture.family().untold();
    untold.into_iter().map(|one| one.name.to_owned()).collect()
}

pub(super) fn among(header: &Header, wanted: &Wanted) -> Result<Vec<Found>> {
    if let Some(family) = &wanted.family
        && !Architecture::FAMILIES.contains(&family.as_str())
    {
        return Err(Error::Unknown {
            kind: "architecture",
            name: family.clone(),
            known: Architecture::FAMILIES
                .iter()
                .map(|key| (*key).to_owned())
                .collect(),
        });
    }
    if let Some(program) = header.program() {
        ProgramOptions::read(program)?;
    }
    let mut found: Vec<Found> = Vec::new();
    let mut misses: Vec<Miss> = Vec::new();
    let is_wanted = |sighting: &Sighting| {
        let family = wanted.family.as_deref();
        family.is_none_or(|family| sighting.architecture.family_key() == family)
    };
    for sighting in sightings(header).into_iter().filter(is_wanted) {
        match fitting(header, &sighting, wanted.input_shape) {
            Ok(one) if !found.contains(&one) => found.push(one),
            Ok(_) => {}
            Err(miss) => misses.push(miss),
        }
    }
    let all = found.len();
    found.retain(|one| is_assumed(one, &wanted.assumed));
    let modules = Modules::new(&wanted.modules);
    let agrees = |one: &Found| !one.architecture.family().contradicts(&modules);
    // Where no network agrees with the names, they mean something else.
    if found.iter().any(agrees) {
        found.retain(agrees);
    }
    if !found.is_empty() {
        return Ok(found);
    }
    misses.sort_by_key(|miss| std::cmp::Reverse(miss.fits));
    let fits = misses.first().map_or(0, |miss| miss.fits);
    misses.dedup_by(|one, other| one.words == other.words);
    let mut nearest: Vec<String> = misses.into_iter().map(|miss| miss.words).collect();
    nearest.truncate(3);
    if nearest.is_empty() {
        // Of no family anything is there.
        let names = header
            .all()
            .map(|(name, shape)| format!("{name} {shape:?}"));
        let some: Vec<String> = names.take(6).collect();
        nearest = vec![format!(
            "no family has layers of such names: {}",
            some.join(", ")
        )];
    }
    if all > 0 {
        nearest = vec![format!(
            "{all} networks fit, but none with what was assumed"
        )];
    }
    Err(Error::Unrecognised {
        tensors: header.all().count(),
        fits,
        nearest,
    })
}

/// Whether what was assumed of the options that it has holds.
fn is_assumed(found: &Found, assumed: &[(String, String)]) -> bool {
    let untold = found.architecture.family().untold();
    assumed.iter().all(|(name, value)| {
        let own = untold.iter().find(|one| one.name == name);
        own.is_some_and(|own| &own.value == value)
    })
}

/// A network that not all tensors fit.
struct Miss {
    fits: usize,
    words: String,
}

/// The first shape of image with which every tensor fits; else how near it came.
fn fitting(header: &Header, sighting: &Sighting, wanted: Option<[i64; 3]>) -> Result<Found, Miss> {
    // Who tells ImageNet's thousand classes apart takes its pictures.
    let first = match sighting.classes {
        1000 => [sighting.input[0], 224, 224],
        _ => sighting.input,
    };
    let usual = [first, sighting.input].into_iter().chain(USUAL);
    let shapes: Vec<[i64; 3]> = match wanted {
        Some(shape) => vec![shape],
        None => usual.collect(),
    };
    let mut nearest: Option<Miss> = None;
    for input_shape in shapes {
        let found = Found {
            architecture: sighting.architecture.clone(),
            input_shape,
            classes: sighting.classes,
        };
        match fit(header, &found) {
            Ok(()) => return Ok(found),
            Err(miss) if nearest.as_ref().is_none_or(|near| near.fits < miss.fits) => {
                nearest = Some(miss);
            }
            Err(_) => {}
        }
    }
    Err(nearest.unwrap_or_else(|| Miss {
        fits: 0,
        words: format!("{} was not tried", sighting.architecture.describe()),
    }))
}

/// Whether the network takes every tensor and needs no other.
fn fit(header: &Header, found: &Found) -> Result<(), Miss> {
    let what = found.architecture.describe();
    let [channels, height, width] = found.input_shape;
    let refused = |error: Error| Miss {
        fits: 0,
        words: format!("{what} for {channels}x{height}x{width} images: {error}"),
    };
    let card = found.card("a network", Normalisation::default());
    card.check()
        .and_then(|()| size::check(&card))
        .map_err(refused)?;
    let mut graph = graph(&card).map_err(refused)?;
    let mut weights = Weights::unread(header);
    let naming = weights.naming(&graph, card.architecture.namings());
    graph.fill(&mut weights, naming).map_err(refused)?;
    weights.ignore_all(card.architecture.family().unused());
    let faults = weights.faults();
    if faults.is_empty() {
        return Ok(());
    }
    let all = header.all().count();
    let fits = all.saturating_sub(unfit(&faults));
    Err(Miss {
        fits,
        words: format!("{fits} of {all} tensors fit {what}; {faults}"),
    })
}

/// How many tensors of the file are wrong.
fn unfit(faults: &WeightFaults) -> usize {
    let of_the_file = [
        &faults.surplus,
        &faults.misshapen,
        &faults.wrong_type,
        &faults.not_finite,
        &faults.negative,
    ];
    of_the_file.iter().map(|names| names.len()).sum()
}
