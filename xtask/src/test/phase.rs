//! The phases, in their order: what is cheap or prepares the rest comes first.

use anyhow::Result;

use super::Part::{self, Browser, Lint, Rust, Web};
use super::count::Count;
use super::{Options, browser, elsewhere, lint, native, waiting};
use crate::{setup, size, web};

pub struct Phase {
    pub name: &'static str,
    /// The values of `--only` that include it; a phase without any is asked for by an option of its own.
    pub parts: &'static [Part],
    pub work: fn() -> Result<Count>,
}

impl Phase {
    pub fn is_chosen(&self, options: &Options) -> bool {
        if self.parts.is_empty() {
            return options.without_data;
        }
        options.only.is_none_or(|only| self.parts.contains(&only))
    }
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
    phase("a copy elsewhere", &[Lint], elsewhere::xtask),
    phase("tests", &[Rust], native::tests),
    phase("documentation tests", &[Rust], native::doc_tests),
    phase("browser tests", &[Browser], browser::tests),
    phase("tests without data", &[], waiting::without_data),
];

const fn phase(name: &'static str, parts: &'static [Part], work: fn() -> Result<Count>) -> Phase {
    Phase { name, parts, work }
}

/// Something that passes or fails as a whole counts as one test.
pub fn one_check(work: impl FnOnce() -> Result<()>) -> Result<Count> {
    work().map(|()| Count::PASSED)
}
