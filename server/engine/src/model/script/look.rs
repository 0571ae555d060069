//! What a program is, found out by running it.

use super::last::find;
use super::module::Module;
use super::{LARGEST, TorchScriptOptions};
use crate::error::Result;
use crate::file::Regular;
use crate::model::{Architecture, Found, Model, Normalisation};
use crate::origin::sha256_of;
use std::path::Path;
use tch::{Device, Kind};

/// Runs a program on pictures of this shape: how many classes it tells apart, and which of its parameters are its last layer.
/// `head` names that layer where several fit.
///
/// # Errors
/// [`Error::Apart`](crate::error::Error::Apart) in a process that does other things too,
/// [`Error::Script`](crate::error::Error::Script) where the program is no classifier whose last layer is linear.
pub fn look(file: &Path, input: [i64; 3], head: Option<&str>) -> Result<Found> {
    let (_, sha256) = sha256_of(Regular::open(file, LARGEST)?)?;
    let module = Module::load(file, &sha256, Device::Cpu, Kind::Float)?;
    let mut module = module.scaled(input, &Normalisation::default())?;
    let (weight, bias) = find(&mut module, head, input)?;
    let sizes = module.parameters.iter().map(|(_, one)| one.numel() as u64);
    let options = TorchScriptOptions {
        sha256,
        parameters: sizes.sum(),
        weight,
        bias,
    };
    let module = module.with_last(&options)?;
    module.check_gradient()?;
    Ok(Found {
        classes: module.head().bias.numel() as i64,
        architecture: Architecture::TorchScript(options),
        input_shape: input,
    })
}
