//! The models there are: those built into the program and those in the data directory.

mod notes;
mod rename;

pub use notes::{about, licence, renamed, set_licence};
pub use rename::rename;

use super::card::ModelCard;
use super::load::{
    LoadedModel, card_text, fitting, load, load_bytes, load_perturbable_bytes, refuse_program,
};
use super::{Architecture, Normalisation, script};
use crate::durable;
use crate::error::{Error, Result};
use crate::graph::Perturbable;
use crate::name;
use crate::origin::sha256;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tch::{Device, Kind};

pub use super::script::FILE as PROGRAM;

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
/// A damaged model is listed with its error, and so is the folder of models where it cannot be read.
pub fn list(data_dir: &Path) -> Vec<Listed> {
    let built_in = BUILTIN.iter().map(|b| Listed {
        name: b.name.to_owned(),
        card: ModelCard::parse(b.card),
    });
    let mut models: Vec<_> = built_in.collect();
    match stored(data_dir) {
        Ok(folders) => models.extend(folders.iter().map(|folder| {
            let name = file_name(folder);
            let card = name::check("model", &name).and_then(|()| read_card(folder));
            Listed { name, card }
        })),
        Err(error) => models.push(Listed {
            name: "models".to_owned(),
            card: Err(error),
        }),
    }
    models
}

/// The entries of the folder of models; what begins with a dot is no model, but one on its way.
fn stored(data_dir: &Path) -> Result<Vec<PathBuf>> {
    let mut folders = name::entries(&data_dir.join("models"))?;
    folders.retain(|folder| !file_name(folder).starts_with('.'));
    Ok(folders)
}

fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// Removes a model from the data directory, also one that is damaged.
///
/// # Errors
/// [`Error::Embedded`] for one that comes with the program, [`Error::Unknown`] lists the names there are.
pub fn remove(data_dir: &Path, name: &str) -> Result<()> {
    if BUILTIN.iter().any(|b| b.name == name) {
        return Err(Error::Embedded {
            kind: "model",
            name: name.to_owned(),
        });
    }
    // Of the entries that are there, so that no name leads out of the folder.
    let mut folders = stored(data_dir)?.into_iter();
    let found = folders.find(|folder| file_name(folder) == name);
    let path = found.ok_or_else(|| unknown(data_dir, name))?;
    let removed = match path.symlink_metadata() {
        Ok(facts) if !facts.is_dir() => std::fs::remove_file(&path),
        // Out of sight first, so that no one sees half a model.
        _ => {
            let gone = path.with_file_name(format!(".{name}.gone"));
            std::fs::rename(&path, &gone).and_then(|()| std::fs::remove_dir_all(&gone))
        }
    };
    removed.map_err(|source| Error::File { path, source })
}

fn unknown(data_dir: &Path, name: &str) -> Error {
    Error::Unknown {
        kind: "model",
        name: name.to_owned(),
        known: list(data_dir)
            .into_iter()
            .map(|listed| listed.name)
            .collect(),
    }
}

/// Loads a model by its name.
///
/// # Errors
/// [`Error::Unknown`] lists the names there are; else what [`load`] gives.
pub fn open(data_dir: &Path, name: &str, device: Device, kind: Kind) -> Result<LoadedModel> {
    if let Some(found) = BUILTIN.iter().find(|b| b.name == name) {
        return load_bytes(found.card, found.weights, device, kind);
    }
    let place = place(data_dir, name);
    if name::check("model", name).is_err() || !place.is_dir() {
        return Err(unknown(data_dir, name));
    }
    load(&place, device, kind)
}

/// A model's card and the content of its weights file; a program is refused.
pub(super) fn contents(data_dir: &Path, name: &str) -> Result<(String, Vec<u8>)> {
    if let Some(found) = BUILTIN.iter().find(|b| b.name == name) {
        return Ok((found.card.to_owned(), found.weights.to_vec()));
    }
    let place = place(data_dir, name);
    if name::check("model", name).is_err() || !place.is_dir() {
        return Err(unknown(data_dir, name));
    }
    let text = card_text(&place)?;
    let card = ModelCard::parse(&text)?;
    refuse_program(&card)?;
    let weights = fitting(&place.join("model.safetensors"), &card)?;
    Ok((text, weights))
}

/// The network of a model by its name, with nothing folded, for the loss as a function of its weights.
///
/// # Errors
/// As [`open`]; a program has no layers.
pub fn open_perturbable(
    data_dir: &Path,
    name: &str,
    device: Device,
    kind: Kind,
) -> Result<Perturbable> {
    let (card, weights) = contents(data_dir, name)?;
    load_perturbable_bytes(&card, &weights, device, kind)
}

/// The files of a model of the data directory, whether or not they are there.
pub fn files_of(data_dir: &Path, name: &str) -> Vec<PathBuf> {
    weights_and_card(&place(data_dir, name))
}

fn weights_and_card(folder: &Path) -> Vec<PathBuf> {
    ["model.safetensors", "model.json", script::FILE]
        .map(|name| folder.join(name))
        .into()
}

/// The folder of models with all that is in it: what [`list`] and [`open`] depend on.
pub fn files(data_dir: &Path) -> Vec<PathBuf> {
    let models = data_dir.join("models");
    let folders = name::entries(&models).unwrap_or_default();
    let files = folders.iter().flat_map(|folder| {
        let notes = std::iter::once(notes::file_in(folder));
        weights_and_card(folder).into_iter().chain(notes)
    });
    let files: Vec<PathBuf> = files.collect();
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
    super::load::digests(&place(data_dir, name))
}

/// Checks a weights file against its description and copies both into the data directory as the
/// model `name`; the file is loaded in f64, so whatever would fail later fails here.
///
/// # Errors
/// [`Error::Name`] for an unfit name, [`Error::Exists`] when it is taken, and what [`load_bytes`]
/// gives.
pub fn add(data_dir: &Path, name: &str, weights: &Path, card: &ModelCard) -> Result<LoadedModel> {
    free(data_dir, name)?;
    let json = card.to_json()?;
    let bytes = fitting(weights, card)?;
    let loaded = load_bytes(&json, &bytes, Device::Cpu, Kind::Double)?;
    // In the format in which it is opened from now on.
    drop(load_bytes(&json, &bytes, Device::Cpu, Kind::Float)?);
    put(data_dir, name, ("model.safetensors", &bytes), &json)?;
    Ok(loaded)
}

/// Copies a program, which is not run here, with its description into the data directory as the model `name`.
///
/// # Errors
/// As [`add`], and [`Error::Script`] where the file is not the one that the card speaks of.
pub fn add_program(data_dir: &Path, name: &str, file: &Path, card: &ModelCard) -> Result<()> {
    free(data_dir, name)?;
    card.check()?;
    let options = card.program().ok_or(Error::Apart)?;
    let bytes = script::content(file, &options.sha256)?;
    put(data_dir, name, (script::FILE, &bytes), &card.to_json()?)
}

/// Whether a model's folder holds a program, by its description alone.
pub fn is_program(data_dir: &Path, name: &str) -> bool {
    let own = name::check("model", name).is_ok() && !is_builtin(name);
    let card = own.then(|| read_card(&place(data_dir, name)));
    matches!(card, Some(Ok(card)) if card.program().is_some())
}

/// Whether a model of this name can be added.
fn free(data_dir: &Path, name: &str) -> Result<()> {
    name::check("model", name)?;
    if is_builtin(name) || folder(data_dir, name).exists() {
        return Err(Error::Exists {
            kind: "model",
            name: name.to_owned(),
        });
    }
    Ok(())
}

/// Makes the folder of a model, of its description and the file that this is about.
fn put(data_dir: &Path, name: &str, (file, bytes): (&str, &[u8]), card: &str) -> Result<()> {
    let target = folder(data_dir, name);
    // Written beside and then renamed, so that a full disk leaves no half model behind.
    let parent = data_dir.join("models");
    // A place of its own: another may be adding a model of this name.
    let beside = parent.join(format!(".{name}.{}.tmp", unique()));
    let failed = |source| Error::File {
        path: target.clone(),
        source,
    };
    let written = std::fs::create_dir_all(&beside)
        .and_then(|()| durable::write(&beside.join(file), bytes))
        .and_then(|()| durable::write(&beside.join("model.json"), card.as_bytes()))
        .and_then(|()| std::fs::rename(&beside, &target))
        .and_then(|()| durable::sync_folder(&parent));
    if let Err(source) = written {
        let _ = std::fs::remove_dir_all(&beside);
        return Err(failed(source));
    }
    Ok(())
}

/// A number that no other thread of any process here has.
fn unique() -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let own = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{}-{own}", std::process::id())
}

/// Whether a model comes with the program.
pub fn is_builtin(name: &str) -> bool {
    BUILTIN.iter().any(|builtin| builtin.name == name)
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

/// The description of a network from elsewhere, for [`add`].
pub fn card(
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
        epsilon: None,
        input_shape,
        classes,
        data: None,
        source: None,
        licence: None,
        facts: BTreeMap::new(),
        remark: None,
        accuracy: None,
        training: None,
    }
}

fn folder(data_dir: &Path, name: &str) -> PathBuf {
    data_dir.join("models").join(name)
}

/// Whether the file of a program is there, which only a process of its own opens further.
///
/// # Errors
/// It is missing, or no regular file of a size that is run.
pub fn find_program(data_dir: &Path, name: &str) -> Result<()> {
    script::is_there(&place(data_dir, name))
}

/// The folder of the model that has this name, or had it.
fn place(data_dir: &Path, name: &str) -> PathBuf {
    match renamed(data_dir, name) {
        Some(now) => folder(data_dir, &now),
        None => folder(data_dir, name),
    }
}

/// The description in a model's folder.
///
/// # Errors
/// It is not there, or no description.
pub fn read_card(folder: &Path) -> Result<ModelCard> {
    ModelCard::parse(&card_text(folder)?)
}
