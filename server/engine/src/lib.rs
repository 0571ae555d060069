//! The engine: models, data sets, attacks and flatness measures on LibTorch.

pub mod attack;
pub mod ball;
pub mod catalog;
pub mod check;
pub mod curvature;
pub mod data;
pub mod device;
pub mod durable;
pub mod error;
mod file;
pub mod graph;
pub mod loss;
pub mod measure;
pub mod model;
pub mod name;
pub mod noise;
pub mod origin;
pub mod prediction;
pub mod run;
pub mod train;

pub use valleyscope_head as head;
