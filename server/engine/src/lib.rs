//! The engine: models, data sets, attacks and flatness measures on LibTorch.

pub mod data;
pub mod error;
pub mod model;
pub mod train;
