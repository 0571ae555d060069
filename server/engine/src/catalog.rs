//! What this machine offers: its models, data sets and devices, as runs can name them.

use crate::error::{Error, Result};
use crate::graph::Layer;
use crate::model::{LoadedModel, ModelCard};
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

fn model_info(data_dir: &Path, listed: model::library::Listed) -> ModelInfo {
    let embedded = model::library::is_builtin(&listed.name);
    // A fault of LibTorch that nobody foresaw is this model's alone.
    let open = || model::library::open(data_dir, &listed.name, Device::Cpu, Kind::Float);
    let opened = catch_unwind(AssertUnwindSafe(open)).unwrap_or_else(|_| {
        let what = format!("the model {}", listed.name);
        let reason = "it cannot be computed: LibTorch stopped at it".to_owned();
        Err(Error::Json { what, reason })
    });
    match opened {
        Ok(loaded) => {
            // What cannot be read of it does not keep it from being used.
            let licence = model::library::licence(data_dir, &listed.name, &loaded.card);
            let licence = licence.unwrap_or_default();
            usable(listed.name, &loaded, licence, embedded)
        }
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

fn usable(id: String, loaded: &LoadedModel, licence: Option<String>, embedded: bool) -> ModelInfo {
    let card = &loaded.card;
    let trained = card.training.as_ref();
    let origin = trained.and_then(|training| training.origin.as_ref());
    let others = origin.is_some_and(|origin| origin.weights != loaded.weights);
    ModelInfo {
        id,
        title: card.title.clone(),
        architecture: card.architecture.describe(),
        parameters: loaded.parameters as u64,
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
        licence,
        remark: card.remark.clone(),
        embedded,
        cost: None,
        problem: None,
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
