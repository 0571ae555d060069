//! A network that is a program: what `torch.jit.save` wrote.
//!
//! Such a file holds code beside its numbers, and to compute with it is to run that code with everything its user may do.
//! So it is loaded by a process that does nothing else and has said so ([`alone`]); every other one refuses.

mod alone;
mod last;
mod look;
mod module;

pub use alone::{alone, passes};
pub use look::look;

use super::card::ModelCard;
use super::family::{Family, Member, Recognise};
use super::load::LoadedModel;
use super::tensors::Tensors;
use super::{Architecture, Model};
use crate::error::{Error, Result};
use crate::file::Regular;
use crate::graph::{Builder, Graph, Place};
use crate::origin::{sha256, sha256_of};
use module::Module;
use serde::{Deserialize, Serialize};
use std::path::Path;
use tch::{Device, Kind};
use valleyscope_shared::text::plain;

/// The name of the program's file in a model's folder.
pub const FILE: &str = "program.pt";

/// Programs larger than this are refused unread, as weights are.
const LARGEST: u64 = 1 << 30;

/// What is known of a program without running it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TorchScriptOptions {
    /// SHA-256 of its file, which is run only as long as it is this one.
    pub sha256: String,
    /// The parameter that is the matrix of the last layer, `[K, D]` or `[K, D, 1, 1]`.
    pub weight: String,
    /// The parameter that is its bias, `[K]`; none where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bias: Option<String>,
    /// How many numbers its parameters are.
    pub parameters: u64,
}

impl Family for TorchScriptOptions {
    fn describe(&self) -> String {
        let layer = self.weight.strip_suffix(".weight").unwrap_or(&self.weight);
        format!(
            "TorchScript, a program that runs, last layer {}",
            plain(layer)
        )
    }

    fn check(&self, _: [i64; 3]) -> Result<()> {
        let is_digest =
            |text: &str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
        if !is_digest(&self.sha256) {
            return Err(Error::Card {
                field: "architecture.torchscript.sha256",
                value: format!("\"{}\"", self.sha256.chars().take(80).collect::<String>()),
                expected: "64 hexadecimal digits are right".to_owned(),
            });
        }
        Ok(())
    }

    /// Nobody knows its operators: whoever asks for them takes it for a network that is data.
    fn graph(&self, _: Builder, _: Place, _: i64) -> Result<Graph> {
        Err(Error::Apart)
    }
}

impl Recognise for TorchScriptOptions {
    const INPUT: [i64; 3] = [3, 32, 32];

    /// No weights file is a program.
    fn recognise(_: &Tensors<'_>) -> Vec<Member<Self>> {
        Vec::new()
    }
}

impl ModelCard {
    /// The program that the model is, where it is one.
    pub fn program(&self) -> Option<&TorchScriptOptions> {
        match &self.architecture {
            Architecture::TorchScript(options) => Some(options),
            _ => None,
        }
    }
}

/// Loads a program from its file.
///
/// # Errors
/// [`Error::Apart`] in a process that does other things too; else what is wrong with the file or the program.
pub(super) fn model(
    path: &Path,
    card: &ModelCard,
    device: Device,
    kind: Kind,
) -> Result<Box<dyn Model>> {
    let options = card.program().ok_or(Error::Apart)?;
    let module = Module::load(path, &options.sha256, device, kind)?;
    let module = module.scaled(card.input_shape, &card.normalisation)?;
    let module = module.with_last(options)?;
    super::head::check(&module, card.input_shape)?;
    module.check_gradient()?;
    Ok(Box::new(module))
}

/// Loads the folder of a model that is a program.
pub(super) fn load(
    folder: &Path,
    text: &str,
    card: ModelCard,
    device: Device,
    kind: Kind,
) -> Result<LoadedModel> {
    let model = model(&folder.join(FILE), &card, device, kind)?;
    let options = card.program().ok_or(Error::Apart)?;
    Ok(LoadedModel {
        parameters: usize::try_from(options.parameters).unwrap_or(usize::MAX),
        layers: Vec::new(),
        weights: options.sha256.clone(),
        card_digest: sha256(text.as_bytes()),
        model,
        card,
    })
}

/// SHA-256 of a folder's program.
pub(super) fn digest(folder: &Path) -> Result<String> {
    Ok(sha256_of(Regular::open(&folder.join(FILE), LARGEST)?)?.1)
}

/// The content of a program's file, if it is the one that the card speaks of.
pub(super) fn content(path: &Path, digest: &str) -> Result<Vec<u8>> {
    let bytes = Regular::open(path, LARGEST)?.whole()?;
    match sha256(&bytes) == digest {
        true => Ok(bytes),
        false => Err(Error::Script {
            reason: "its file is another one by now than when the model was added".to_owned(),
        }),
    }
}

/// Whether a folder has the file of its program; it is not read.
pub(crate) fn is_there(folder: &Path) -> Result<()> {
    Regular::open(&folder.join(FILE), LARGEST).map(drop)
}
