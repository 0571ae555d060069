//! The API from outside, with an engine of plain formulas.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod archive;
mod bad_input;
mod batches;
mod curvature;
mod damaged;
mod discreet;
mod document;
mod engine;
mod figures;
mod keep;
mod listing;
mod live;
mod locked;
mod origin;
mod patience;
mod prefix;
mod refusals;
mod restart;
mod results;
mod runs;
mod said;
mod security;
mod session;
mod site;
mod storage;
mod subset;
mod theory;
mod tries;
mod worst;
