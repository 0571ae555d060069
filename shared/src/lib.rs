//! What the server, the browser, the command line and the API's documentation agree on.
//!
//! An experiment is data: a [`spec::RunSpec`] says what to do, a list of [`event::Frame`]s says what happened,
//! and everything drawn is a fold over them.
//! This crate does no input or output, reads no clock, touches no tensor and never panics on input.

pub mod adding;
pub mod amount;
pub mod api;
pub mod batch;
pub mod catalog;
pub mod chart;
pub mod csv;
pub mod curvature;
pub mod data;
pub mod definition;
#[cfg(test)]
mod documents;
pub mod ending;
pub mod event;
pub mod field;
pub mod finding;
pub mod fit;
#[cfg(any(test, feature = "formula"))]
pub mod formula;
pub mod landscape;
pub mod latex;
pub mod listing;
pub mod measure;
pub mod names;
mod newer;
pub mod num;
pub mod order;
pub mod origin;
pub mod palette;
pub mod problem;
pub mod readings;
pub mod remedy;
pub mod route;
pub mod run;
pub mod runner;
pub mod script;
pub mod series;
pub mod spec;
pub mod statistic;
pub mod subset;
pub mod text;
pub mod theory;
pub mod valley;
pub mod verdict;
pub mod words;
