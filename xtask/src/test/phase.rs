//! The phases, in their order: what is cheap or prepares the rest comes first.

use anyhow::Result;

use super::Part::{self, Browser, Lint, Rust, Web};
use super::count::Count;
use super::{Options, Outcome, browser, elsewhere, lint, native, waiting};
use crate::{exports, setup, size, web};

pub struct Phase {
    pub name: &'static str,
    /// The values of `--only` that include it.
    pub parts: &'static [Part],
    /// The option that asks for it, of a phase that is left out without it.
    pub option: Option<fn(&Options) -> bool>,
    /// The phases without whose result this one has nothing to try.
    pub rests_on: &'static [&'static str],
    pub work: fn() -> Result<Count>,
}

impl Phase {
    pub fn is_chosen(&self, options: &Options) -> bool {
        if let Some(option) = self.option {
            return option(options);
        }
        options.only.is_none_or(|only| self.parts.contains(&only))
    }

    const fn asked_for(self, option: fn(&Options) -> bool) -> Self {
        Self {
            option: Some(option),
            ..self
        }
    }

    const fn after(self, rests_on: &'static [&'static str]) -> Self {
        Self { rests_on, ..self }
    }

    /// The phase that had to succeed before this one and did not. An old page or program may lie where it should have left a new one.
    pub fn held_up_by(&self, outcomes: &[Outcome]) -> Option<&'static str> {
        (outcomes.iter())
            .find(|outcome| outcome.count.failed > 0 && self.rests_on.contains(&outcome.name))
            .map(|outcome| outcome.name)
    }
}

pub const PHASES: &[Phase] = &[
    phase("format", &[Lint], lint::format),
    phase("setup", &[Lint, Rust, Browser], || {
        one_check(setup::for_build)
    }),
    phase("web build", &[Web, Browser], || one_check(web::build)),
    phase("size", &[Web], || one_check(size::check)).after(&["web build"]),
    phase("server build", &[Rust, Browser], native::server),
    phase("clippy", &[Lint], lint::clippy),
    phase("clippy for wasm", &[Lint], lint::clippy_for_wasm),
    phase("a copy elsewhere", &[Lint], elsewhere::xtask),
    phase("tests", &[Rust], native::tests),
    phase("documentation tests", &[Rust], native::doc_tests),
    phase("browser tests", &[Browser], browser::tests).after(&["web build", "server build"]),
    phase("exports", &[], || one_check(exports::check))
        .asked_for(|options| options.exports)
        .after(&["server build"]),
    phase("tests without data", &[], waiting::without_data)
        .asked_for(|options| options.without_data),
];

const fn phase(name: &'static str, parts: &'static [Part], work: fn() -> Result<Count>) -> Phase {
    Phase {
        name,
        parts,
        option: None,
        rests_on: &[],
        work,
    }
}

/// Something that passes or fails as a whole counts as one test.
pub fn one_check(work: impl FnOnce() -> Result<()>) -> Result<Count> {
    work().map(|()| Count::PASSED)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcomes(failed: &str) -> Vec<Outcome> {
        let outcome = |phase: &Phase| Outcome {
            name: phase.name,
            count: if phase.name == failed {
                Count::FAILED
            } else {
                Count::PASSED
            },
            seconds: 0.0,
        };
        PHASES.iter().map(outcome).collect()
    }

    #[test]
    fn pages_are_not_tried_where_none_could_be_built() {
        let browser = PHASES.iter().find(|phase| phase.name == "browser tests");
        let browser = browser.unwrap();
        assert_eq!(
            browser.held_up_by(&outcomes("web build")),
            Some("web build")
        );
        assert_eq!(browser.held_up_by(&outcomes("clippy")), None);
    }

    #[test]
    fn a_phase_rests_on_earlier_ones() {
        for (place, phase) in PHASES.iter().enumerate() {
            for name in phase.rests_on {
                assert!(
                    PHASES[..place].iter().any(|earlier| earlier.name == *name),
                    "{name}"
                );
            }
        }
    }
}
