//! What is asked for, as options of a command: one for each field, and one each for layers and points.

use anyhow::{Result, anyhow};
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};
use serde_json::{Map, Value};
use valleyscope_shared::curvature::{CurvatureSpec, fields};
use valleyscope_shared::field::{Field, Kind};

/// The options that were given, by the ids of their fields.
#[derive(Clone, Debug, Default)]
pub struct Wanted(Map<String, Value>);

/// The fields that depend on the run.
const PLACES: [(&str, &str, &str); 2] = [
    (
        "layers",
        "NAMES",
        "Layers by their names, with commas between them: all is every one with weights, network all weights together [default: all]",
    ),
    (
        "points",
        "STEPS",
        "marks (clean, first flip, peak and end of each example), all, or recorded steps with commas between them [default: marks]",
    ),
];

impl Wanted {
    /// What is asked for.
    ///
    /// # Errors
    /// A value is none that its option has.
    pub fn spec(&self) -> Result<CurvatureSpec> {
        let text = Value::Object(self.0.clone()).to_string();
        CurvatureSpec::from_json(&text).map_err(|problem| {
            let error = |at: &valleyscope_shared::problem::FieldError| {
                let name = at.path.split('[').next().unwrap_or_default();
                format!("--{}: {}", name.replace('_', "-"), at.message)
            };
            let all: Vec<String> = problem.errors.iter().map(error).collect();
            anyhow!(all.join("\n"))
        })
    }
}

impl Args for Wanted {
    fn augment_args(command: Command) -> Command {
        let command = PLACES
            .into_iter()
            .fold(command, |command, (id, what, help)| {
                let places = Arg::new(id).long(id).value_name(what).help(help);
                command.arg(places)
            });
        fields()
            .into_iter()
            .fold(command, |command, field| command.arg(option(field)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// The option of a field. Names of options live as long as the program.
fn option(field: Field) -> Arg {
    let default = match &field.default {
        Value::Null => String::new(),
        Value::Array(list) => format!(" [default: {}]", listed(list)),
        Value::String(text) => format!(" [default: {text}]"),
        other => format!(" [default: {other}]"),
    };
    let choices = match &field.kind {
        Kind::Choice { options } => {
            let ids: Vec<_> = options.iter().map(|option| option.id.as_str()).collect();
            format!(
                " One of {}{}",
                ids.join(", "),
                if field.several {
                    ", or several with commas between them."
                } else {
                    "."
                }
            )
        }
        _ => String::new(),
    };
    let what: &'static str = match &field.kind {
        Kind::Integer { .. } => "N",
        Kind::Flag => "true|false",
        Kind::Choice { .. } => "NAME",
        _ => "NUMBER",
    };
    let long: &'static str = field.id.replace('_', "-").leak();
    let id: &'static str = field.id.leak();
    let argument = Arg::new(id)
        .long(long)
        .value_name(what)
        .allow_negative_numbers(true)
        .help(format!("{}{choices}{default}", field.help));
    match field.kind {
        Kind::Flag => argument.num_args(0..=1).default_missing_value("true"),
        _ => argument,
    }
}

fn listed(list: &[Value]) -> String {
    let texts: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
    texts.join(",")
}

impl FromArgMatches for Wanted {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = |id: &str| matches.get_one::<String>(id).cloned();
        let mut values = Map::new();
        for field in fields() {
            if let Some(text) = given(&field.id) {
                values.insert(field.id.clone(), value(&field, &text));
            }
        }
        if let Some(text) = given("layers") {
            values.insert("layers".to_owned(), parts(&text).map(Value::from).collect());
        }
        if let Some(text) = given("points") {
            let steps: Option<Vec<u32>> = parts(&text).map(|step| step.parse().ok()).collect();
            let points = steps.map_or_else(|| Value::from(text.as_str()), Value::from);
            values.insert("points".to_owned(), points);
        }
        Ok(Self(values))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim)
}

/// What was given for a field; a text that is no number is told as such by whoever reads it.
fn value(field: &Field, text: &str) -> Value {
    match &field.kind {
        Kind::Choice { .. } if field.several => parts(text).map(Value::from).collect(),
        Kind::Choice { .. } => text.into(),
        _ => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Result<CurvatureSpec> {
        let command = Wanted::augment_args(Command::new("test").no_binary_name(true));
        let matches = command.try_get_matches_from(arguments)?;
        Wanted::from_arg_matches(&matches)?.spec()
    }

    #[test]
    fn every_field_is_an_option_and_none_is_the_default() {
        assert_eq!(read(&[]).unwrap(), CurvatureSpec::default());
        let given = [
            "--measures",
            "trace,sam",
            "--layers",
            "body,head",
            "--points",
            "0,3",
            "--rho",
            "0.1",
            "--adaptive",
            "--most-probes",
            "9",
            "--estimator",
            "hutch_plus_plus",
        ];
        let text = r#"{"measures": ["trace", "sam"], "layers": ["body", "head"], "points": [0, 3], "rho": 0.1,
            "adaptive": true, "most_probes": 9, "estimator": "hutch_plus_plus"}"#;
        assert_eq!(
            read(&given).unwrap(),
            CurvatureSpec::from_json(text).unwrap()
        );
    }

    #[test]
    fn a_wrong_value_is_told_with_its_option() {
        for (given, says) in [
            (["--most-probes", "many"], "--most-probes: "),
            (
                ["--measures", "hessian"],
                "--measures: unknown variant `hessian`",
            ),
            (["--points", "somewhere"], "--points: "),
        ] {
            let error = read(&given).unwrap_err().to_string();
            assert!(error.starts_with(says), "{error}");
        }
    }
}
