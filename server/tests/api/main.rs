//! The API from outside, with an engine of plain formulas.

#[path = "../support/mod.rs"]
mod support;

mod bad_input;
mod document;
mod live;
mod refusals;
mod results;
mod runs;
mod security;
mod session;
mod site;
mod storage;
