//! Choices that JSON names by a text.

use super::{FromValue, Part};
use crate::event::Outcome;
use crate::field::Norm;
use crate::measure::Measure;
use crate::run::Phase;
use crate::spec::{Precision, Profile};
use crate::valley::Population;

impl Part<'_> {
    /// The text that names a choice; empty where there is none.
    pub(super) fn name(&self) -> &str {
        self.value.as_str().unwrap_or_default()
    }
}

/// The names are those that serde gives; the tests hold both against each other.
macro_rules! choices {
    ($($type:ident { $($name:literal $variant:ident),* })*) => {
        $(impl FromValue for $type {
            fn from_value(part: &Part<'_>) -> Self {
                // A forgotten one does not compile.
                let _ = |known: Self| match known {
                    $(Self::$variant => (),)*
                };
                match part.name() {
                    $($name => Self::$variant,)*
                    _ => {
                        part.refuse("a choice that is known");
                        Self::default()
                    }
                }
            }
        })*
    };
}

choices! {
    Norm { "linf" Linf, "l2" L2, "l1" L1 }
    Population { "right" Right, "all" All }
    Precision { "f32" F32, "tf32" Tf32, "f64" F64 }
    Profile { "reference" Reference, "as_published" AsPublished, "own" Own }
}

impl FromValue for Phase {
    fn from_value(part: &Part<'_>) -> Self {
        Self::from_id(part.name()).unwrap_or_else(|| {
            part.refuse("a phase");
            Self::Queued
        })
    }
}

impl FromValue for Outcome {
    fn from_value(part: &Part<'_>) -> Self {
        match Phase::from_value(part) {
            Phase::Finished => Self::Finished,
            Phase::Cancelled => Self::Cancelled,
            Phase::Interrupted => Self::Interrupted,
            Phase::Failed => Self::Failed,
            Phase::Queued | Phase::Running => {
                part.refuse("the phase of a run that ended");
                Self::Failed
            }
        }
    }
}

impl FromValue for Measure {
    fn from_value(part: &Part<'_>) -> Self {
        Self::from_id(part.name()).unwrap_or_else(|| {
            part.refuse("a measure");
            Self::Loss
        })
    }
}
