//! The fields of what can be asked for: their limits, defaults and help.

use super::spec::measure_ids;
use super::{ALL, CurvatureMeasureInfo, CurvatureSpec};
use crate::field::{Choice, Field, Kind};
use serde::{Deserialize, Serialize};

/// What can be asked for, to make a form of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CurvatureCatalog {
    /// The measures.
    pub measures: Vec<CurvatureMeasureInfo>,
    /// The fields beside layers and points, which depend on the run.
    pub fields: Vec<Field>,
}

impl Default for CurvatureCatalog {
    fn default() -> Self {
        Self {
            measures: ALL.iter().map(|measure| (*measure).into()).collect(),
            fields: fields(),
        }
    }
}

/// 16 probes make a standard error, and Hutch++ takes two products more for the smallest subspace.
const LEAST_PROBES: u64 = 18;

fn whole(min: u64, max: u64) -> Kind {
    Kind::Integer { min, max }
}

fn number(min: f64, max: f64) -> Kind {
    Kind::Number { min, max }
}

fn choice<'a>(options: impl IntoIterator<Item = (&'a str, &'a str)>) -> Kind {
    let option = |(id, title): (&str, &str)| Choice {
        id: id.to_owned(),
        title: title.to_owned(),
    };
    Kind::Choice {
        options: options.into_iter().map(option).collect(),
    }
}

/// Every field but the layers and points, in the order of a form. Their defaults are those of [`CurvatureSpec::default`].
pub fn fields() -> Vec<Field> {
    let defaults = serde_json::to_value(CurvatureSpec::default()).unwrap_or_default();
    let field = |id: &str, title: &str, help: &str, kind: Kind| {
        let default = defaults.get(id).cloned().unwrap_or_default();
        Field::new(id, title, help, kind, default)
    };
    let estimators = [
        (
            "parted",
            "Class by class, exact where only rectifiers and averages follow the layer",
        ),
        ("hutchinson", "Hutchinson: random signs"),
        (
            "hutch_plus_plus",
            "Hutch++: the largest directions exactly, the rest by random signs",
        ),
    ];
    vec![
        field("measures", "Measures", "What is computed.", choice(measure_ids())).several(),
        field("examples", "Examples", "Of how many of the run's first examples.", whole(1, 1024)),
        field("pass", "Pass", "Of which pass of the run, from 0; of the first with the largest epsilon where none is given.", whole(0, 10_000)),
        field("relative_error", "Relative error", "An estimate with random probes stops once its standard error is this share of it.", number(0.001, 1.0)),
        field("most_probes", "Most probes", "It stops after so many probes in any case; what error is left stands beside the number.", whole(LEAST_PROBES, 100_000)),
        field("estimator", "Estimator", "How a trace is estimated.", choice(estimators)),
        field("lanczos_steps", "Lanczos steps", "The most steps that are taken for one eigenvalue.", whole(2, 1000)).advanced(),
        field("tolerance", "Tolerance", "An eigenvalue is taken once its residual is this share of it.", number(1e-8, 0.5)).advanced(),
        field("rho", "Radius ρ", "The length of SAM's step, in the units of the weights; adaptive: relative to each weight.", number(1e-6, 100.0)),
        field("adaptive", "Adaptive", "Whether the length of SAM's step counts relative to each weight (ASAM).", Kind::Flag),
        field("relative", "Relative radius ξ", "The length of the random and worst-case changes of the weights, as a share of the layer's norm.", number(1e-6, 10.0)),
        field("draws", "Draws", "How many random changes average-case flatness draws, and how many steps worst-case flatness takes.", whole(2, 10_000)),
        field("density_steps", "Density steps", "The steps of Lanczos from each start of a spectral density.", whole(2, 1000)).advanced(),
        field("density_starts", "Density starts", "From how many random starts a spectral density is averaged.", whole(2, 1000)).advanced(),
        field("seed", "Seed", "The seed of probes, starts and draws.", whole(0, u64::MAX)).advanced(),
        field("memory", "Memory", "The most memory that it may take, in bytes; it is refused, with what it would take, where that is too little.", whole(64 << 20, 1 << 46)).advanced(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::{Norm, Scope};
    use std::collections::BTreeSet;

    #[test]
    fn every_field_is_one_of_the_document_and_its_default_is_right() {
        let given = serde_json::to_value(CurvatureSpec {
            pass: Some(0),
            ..CurvatureSpec::default()
        })
        .unwrap();
        let keys: BTreeSet<String> = given.as_object().unwrap().keys().cloned().collect();
        let mut known: BTreeSet<String> = fields().into_iter().map(|field| field.id).collect();
        known.extend(["layers", "points"].map(str::to_owned));
        assert_eq!(keys, known);
        let scope = Scope {
            norm: Norm::Linf,
            values: 0,
            classes: 0,
        };
        for field in fields() {
            assert_eq!(field.check(&field.default, &scope), Ok(()), "{}", field.id);
        }
    }
}
