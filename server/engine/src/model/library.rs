//! The models there are: those built into the program and those in the data directory.

use super::Normalisation;
use super::card::{Architecture, ModelCard};
use super::load::{LoadedModel, card_text, fitting, load, load_bytes};
use crate::error::{Error, Result};
use crate::name;
use crate::origin::sha256;
use std::path::{Path, PathBuf};
use tch::{Device, Kind};

/// A model inside the program.
struct Builtin {
    name: &'static str,
    card: &'static str,
    weights: &'static [u8],
}

/// The content of a folder of `static/models`.
macro_rules! builtin {
    ($name:literal) => {
        Builtin {
            name: $name,
            card: include_str!(concat!("../../../../static/models/", $name, "/model.json")),
            weights: include_bytes!(concat!(
                "../../../../static/models/",
                $name,
                "/model.safetensors"
            )),
        }
    };
}

/// Both are made by `valleyscope train` from the `train.json` beside them.
const BUILTIN: [Builtin; 2] = [builtin!("shapes-standard"), builtin!("shapes-robust")];

/// A model of the library by name, with its description or why it cannot be read.
pub struct Listed {
    pub name: String,
    pub card: Result<ModelCard>,
}

/// All models: the built-in ones, then those of the data directory by name.
///
/// # Errors
/// [`Error::File`] when the data directory cannot be read; a damaged model is listed with its error.
pub fn list(data_dir: &Path) -> Result<Vec<Listed>> {
    let built_in = BUILTIN.iter().map(|b| Listed {
        name: b.name.to_owned(),
        card: ModelCard::parse(b.card),
    });
    let mut models: Vec<_> = built_in.collect();
    for folder in name::entries(&data_dir.join("models"))? {
        let file_name = folder.file_name().and_then(|name| name.to_str());
        if let Some(name) = file_name.filter(|name| name::check("model", name).is_ok()) {
            models.push(Listed {
                name: name.to_owned(),
                card: read_card(&folder),
            });
        }
    }
    Ok(models)
}

/// Loads a model by its name.
///
/// # Errors
/// [`Error::Unknown`] lists the names there are; else what [`load`] gives.
pub fn open(data_dir: &Path, name: &str, device: Device, kind: Kind) -> Result<LoadedModel> {
    if let Some(found) = BUILTIN.iter().find(|b| b.name == name) {
        return load_bytes(found.card, found.weights, device, kind);
    }
    if name::check("model", name).is_err() || !folder(data_dir, name).is_dir() {
        let known = list(data_dir)?
            .into_iter()
            .map(|listed| listed.name)
            .collect();
        return Err(Error::Unknown {
            kind: "model",
            name: name.to_owned(),
            known,
        });
    }
    load(&folder(data_dir, name), device, kind)
}

/// The files of a model of the data directory, whether or not they are there.
pub fn files_of(data_dir: &Path, name: &str) -> Vec<PathBuf> {
    let folder = folder(data_dir, name);
    vec![folder.join("model.safetensors"), folder.join("model.json")]
}

/// The folder of models with all that is in it: what [`list`] and [`open`] depend on.
pub fn files(data_dir: &Path) -> Vec<PathBuf> {
    let models = data_dir.join("models");
    let folders = name::entries(&models).unwrap_or_default();
    let names = folders
        .iter()
        .filter_map(|folder| folder.file_name()?.to_str());
    let files = names
        .flat_map(|name| files_of(data_dir, name))
        .collect::<Vec<_>>();
    std::iter::once(models)
        .chain(folders.clone())
        .chain(files)
        .collect()
}

/// SHA-256 of a model's weights and of its card, as they lie there.
///
/// # Errors
/// A name that nothing has, or files that cannot be read.
pub fn digests(data_dir: &Path, name: &str) -> Result<(String, String)> {
    if let Some(found) = BUILTIN.iter().find(|b| b.name == name) {
        return Ok((sha256(found.weights), sha256(found.card.as_bytes())));
    }
    name::check("model", name)?;
    super::load::digests(&folder(data_dir, name))
}

/// Checks a weights file against its description and copies both into the data directory as the
/// model `name`; the file is loaded in f64, so whatever would fail later fails here.
///
/// # Errors
/// [`Error::Name`] for an unfit name, [`Error::Exists`] when it is taken, and what [`load_bytes`]
/// gives.
pub fn add(data_dir: &Path, name: &str, weights: &Path, card: &ModelCard) -> Result<LoadedModel> {
    name::check("model", name)?;
    let target = folder(data_dir, name);
    if BUILTIN.iter().any(|b| b.name == name) || target.exists() {
        return Err(Error::Exists {
            kind: "model",
            name: name.to_owned(),
        });
    }
    let json = card.to_json()?;
    let bytes = fitting(weights, card)?;
    let loaded = load_bytes(&json, &bytes, Device::Cpu, Kind::Double)?;
    // Written beside and then renamed, so that a full disk leaves no half model behind.
    let parent = data_dir.join("models");
    let beside = parent.join(format!(".{name}.tmp"));
    let failed = |source| Error::File {
        path: target.clone(),
        source,
    };
    let written = std::fs::create_dir_all(&beside)
        .and_then(|()| std::fs::write(beside.join("model.safetensors"), &bytes))
        .and_then(|()| std::fs::write(beside.join("model.json"), &json))
        .and_then(|()| std::fs::rename(&beside, &target));
    if let Err(source) = written {
        let _ = std::fs::remove_dir_all(&beside);
        return Err(failed(source));
    }
    Ok(loaded)
}

/// The description of a CIFAR-10 network from elsewhere, for [`add`].
pub fn cifar10_card(
    title: &str,
    architecture: Architecture,
    normalisation: Normalisation,
) -> ModelCard {
    let classes = crate::data::CIFAR10_CLASSES.map(str::to_owned).to_vec();
    card(title, architecture, normalisation, [3, 32, 32], classes)
}

/// The description of an MNIST network from elsewhere, for [`add`].
pub fn mnist_card(
    title: &str,
    architecture: Architecture,
    normalisation: Normalisation,
) -> ModelCard {
    let classes = (0..10).map(|digit| digit.to_string()).collect();
    card(title, architecture, normalisation, [1, 28, 28], classes)
}

fn card(
    title: &str,
    architecture: Architecture,
    normalisation: Normalisation,
    input_shape: [i64; 3],
    classes: Vec<String>,
) -> ModelCard {
    ModelCard {
        title: title.to_owned(),
        architecture,
        normalisation,
        input_shape,
        classes,
        data: None,
        source: None,
        licence: None,
        accuracy: None,
        training: None,
    }
}

fn folder(data_dir: &Path, name: &str) -> PathBuf {
    data_dir.join("models").join(name)
}

fn read_card(folder: &Path) -> Result<ModelCard> {
    ModelCard::parse(&card_text(folder)?)
}
