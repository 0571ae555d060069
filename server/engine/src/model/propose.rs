//! The networks that a file may be with everything that it does not tell, compared on images.
//!
//! Normalisation, shortcuts, heads and activations leave no trace in weights, and a wrong one loads without an error.
//! So each is tried, and what is right shows in the clean accuracy.

use super::recognise::{Found, Wanted, recognise};
use super::{Architecture, ModelCard, Normalisation, Untold, load};
use crate::data::Dataset;
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use valleyscope_shared::statistic::Rate;

mod judge;

pub use judge::judge;

/// A part of a file that may be a network, as a weights file of its own.
#[derive(Clone, Debug)]
pub struct Part {
    /// Where it lies in the file; empty where it is all.
    pub label: String,
    pub weights: PathBuf,
    /// The names of its modules without parameters, where the file tells them.
    pub modules: Vec<String>,
    /// The normalisation that tensors beside the layers tell.
    pub normalisation: Option<Normalisation>,
}

impl Part {
    /// The networks that it may be, the likeliest first.
    ///
    /// # Errors
    /// As [`recognise`].
    pub fn recognise(&self, wanted: &Wanted) -> Result<Vec<Found>> {
        let wanted = Wanted {
            modules: self.modules.clone(),
            ..wanted.clone()
        };
        recognise(&self.weights, &wanted)
    }
}

/// A network with all that its file does not tell.
#[derive(Clone, Debug)]
pub struct Proposal {
    pub part: Part,
    pub found: Found,
    pub normalisation: Normalisation,
    /// The ε of its batch norms, where it is not the family's.
    pub epsilon: Option<f64>,
    pub parameters: u64,
    /// What it was found to do with images.
    pub verdict: Option<Verdict>,
}

/// What a network does with images.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Verdict {
    /// Of each image that was seen, whether the prediction is right.
    pub right: Vec<bool>,
    /// The sum of their cross entropies, in nats.
    pub loss: f64,
    /// How far the input of the first batch norm is from what it was in training, where there is one:
    /// the median over the channels of the divergence between two normal distributions.
    pub divergence: Option<f64>,
}

impl Proposal {
    /// A description with these names of classes.
    pub fn card(&self, title: &str, classes: &[String]) -> ModelCard {
        ModelCard {
            classes: classes.to_vec(),
            epsilon: self.epsilon,
            ..self.found.card(title, self.normalisation.clone())
        }
    }

    /// Everything that is assumed, but the names of the classes.
    pub fn untold(&self) -> Vec<Untold> {
        let card = ModelCard {
            epsilon: self.epsilon,
            ..self.found.card("", self.normalisation.clone())
        };
        let mut untold = card.untold();
        untold.retain(|one| one.name != "classes");
        untold
    }

    /// Its clean accuracy, where it was computed.
    pub fn accuracy(&self) -> Option<Rate> {
        self.verdict.as_ref().map(Verdict::accuracy)
    }
}

impl Verdict {
    /// How many images were seen.
    pub fn images(&self) -> usize {
        self.right.len()
    }

    /// The share of right predictions.
    pub fn accuracy(&self) -> Rate {
        let hits = self.right.iter().filter(|right| **right).count();
        Rate::of(hits, self.images())
    }

    /// Whether another is right where this one is wrong far more often than the other way round, on the images that both saw:
    /// McNemar's test, χ² > 10.83, which chance exceeds once in a thousand times.
    fn is_worse_than(&self, other: &Self) -> bool {
        let both = || self.right.iter().zip(&other.right);
        let lost = both().filter(|(own, other)| !**own && **other).count() as f64;
        let won = both().filter(|(own, other)| **own && !**other).count() as f64;
        lost > won && (lost - won).powi(2) > 10.83 * (lost + won)
    }
}

/// Everything that parts of a file may be: every network that takes all tensors of one, with every usual normalisation, or with
/// that which is told.
///
/// # Errors
/// [`Error::Unrecognised`] where no part is a network.
pub fn propose(
    parts: &[Part],
    wanted: &Wanted,
    normalisation: Option<&Normalisation>,
    own: Option<&Normalisation>,
) -> Result<Vec<Proposal>> {
    let mut proposals = Vec::new();
    let mut misses: Vec<Error> = Vec::new();
    for part in parts {
        match part.recognise(wanted) {
            Err(miss @ Error::Unrecognised { .. }) => misses.push(miss),
            Err(error) => return Err(error),
            Ok(all) => {
                for found in all {
                    cross(part, &found, normalisation, own, &mut proposals)?;
                }
            }
        }
    }
    let nearest = misses.into_iter().max_by_key(fits);
    match (proposals.is_empty(), nearest) {
        (true, Some(miss)) => Err(miss),
        _ => Ok(proposals),
    }
}

fn fits(error: &Error) -> usize {
    match error {
        Error::Unrecognised { fits, .. } => *fits,
        _ => 0,
    }
}

fn cross(
    part: &Part,
    found: &Found,
    wanted: Option<&Normalisation>,
    own: Option<&Normalisation>,
    proposals: &mut Vec<Proposal>,
) -> Result<()> {
    let told = wanted.or(part.normalisation.as_ref());
    let normalisations = normalisations(found.input_shape[0], told, own);
    let layers = load::graph(&found.card("", Normalisation::default()))?.layers();
    let parameters = layers.iter().map(|layer| layer.parameters).sum();
    proposals.extend(normalisations.into_iter().map(|normalisation| Proposal {
        part: part.clone(),
        found: found.clone(),
        normalisation,
        epsilon: None,
        parameters,
        verdict: None,
    }));
    Ok(())
}

/// The one that is told, else every usual one and that of the images.
fn normalisations(
    channels: i64,
    told: Option<&Normalisation>,
    own: Option<&Normalisation>,
) -> Vec<Normalisation> {
    match told {
        Some(told) => vec![told.for_channels(channels)],
        None => {
            let own = own.filter(|own| own.mean.len() as i64 == channels);
            let usual = Normalisation::usual(channels).into_iter();
            usual.chain(own.cloned()).collect()
        }
    }
}

/// A program, found out by [`script::look`](super::script::look), with every usual normalisation or with that which is told.
pub fn of_program(
    file: &Path,
    found: &Found,
    told: Option<&Normalisation>,
    own: Option<&Normalisation>,
) -> Vec<Proposal> {
    let parameters = match &found.architecture {
        Architecture::TorchScript(options) => options.parameters,
        _ => 0,
    };
    let all = normalisations(found.input_shape[0], told, own).into_iter();
    let proposal = |normalisation| Proposal {
        part: Part {
            label: String::new(),
            modules: Vec::new(),
            weights: file.to_owned(),
            normalisation: None,
        },
        found: found.clone(),
        normalisation,
        epsilon: None,
        parameters,
        verdict: None,
    };
    all.map(proposal).collect()
}

/// The mean and the standard deviation of each channel over the first images of a set.
///
/// # Errors
/// What reading them gives.
pub fn scaling_of(set: &dyn Dataset, count: usize) -> Result<Normalisation> {
    let info = set.info();
    let [channels, height, width] = info.shape;
    let mut sums = vec![(0.0, 0.0); channels];
    let count = count.min(info.count);
    for index in 0..count {
        let image = set.image(index)?;
        for (channel, (sum, squares)) in sums.iter_mut().enumerate() {
            for value in &image[channel * height * width..(channel + 1) * height * width] {
                let value = f64::from(*value);
                *sum += value;
                *squares += value * value;
            }
        }
    }
    let pixels = (count * height * width) as f64;
    // As people print them.
    let short = |value: f64| (value * 1e4).round() / 1e4;
    let mean = |(sum, _): &(f64, f64)| sum / pixels;
    let std = |sums: &(f64, f64)| (sums.1 / pixels - mean(sums).powi(2)).max(1e-8).sqrt();
    Ok(Normalisation {
        mean: sums.iter().map(|sums| short(mean(sums))).collect(),
        std: sums.iter().map(|sums| short(std(sums)).max(1e-4)).collect(),
    })
}
