//! The phases, in their order: what is cheap or prepares the rest comes first.

use anyhow::Result;

use super::Part::{self, Browser, Lint, Rust, Web};
use super::count::Count;
use super::{browser, lint, native};
use crate::{setup, size, web};

pub struct Phase {
    pub name: &'static str,
    /// The values of `--only` that include it.
    pub parts: &'static [Part],
    pub work: fn() -> Result<Count>,
}

pub const PHASES: &[Phase] = &[
    phase("format", &[Lint], lint::format),
    phase("setup", &[Lint, Rust, Browser], || {
        one_check(setup::for_build)
    }),
    phase("web build", &[Web, Browser], || one_check(web::build)),
    phase("size", &[Web], || one_check(size::check)),
    phase("server build", &[Rust, Browser], native::server),
    phase("clippy", &[Lint], lint::clippy),
    phase("clippy for wasm", &[Lint], lint::clippy_for_wasm),
    phase("tests", &[Rust], native::tests),
    phase("documentation tests", &[Rust], native::doc_tests),
    phase("browser tests", &[Browser], browser::tests),
];

const fn phase(name: &'static str, parts: &'static [Part], work: fn() -> Result<Count>) -> Phase {
    Phase { name, parts, work }
}

/// Something that passes or fails as a whole counts as one test.
pub fn one_check(work: impl FnOnce() -> Result<()>) -> Result<Count> {
    work().map(|()| Count::PASSED)
}
