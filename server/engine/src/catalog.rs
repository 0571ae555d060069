//! What this machine offers: its models, data sets and devices, as runs can name them.

use crate::error::{Error, Result};
use crate::graph::Layer;
use crate::model::ModelCard;
use crate::{data, device, model};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use tch::{Device, Kind};
use valleyscope_shared::catalog::{Accuracy, Catalog, DataInfo, LayerInfo, ModelInfo};

/// The catalogue. Every model is loaded once, so that one that cannot be used says why.
pub fn catalog(data_dir: &Path, auto: Device) -> Catalog {
    let models = model::library::list(data_dir)
        .into_iter()
        .map(|listed| model_info(data_dir, listed))
        .collect();
    let data_sets = data_sets(data_dir);
    let mut catalog = Catalog::new(
        env!("CARGO_PKG_VERSION"),
        models,
        data_sets,
        &device::list(),
    );
    catalog.auto_device = device::name(auto);
    catalog
}

/// The operators of a model.
///
/// # Errors
/// There is no such model, or it cannot be used.
pub fn layers(data_dir: &Path, name: &str) -> Result<Vec<LayerInfo>> {
    // A program's operators are its own affair.
    if model::library::is_program(data_dir, name) {
        return Ok(Vec::new());
    }
    let loaded = model::library::open(data_dir, name, Device::Cpu, Kind::Float)?;
    let layer = |layer: &Layer| LayerInfo {
        name: layer.name.clone(),
        kind: layer.kind.to_owned(),
        shape: layer.shape.iter().map(|size| *size as usize).collect(),
        parameters: layer.parameters,
        multiply_adds: layer.work.multiply_adds,
    };
    Ok(loaded.layers.iter().map(layer).collect())
}

/// What whoever is about to use such a model should know.
const PROGRAM: &str = "This model is a program that runs: its file is executed in a process of its own whenever it is attacked.";

fn model_info(data_dir: &Path, listed: model::library::Listed) -> ModelInfo {
    let embedded = model::library::is_builtin(&listed.name);
    if let Ok(card) = &listed.card
        && let Some(program) = card.program()
    {
        let there = model::library::find_program(data_dir, &listed.name);
        return ModelInfo {
            program: Some(PROGRAM.to_owned()),
            licence: licence(data_dir, &listed.name, card),
            problem: there.err().map(|error| error.to_string()),
            ..usable(
                listed.name.clone(),
                card,
                program.parameters,
                &program.sha256,
            )
        };
    }
    // A fault of LibTorch that nobody foresaw is this model's alone.
    let open = || model::library::open(data_dir, &listed.name, Device::Cpu, Kind::Float);
    let opened = catch_unwind(AssertUnwindSafe(open)).unwrap_or_else(|_| {
        let what = format!("the model {}", listed.name);
        let reason = "it cannot be computed: LibTorch stopped at it".to_owned();
        Err(Error::Json { what, reason })
    });
    match opened {
        Ok(loaded) => ModelInfo {
            embedded,
            licence: licence(data_dir, &listed.name, &loaded.card),
            ..usable(
                listed.name,
                &loaded.card,
                loaded.parameters as u64,
                &loaded.weights,
            )
        },
        Err(error) => ModelInfo {
            title: listed
                .card
                .as_ref()
                .map_or_else(|_| listed.name.clone(), |card| card.title.clone()),
            id: listed.name,
            embedded,
            problem: Some(error.to_string()),
            ..ModelInfo::default()
        },
    }
}

/// Under which terms its weights may be used; what cannot be read of it does not keep a model from being used.
fn licence(data_dir: &Path, name: &str, card: &ModelCard) -> Option<String> {
    model::library::licence(data_dir, name, card).unwrap_or_default()
}

fn usable(id: String, card: &ModelCard, parameters: u64, weights: &str) -> ModelInfo {
    let trained = card.training.as_ref();
    let origin = trained.and_then(|training| training.origin.as_ref());
    let others = origin.is_some_and(|origin| origin.weights != weights);
    ModelInfo {
        id,
        title: card.title.clone(),
        architecture: card.architecture.describe(),
        parameters,
        input_shape: card.input_shape.iter().map(|size| *size as usize).collect(),
        classes: card.classes.clone(),
        normalisation: card.normalisation.to_string(),
        data: card.data.clone(),
        accuracy: match others {
            true => Vec::new(),
            false => accuracies(card),
        },
        training: match others {
            true => {
                Some("not known: the card's training and accuracy are of other weights".to_owned())
            }
            false => trained.map(|training| training.command.clone()),
        },
        source: card.source.clone(),
        remark: card.remark.clone(),
        ..ModelInfo::default()
    }
}

fn accuracies(card: &ModelCard) -> Vec<Accuracy> {
    let Some(accuracy) = &card.accuracy else {
        return Vec::new();
    };
    let n = accuracy.count as u64;
    let mut list = vec![Accuracy {
        name: "clean".to_owned(),
        share: accuracy.clean,
        n,
    }];
    list.extend(accuracy.pgd.as_ref().map(|pgd| Accuracy {
        name: format!(
            "PGD linf {}, {} steps of {}",
            pgd.epsilon, pgd.steps, pgd.step_size
        ),
        share: pgd.accuracy,
        n,
    }));
    list
}

/// The data sets. Each is opened once, so that one that cannot be used says why.
pub fn data_sets(data_dir: &Path) -> Vec<DataInfo> {
    let of = |listed: data::Listed| match listed.info {
        Ok(info) => data_info(data_dir, info),
        Err(error) => DataInfo {
            title: listed.name.clone(),
            id: listed.name,
            problem: Some(error.to_string()),
            ..DataInfo::default()
        },
    };
    data::list(data_dir).into_iter().map(of).collect()
}

fn data_info(data_dir: &Path, info: data::DatasetInfo) -> DataInfo {
    let problem = data::open(data_dir, &info.id)
        .err()
        .map(|error| error.to_string());
    // One that cannot be read says so when it is opened.
    let corrupted = data::corrupted(data_dir, &info.id).unwrap_or_default();
    DataInfo {
        embedded: info.id.starts_with("shapes-"),
        id: info.id,
        title: info.title,
        count: info.count as u64,
        shape: info.shape.to_vec(),
        classes: info.classes,
        source: Some(info.source).filter(|source| !source.is_empty()),
        notes: info.notes,
        corrupted,
        problem,
    }
}
