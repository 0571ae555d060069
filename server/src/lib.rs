//! The server: a log of runs, a queue of workers, a REST API and live streams, and the command line.

pub mod api;
pub mod app;
pub mod auth;
pub mod cli;
pub mod clock;
pub mod definition;
pub mod engine;
pub mod export;
pub mod failure;
pub mod ids;
pub mod kept;
pub mod libtorch;
pub mod live;
pub mod log;
pub mod order;
pub mod page;
pub mod picture;
pub mod place;
pub mod protect;
pub mod queue;
pub mod serve;
pub mod shelf;
pub mod state;
pub mod store;
pub mod telemetry;
pub mod view;
