//! Files that write a network down whole, ONNX and `torch.export`: their operators become ours, their numbers a weights file.

use anyhow::Result;
use std::path::Path;
use valleyscope_checkpoint::{Contents, Kind, Network};
use valleyscope_engine::model::program::translate;
use valleyscope_exchange::{Layout, Program};

/// The name of the weights file in the folder.
const FILE: &str = "network.safetensors";

/// Reads such a file and writes what it holds into a folder.
///
/// # Errors
/// Names what in it is not known or damaged.
pub(super) fn convert(path: &Path, kind: Kind, into: &Path) -> Result<Contents> {
    let program = Program::read(path)?;
    let translated = translate(&program)?;
    translated.write(&into.join(FILE))?;
    let mut facts = Vec::new();
    if program.layout == Layout::Nhwc {
        facts.push(("layout".to_owned(), "height, width, channels".to_owned()));
    }
    Ok(Contents {
        kind: kind.describe().to_owned(),
        networks: vec![Network {
            label: String::new(),
            file: FILE.to_owned(),
            tensors: translated.tensors.len(),
            modules: Vec::new(),
            scaling: None,
        }],
        passed_over: program.notes,
        facts,
    })
}
