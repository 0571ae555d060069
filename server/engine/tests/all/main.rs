//! The engine from outside, as one program: each file is a subject, and linking LibTorch once is enough.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

mod bare;
mod curvature;
mod degenerate;
mod endings;
mod golden_apgd;
mod golden_attacks;
mod golden_closed_form;
mod golden_confidence;
mod golden_corruption;
mod golden_fab;
mod golden_foolbox;
mod golden_minimum_norm;
mod golden_pytorch;
mod golden_square;
mod golden_trajectory;
mod gradients;
mod guards;
mod guards_apgd;
mod guards_autoattack;
mod guards_fab;
mod guards_head;
mod guards_minimum_norm;
mod guards_run;
mod guards_square;
mod laws;
mod parts;
mod paths;
mod pgd;
mod resume;
mod runner;
mod schedule_autoattack;
mod verdict;
