//! From `model.json` and `model.safetensors` to a checked model.

use super::card::{Architecture, ModelCard};
use super::weights::Weights;
use super::{BnFreeResNet, LeNet, Model, ResNet, SmallCnn, Vit, head};
use crate::error::{Error, Result};
use crate::origin::sha256;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use tch::{Device, Kind};

/// Weights files larger than this are refused unread; the largest network here has 3.5 MB.
const LARGEST_FILE: u64 = 1 << 30;

/// A model that passed every check.
pub struct LoadedModel {
    pub card: ModelCard,
    pub model: Box<dyn Model>,
    /// How many numbers training adjusted; running statistics do not count.
    pub parameters: usize,
    /// SHA-256 of `model.safetensors`.
    pub weights: String,
    /// SHA-256 of `model.json`.
    pub card_digest: String,
}

/// Loads the folder of a model: `model.json` and `model.safetensors`.
///
/// Weights are read and folded in f64, then cast to `kind`.
pub fn load(folder: &Path, device: Device, kind: Kind) -> Result<LoadedModel> {
    let card = read(&folder.join("model.json"))?;
    let path = folder.join("model.safetensors");
    let card = String::from_utf8(card).map_err(|error| Error::Json {
        what: "model.json".into(),
        reason: error.to_string(),
    })?;
    load_bytes(&card, &read(&path)?, device, kind)
}

/// Loads a model from the contents of its two files.
///
/// # Errors
/// Every tensor is accounted for: [`Error::Weights`] names those missing, surplus, misshapen, of a
/// wrong number format or not finite.
pub fn load_bytes(card: &str, weights: &[u8], device: Device, kind: Kind) -> Result<LoadedModel> {
    // Of the very bytes that are read here: the files may be replaced at any time.
    let digests = (sha256(weights), sha256(card.as_bytes()));
    let card = ModelCard::parse(card)?;
    let mut weights = Weights::parse(weights)?;
    let model: Box<dyn Model> = match &card.architecture {
        Architecture::ResNet(options) => {
            Box::new(ResNet::take(&card, options, &mut weights, device, kind)?)
        }
        Architecture::SmallCnn(options) => {
            Box::new(SmallCnn::take(&card, options, &mut weights, device, kind)?)
        }
        Architecture::BnFreeResNet(options) => Box::new(BnFreeResNet::take(
            &card,
            options,
            &mut weights,
            device,
            kind,
        )?),
        Architecture::Vit(options) => {
            Box::new(Vit::take(&card, options, &mut weights, device, kind)?)
        }
        Architecture::LeNet(options) => {
            Box::new(LeNet::take(&card, options, &mut weights, device, kind)?)
        }
    };
    let parameters = weights.finish(&card.architecture.describe())?;
    head::check(model.as_ref(), card.input_shape)?;
    Ok(LoadedModel {
        card,
        model,
        parameters,
        weights: digests.0,
        card_digest: digests.1,
    })
}

/// The file's bytes, unless it is far larger than any model here.
pub(super) fn read(path: &Path) -> Result<Vec<u8>> {
    let failed = |source| Error::File {
        path: path.to_owned(),
        source,
    };
    let file = File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(LARGEST_FILE + 1)
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(Error::Format {
            path: path.to_owned(),
            reason: format!(
                "larger than {} MiB, which no model here is",
                LARGEST_FILE >> 20
            ),
        });
    }
    Ok(bytes)
}
