//! Whether what is asked for can be done: the checks that the form, the command line and the API share.

use super::{CurvatureLayer, CurvatureSpec, Layers, NETWORK, Points, fields};
use crate::event::Started;
use crate::field::{Norm, Scope};
use crate::problem::FieldError;

impl CurvatureSpec {
    /// Everything wrong with it for a run that began like this with a model of these layers, field by field.
    pub fn check(&self, layers: &[CurvatureLayer], started: &Started) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut wrong = |path: String, message: String| errors.push(FieldError { path, message });
        let given = serde_json::to_value(self).unwrap_or_default();
        let scope = Scope {
            norm: Norm::Linf,
            values: 0,
            classes: 0,
        };
        for field in fields() {
            let value = given.get(&field.id).unwrap_or(&serde_json::Value::Null);
            if let Err(message) = field.check(value, &scope) {
                wrong(field.id, message);
            }
        }
        let passes = started.seeds.len();
        if let Some(pass) = self.pass.filter(|pass| *pass >= passes) {
            let most = passes.saturating_sub(1);
            wrong(
                "pass".to_owned(),
                format!("there is no pass {pass}; the run has 0 to {most}"),
            );
        }
        let names = self.layers.list();
        if names.is_empty() {
            wrong(
                "layers".to_owned(),
                "no layer is named; \"all\" is every one with weights".to_owned(),
            );
        }
        for (place, name) in names.iter().enumerate() {
            let path = match &self.layers {
                Layers::One(_) => "layers".to_owned(),
                Layers::Many(_) => format!("layers[{place}]"),
            };
            let known = ["all", NETWORK].contains(&name.as_str())
                || layers.iter().any(|layer| layer.name == *name);
            let twice = names[..place].contains(name)
                || (names.iter().any(|other| other == "all")
                    && layers.iter().any(|layer| layer.name == *name));
            if !known {
                wrong(path, no_layer(name, layers));
            } else if twice {
                wrong(path, format!("\"{name}\" is given twice"));
            }
        }
        if let Points::Steps(steps) = &self.points {
            if steps.is_empty() {
                wrong(
                    "points".to_owned(),
                    "no step is named; give steps, \"marks\" or \"all\"".to_owned(),
                );
            }
            for (place, step) in steps.iter().enumerate() {
                let path = format!("points[{place}]");
                let recorded = &started.axis.steps;
                if !recorded.contains(step) {
                    wrong(path, not_recorded(*step, recorded));
                } else if steps[..place].contains(step) {
                    wrong(path, format!("step {step} is given twice"));
                }
            }
        }
        errors
    }
}

/// How many names an error lists.
const LISTED: usize = 12;

fn no_layer(name: &str, layers: &[CurvatureLayer]) -> String {
    let listed = layers.iter().take(LISTED).map(|layer| layer.name.as_str());
    let listed = listed.collect::<Vec<_>>().join(", ");
    let more = match layers.len().saturating_sub(LISTED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!(
        "there is no layer \"{name}\" with weights; there are {listed}{more}, and \"{NETWORK}\" for all weights together"
    )
}

fn not_recorded(step: u32, recorded: &[u32]) -> String {
    let near = recorded.iter().min_by_key(|known| known.abs_diff(step));
    let last = recorded.last().copied().unwrap_or(0);
    match near {
        Some(near) if *near != last => {
            format!("step {step} is not recorded; the nearest that is is {near}, the last {last}")
        }
        _ => format!("step {step} is not recorded; the last that is is {last}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readings::Axis;
    use crate::spec::Precision;

    fn started() -> Started {
        Started {
            device: "cpu".into(),
            precision: Precision::F32,
            made_by: "test".into(),
            origin: None,
            axis: Axis::new(5, false),
            seeds: vec![1, 2],
            epsilons: vec![],
            norm: None,
            bounded: false,
            smallest: None,
            profile: None,
            examples: 9,
            total: 108,
            memory: 0,
            kept_bytes: 0,
            notes: vec![],
        }
    }

    fn layers() -> Vec<CurvatureLayer> {
        let layer = |name: &str| CurvatureLayer {
            name: name.to_owned(),
            kind: "linear".to_owned(),
            shape: vec![4, 2],
            parameters: 8,
        };
        ["one", "two"].map(layer).to_vec()
    }

    fn wrong(text: &str) -> Vec<(String, String)> {
        match CurvatureSpec::from_json(text) {
            Ok(spec) => spec.check(&layers(), &started()),
            Err(problem) => problem.errors,
        }
        .into_iter()
        .map(|error| (error.path, error.message))
        .collect()
    }

    #[test]
    fn what_is_left_out_has_its_default_and_is_right() {
        assert_eq!(wrong("{}"), []);
        let spec = CurvatureSpec::from_json("{}").unwrap();
        let whole = spec.resolved(&layers(), &started());
        assert_eq!(whole.layers.list(), ["one", "two"]);
        assert_eq!((whole.pass, whole.examples), (Some(0), 9));
        assert_eq!(wrong(&serde_json::to_string(&whole).unwrap()), []);
        assert_eq!(
            wrong(r#"{"layers": ["all", "network"], "points": [0, 5]}"#),
            []
        );
    }

    #[test]
    fn every_bad_value_is_named_with_its_field() {
        for (text, path, says) in [
            (r#"{"rho": 0}"#, "rho", "0 is not a number from"),
            (r#"{"rho": -0.5}"#, "rho", "-0.5 is not a number from"),
            (r#"{"rho": "x"}"#, "rho", "expected a number"),
            (
                r#"{"layers": "head"}"#,
                "layers",
                "there is no layer \"head\" with weights; there are one, two",
            ),
            (
                r#"{"layers": ["one", "head"]}"#,
                "layers[1]",
                "there is no layer",
            ),
            (r#"{"layers": ["one", "one"]}"#, "layers[1]", "given twice"),
            (r#"{"layers": ["all", "one"]}"#, "layers[1]", "given twice"),
            (r#"{"layers": []}"#, "layers", "no layer is named"),
            (r#"{"layers": 3}"#, "layers", "a layer's name"),
            (
                r#"{"points": [7]}"#,
                "points[0]",
                "step 7 is not recorded; the last that is is 5",
            ),
            (r#"{"points": [2, 2]}"#, "points[1]", "given twice"),
            (r#"{"points": []}"#, "points", "no step is named"),
            (r#"{"points": "some"}"#, "points", "\"marks\", \"all\""),
            (r#"{"pass": 2}"#, "pass", "the run has 0 to 1"),
            (r#"{"examples": 0}"#, "examples", "0 is less than 1"),
            (
                r#"{"relative_error": 0}"#,
                "relative_error",
                "is not a number from",
            ),
            (
                r#"{"relative_error": 2}"#,
                "relative_error",
                "is not a number from",
            ),
            (r#"{"most_probes": 1}"#, "most_probes", "1 is less than 18"),
            (
                r#"{"most_probes": -1}"#,
                "most_probes",
                "whole number from 0",
            ),
            (r#"{"estimator": "exact"}"#, "estimator", "hutch_plus_plus"),
            (
                r#"{"lanczos_steps": 1}"#,
                "lanczos_steps",
                "1 is less than 2",
            ),
            (r#"{"tolerance": 0}"#, "tolerance", "is not a number from"),
            (r#"{"relative": 0}"#, "relative", "is not a number from"),
            (r#"{"draws": 1}"#, "draws", "1 is less than 2"),
            (
                r#"{"density_steps": 100000}"#,
                "density_steps",
                "is greater than",
            ),
            (
                r#"{"density_starts": 1}"#,
                "density_starts",
                "1 is less than 2",
            ),
            (r#"{"memory": 5}"#, "memory", "5 is less than"),
            (r#"{"measures": []}"#, "measures", "0 values given"),
            (
                r#"{"measures": ["trace", "trace"]}"#,
                "measures",
                "given twice",
            ),
            (
                r#"{"measures": ["hessian"]}"#,
                "measures[0]",
                "unknown variant `hessian`",
            ),
            (r#"{"rhoo": 1}"#, "rhoo", "unknown field"),
        ] {
            let found = wrong(text);
            assert_eq!(found.len(), 1, "{text}: {found:?}");
            assert_eq!(found[0].0, path, "{text}: {found:?}");
            assert!(found[0].1.contains(says), "{text}: {found:?}");
        }
    }

    #[test]
    fn columns_are_layer_by_layer_and_the_example_last() {
        let text = r#"{"measures": ["input_cure", "trace", "density", "sam"], "layers": ["two", "network"]}"#;
        let spec = CurvatureSpec::from_json(text).unwrap();
        let columns = spec.columns().into_iter();
        let columns: Vec<_> = columns
            .map(|column| format!("{} {}", column.layer, column.measure.id()))
            .collect();
        assert_eq!(
            columns,
            [
                "two trace",
                "two sam",
                "network trace",
                "network sam",
                "input input_cure"
            ]
        );
    }
}
