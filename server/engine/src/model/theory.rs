//! What the theory needs of a model: its last layer in f64, and its Lipschitz constants.

use super::load::graph_of;
use super::{Form, ModelCard, library};
use crate::error::Result;
use crate::head::Weights;
use crate::measure::LastLayer;
use std::path::Path;
use tch::{Device, Kind};
use valleyscope_shared::theory::Sensitivity;

/// The weights of a model's last layer, where that is linear.
///
/// # Errors
/// There is no such model, or it cannot be read.
pub fn last_layer(data_dir: &Path, name: &str) -> Result<Option<Weights>> {
    let loaded = library::open(data_dir, name, Device::Cpu, Kind::Double)?;
    let head = loaded.model.head();
    match head.form {
        Form::Linear => Ok(Some(LastLayer::of(&head)?.into_weights())),
        Form::RectifiedScores => Ok(None),
    }
}

/// Upper bounds of a model's Lipschitz constants in ℓ2, with batch norms folded, which makes them tighter.
/// `on` hears how many operators of how many are done, and may stop it.
///
/// # Errors
/// There is no such model, it cannot be read, or it was stopped.
pub fn sensitivity(
    data_dir: &Path,
    name: &str,
    on: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Sensitivity> {
    if library::is_program(data_dir, name) {
        // A program's operators are its own affair.
        return Ok(Sensitivity {
            unbounded: Some("the program".to_owned()),
            ..Sensitivity::default()
        });
    }
    let (card, weights) = library::contents(data_dir, name)?;
    graph_of(&ModelCard::parse(&card)?, &weights)?
        .folded()?
        .sensitivity(on)
}
