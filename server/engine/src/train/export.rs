//! A trained model as the three files of its folder.

use super::TrainSpec;
use crate::durable;
use crate::error::{Error, Result};
use crate::model::ModelCard;
use safetensors::Dtype;
use safetensors::tensor::TensorView;
use std::io::Write;
use std::path::Path;
use tch::{Kind, Tensor};

/// A trained model.
#[derive(Debug)]
pub struct Trained {
    pub card: ModelCard,
    /// The content of `model.safetensors`.
    pub weights: Vec<u8>,
    pub(super) spec: TrainSpec,
}

/// The safetensors file of named tensors, as f32.
pub(super) fn serialize(parameters: &[(String, Tensor)]) -> Result<Vec<u8>> {
    let mut tensors = Vec::with_capacity(parameters.len());
    for (name, tensor) in parameters {
        let shape: Vec<usize> = tensor.size().iter().map(|&n| n as usize).collect();
        let flat = tensor
            .f_to_kind(Kind::Float)?
            .f_contiguous()?
            .f_view([-1])?;
        let mut values = vec![0f32; tensor.numel()];
        flat.f_copy_data(&mut values, tensor.numel())?;
        let bytes: Vec<u8> = values
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect();
        tensors.push((name, shape, bytes));
    }
    let refused = |error: safetensors::SafeTensorError| Error::Safetensors {
        reason: error.to_string(),
    };
    let views = tensors
        .iter()
        .map(|(name, shape, bytes)| {
            Ok((
                name,
                TensorView::new(Dtype::F32, shape.clone(), bytes).map_err(refused)?,
            ))
        })
        .collect::<Result<Vec<_>>>()?;
    safetensors::serialize(views, None).map_err(refused)
}

impl Trained {
    /// Where the training was stopped, if it was.
    pub fn stopped(&self) -> Option<&str> {
        self.card.training.as_ref()?.stopped.as_deref()
    }

    /// Writes `model.safetensors`, `model.json` and `train.json` into `folder`, which is made.
    /// Each is there whole or not at all, and none before all could be written.
    pub fn save(&self, folder: &Path) -> Result<()> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| Error::File { path, source }
        };
        std::fs::create_dir_all(folder).map_err(failed(folder))?;
        let files = [
            ("model.safetensors", self.weights.clone()),
            ("model.json", self.card.to_json()?.into_bytes()),
            ("train.json", pretty(&self.spec)?.into_bytes()),
        ];
        let mut ready = Vec::new();
        for (name, content) in &files {
            let path = folder.join(name);
            let mut part = durable::part(folder).map_err(failed(&path))?;
            let written = part.write_all(content);
            written
                .and_then(|()| part.as_file().sync_all())
                .map_err(failed(&path))?;
            ready.push((part, path));
        }
        for (part, path) in ready {
            part.persist(&path)
                .map_err(|error| failed(&path)(error.error))?;
        }
        durable::sync_folder(folder).map_err(failed(folder))
    }
}

/// JSON for people to read, with a newline at the end.
pub(super) fn pretty(value: &impl serde::Serialize) -> Result<String> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Error::Json {
        what: "writing JSON".into(),
        reason: error.to_string(),
    })?;
    Ok(text + "\n")
}
