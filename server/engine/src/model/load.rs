//! From `model.json` and `model.safetensors` to a checked model.

use super::card::ModelCard;
use super::weights::{Header, Weights};
use super::{Model, head, script, size};
use crate::error::{Error, Result};
use crate::file::{self, Regular};
use crate::graph::{Builder, Graph, Layer, Network, Perturbable};
use crate::origin::sha256;
use std::path::Path;
use tch::{Device, Kind};

/// Weights files larger than this are refused unread; a VGG-16 has 553 MB.
const LARGEST_WEIGHTS: u64 = 1 << 30;

/// Descriptions larger than this are refused unread; most of one are names of classes.
const LARGEST_CARD: u64 = 8 << 20;

/// A model that passed every check.
pub struct LoadedModel {
    pub card: ModelCard,
    pub model: Box<dyn Model>,
    /// How many numbers training adjusted; running statistics do not count.
    pub parameters: usize,
    /// Its operators in the order in which they are computed, as they are before any is folded.
    pub layers: Vec<Layer>,
    /// SHA-256 of `model.safetensors`, or of a program's file.
    pub weights: String,
    /// SHA-256 of `model.json`.
    pub card_digest: String,
}

/// Loads the folder of a model: `model.json` and `model.safetensors`, or a program in the place of the second.
///
/// Weights are read and folded in f64, then cast to `kind`.
///
/// # Errors
/// As [`load_bytes`], and [`Error::Apart`] for a program where this process is to run none.
pub fn load(folder: &Path, device: Device, kind: Kind) -> Result<LoadedModel> {
    let text = card_text(folder)?;
    let card = ModelCard::parse(&text)?;
    if card.program().is_some() {
        return script::load(folder, &text, card, device, kind);
    }
    let weights = fitting(&folder.join("model.safetensors"), &card)?;
    load_bytes(&text, &weights, device, kind)
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
    let header = Header::read(weights, weights.len() as u64)?;
    check(&card, &header)?;
    let (graph, parameters) = filled(&card, Weights::read_from(&header, weights))?;
    let layers = graph.layers();
    let network = Network::new(graph.folded()?, device, kind)?;
    head::check(&network, card.input_shape)?;
    Ok(LoadedModel {
        card,
        model: Box::new(network),
        parameters,
        layers,
        weights: digests.0,
        card_digest: digests.1,
    })
}

/// A network as its file has it, with nothing folded, in f32 on the CPU, with its operators.
pub(super) fn unfolded(card: &ModelCard, weights: &[u8]) -> Result<(Network, Vec<Layer>)> {
    let header = Header::read(weights, weights.len() as u64)?;
    let (graph, _) = filled(card, Weights::read_from(&header, weights))?;
    let layers = graph.layers();
    Ok((Network::new(graph, Device::Cpu, Kind::Float)?, layers))
}

/// A network as its file has it, filled, in f64.
pub(super) fn graph_of(card: &ModelCard, weights: &[u8]) -> Result<Graph> {
    let header = Header::read(weights, weights.len() as u64)?;
    check(card, &header)?;
    Ok(filled(card, Weights::read_from(&header, weights))?.0)
}

/// A network as its file has it, with nothing folded, for the loss as a function of the weights; from the contents of the model's two files.
///
/// # Errors
/// As [`load_bytes`]; a program has no layers.
pub fn load_perturbable_bytes(
    card: &str,
    weights: &[u8],
    device: Device,
    kind: Kind,
) -> Result<Perturbable> {
    let card = ModelCard::parse(card)?;
    refuse_program(&card)?;
    let header = Header::read(weights, weights.len() as u64)?;
    check(&card, &header)?;
    let (graph, _) = filled(&card, Weights::read_from(&header, weights))?;
    Perturbable::new(graph, device, kind)
}

pub(super) fn refuse_program(card: &ModelCard) -> Result<()> {
    match card.program() {
        Some(_) => Err(Error::Script {
            reason: "can only be run as a whole: it has no layers whose curvature could be taken; \
                     a model of a family, of ONNX or of torch.export.save has them"
                .to_owned(),
        }),
        None => Ok(()),
    }
}

/// The text of a folder's `model.json`.
pub(super) fn card_text(folder: &Path) -> Result<String> {
    file::text(&folder.join("model.json"), LARGEST_CARD)
}

/// The content of a weights file, which is read only when its header fits the description.
pub(super) fn fitting(path: &Path, card: &ModelCard) -> Result<Vec<u8>> {
    let (header, mut file) = open(path)?;
    check(card, &header)?;
    file.whole()
}

/// SHA-256 of a folder's weights, or of its program, and of its card.
pub(super) fn digests(folder: &Path) -> Result<(String, String)> {
    let text = card_text(folder)?;
    let weights = match ModelCard::parse(&text) {
        Ok(card) if card.program().is_some() => script::digest(folder)?,
        _ => sha256(&open(&folder.join("model.safetensors"))?.1.whole()?),
    };
    Ok((weights, sha256(text.as_bytes())))
}

/// The content of a weights file.
pub(super) fn content(path: &Path) -> Result<Vec<u8>> {
    open(path)?.1.whole()
}

/// The header of a weights file.
pub(super) fn header(path: &Path) -> Result<Header> {
    Ok(open(path)?.0)
}

fn open(path: &Path) -> Result<(Header, Regular)> {
    let mut file = Regular::open(path, LARGEST_WEIGHTS)?;
    let length = file.length();
    Ok((Header::read(&mut file, length)?, file))
}

/// Whether the tensors are those of the description, and its network one that this machine is to compute.
fn check(card: &ModelCard, header: &Header) -> Result<()> {
    size::check(card)?;
    match filled(card, Weights::unread(header)) {
        // The sizes are right, so the numbers may be read too, and are told together with what is wrong with them.
        Err(Error::Weights { faults, .. }) if faults.sizes_fit() => Ok(()),
        filled => filled.map(drop),
    }
}

/// The network with its numbers, and how many parameters it has.
fn filled(card: &ModelCard, mut weights: Weights<'_>) -> Result<(Graph, usize)> {
    let mut graph = graph(card)?;
    let naming = weights.naming(&graph, card.architecture.namings());
    graph.fill(&mut weights, naming)?;
    weights.ignore_all(card.architecture.family().unused());
    let parameters = weights.finish(&card.architecture.describe())?;
    Ok((graph, parameters))
}

impl ModelCard {
    /// The operators of its network, with its family's own names.
    ///
    /// # Errors
    /// The description asks for what there is not.
    pub fn layers(&self) -> Result<Vec<Layer>> {
        Ok(graph(self)?.layers())
    }
}

/// The network without its numbers, with its family's own names.
pub(super) fn graph(card: &ModelCard) -> Result<Graph> {
    let (mut net, pixels) = Builder::new(card.input_shape);
    let pixels = net.normalise(pixels, &card.normalisation)?;
    let family = card.architecture.family();
    let mut graph = family.graph(net, pixels, card.class_count())?;
    if let Some(epsilon) = card.epsilon {
        graph.set_epsilon(epsilon);
    }
    Ok(graph)
}
