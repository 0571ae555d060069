//! `valleyscope models show`

use crate::cli::Place;
use crate::cli::columns::aligned;
use crate::cli::say::print;
use crate::engine::Engine;
use crate::libtorch::LibTorch;
use anyhow::{Result, anyhow};
use clap::Args;
use std::process::ExitCode;
use valleyscope_shared::catalog::{LayerInfo, ModelDetail};
use valleyscope_shared::text::plain;

#[derive(Debug, Args)]
pub struct Show {
    /// The name, as `valleyscope models list` shows it
    name: String,
    /// Print JSON, as the API has it
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    place: Place,
}

/// Shows a model with its layers.
pub fn show(wanted: &Show) -> Result<ExitCode> {
    let engine = LibTorch::new(wanted.place.data_dir()?, "auto")?;
    let catalog = engine.catalog()?;
    let model = catalog.model(&wanted.name).ok_or_else(|| {
        let known: Vec<&str> = catalog
            .models
            .iter()
            .map(|model| model.id.as_str())
            .collect();
        anyhow!(
            "there is no model \"{}\"; there are {}",
            wanted.name,
            known.join(", ")
        )
    })?;
    if let Some(problem) = &model.problem {
        return Err(anyhow!("{} cannot be used: {problem}", model.id));
    }
    let detail = ModelDetail::new(
        model.clone(),
        engine.about(&model.id)?,
        engine.layers(&model.id)?,
    );
    match wanted.json {
        true => print(serde_json::to_string_pretty(&detail)?)?,
        false => print(text(&detail))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Facts, a line each, and a table of the layers.
fn text(detail: &ModelDetail) -> String {
    let (model, about) = (&detail.model, &detail.about);
    let sizes = |shape: &[usize]| {
        let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
        sizes.join("x")
    };
    let facts = [
        ("title", Some(model.title.clone())),
        ("architecture", Some(model.architecture.clone())),
        ("notice", model.program.clone()),
        ("input", Some(sizes(&model.input_shape))),
        ("normalisation", Some(model.normalisation.clone())),
        ("classes", Some(model.classes.join(", "))),
        ("parameters", Some(model.parameters.to_string())),
        ("multiply-adds", Some(detail.multiply_adds.to_string())),
        ("source", model.source.clone()),
        ("licence", model.licence.clone()),
        ("remark", model.remark.clone()),
        ("formerly", Some(about.formerly.join(", "))),
    ];
    let facts = facts.into_iter();
    let facts =
        facts.filter_map(|(name, fact)| Some((name, fact.filter(|fact| !fact.is_empty())?)));
    let said = about.facts.iter();
    let said = said.map(|fact| ("its file says", format!("{} {}", fact.name, fact.value)));
    let facts = facts.chain(said);
    let facts = facts.map(|(name, fact)| format!("{name:<14} {}", plain(&fact)));
    let row = |layer: &LayerInfo| {
        vec![
            layer.name.clone(),
            layer.kind.clone(),
            sizes(&layer.shape),
            layer.parameters.to_string(),
            layer.multiply_adds.to_string(),
        ]
    };
    let head = ["layer", "kind", "shape", "parameters", "multiply-adds"].map(str::to_owned);
    let rows: Vec<Vec<String>> = std::iter::once(head.into())
        .chain(detail.layers.iter().map(row))
        .collect();
    facts
        .chain(std::iter::once(String::new()))
        .chain(aligned(&rows, &[3, 4]))
        .collect::<Vec<_>>()
        .join("\n")
}
