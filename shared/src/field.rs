//! Descriptions of the fields of a run: the one truth behind validation, the form, the help and the schema.

use crate::amount::{Amount, NotAnAmount};
use crate::problem::FieldError;
use crate::spec::attack::Target;
use serde::{Deserialize, Serialize};

/// The norms in which a perturbation is bounded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Norm {
    /// The largest change of any one value.
    #[default]
    Linf,
    /// The Euclidean length of the change.
    L2,
    /// The sum of all changes.
    L1,
}

impl Norm {
    /// The largest useful epsilon: the norm's diameter of the unit cube of `values` values (linf 1, l2 sqrt(d), l1 d).
    pub fn diameter(self, values: usize) -> f64 {
        match self {
            Self::Linf => 1.0,
            Self::L2 => (values as f64).sqrt(),
            Self::L1 => values as f64,
        }
    }

    /// The measure of a perturbation's length in this norm.
    pub fn measure(self) -> crate::measure::Measure {
        match self {
            Self::Linf => crate::measure::Measure::Linf,
            Self::L2 => crate::measure::Measure::L2,
            Self::L1 => crate::measure::Measure::L1,
        }
    }

    /// The norm as it is written in JSON.
    pub fn id(self) -> &'static str {
        match self {
            Self::Linf => "linf",
            Self::L2 => "l2",
            Self::L1 => "l1",
        }
    }

    /// The norm of this name in JSON.
    pub fn of_id(id: &str) -> Option<Self> {
        [Self::Linf, Self::L2, Self::L1]
            .into_iter()
            .find(|norm| norm.id() == id)
    }
}

/// One choice of a field with few possible values.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Choice {
    /// The value in JSON.
    pub id: String,
    /// The value in words.
    pub title: String,
}

/// What kind of value a field takes, with its limits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case", tag = "type")]
pub enum Kind {
    /// A length in pixel units, a number or a fraction, from `min` (exclusive if `above`) up to the norm's diameter.
    Length {
        /// The smallest value.
        min: f64,
        /// Whether `min` itself is refused.
        above: bool,
    },
    /// A whole number from `min` to `max`.
    Integer {
        /// The smallest value.
        min: u64,
        /// The largest value.
        max: u64,
    },
    /// A number from `min` to `max`.
    Number {
        /// The smallest value.
        min: f64,
        /// The largest value.
        max: f64,
    },
    /// Yes or no.
    Flag,
    /// One of a few values.
    Choice {
        /// The values in the order in which a form shows them.
        options: Vec<Choice>,
    },
    /// The index of one of the model's classes, one of the ways to choose one for each example ([`Target::WAYS`]), or nothing.
    Class,
}

/// One field of an attack's parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Field {
    /// The key in JSON.
    pub id: String,
    /// The name in words.
    pub title: String,
    /// One or two sentences on what it does.
    pub help: String,
    /// Its kind and limits.
    pub kind: Kind,
    /// What holds when it is left out.
    pub default: serde_json::Value,
    /// Whether a form shows it only on demand.
    pub advanced: bool,
    /// Whether several values may be given, as a list.
    #[serde(default)]
    pub several: bool,
}

/// The most values of a field that takes several.
pub const MOST_VALUES: usize = 16;

impl Field {
    /// A field with every part given; see [`Field::advanced`] for the last.
    pub fn new(
        id: &str,
        title: &str,
        help: &str,
        kind: Kind,
        default: impl Into<serde_json::Value>,
    ) -> Self {
        Self {
            id: id.to_owned(),
            title: title.to_owned(),
            help: help.to_owned(),
            kind,
            default: default.into(),
            advanced: false,
            several: false,
        }
    }

    /// The same field, shown only on demand.
    pub fn advanced(mut self) -> Self {
        self.advanced = true;
        self
    }

    /// The same field, of which several values may be given.
    pub fn several(mut self) -> Self {
        self.several = true;
        self
    }

    /// What is wrong with `value` for this field, in words that fit beside a form field.
    ///
    /// `scope` gives what limits depend on. Absent and null values are right: the default holds.
    pub fn check(&self, value: &serde_json::Value, scope: &Scope) -> Result<(), String> {
        match value {
            serde_json::Value::Null => Ok(()),
            serde_json::Value::Array(list) if self.several => {
                if list.is_empty() || list.len() > MOST_VALUES {
                    let count = list.len();
                    return Err(format!("{count} values given; give 1 to {MOST_VALUES}"));
                }
                let twice = (1..list.len()).find(|i| list[..*i].contains(&list[*i]));
                if let Some(i) = twice {
                    return Err(format!("{} is given twice", shown(&list[i])));
                }
                list.iter().try_for_each(|value| match value.is_null() {
                    true => Err("nothing is not a value; leave it out".to_owned()),
                    false => self.check_one(value, scope),
                })
            }
            one => self.check_one(one, scope),
        }
    }

    fn check_one(&self, value: &serde_json::Value, scope: &Scope) -> Result<(), String> {
        match &self.kind {
            Kind::Length { min, above } => {
                let amount = match value {
                    serde_json::Value::String(text) => text
                        .parse()
                        .map_err(|error: NotAnAmount| error.to_string())?,
                    other => other.as_f64().map(Amount::from).ok_or_else(|| {
                        format!(
                            "{} is not a number or a fraction such as 8/255",
                            shown(other)
                        )
                    })?,
                };
                check_length(&amount, *min, *above, scope)
            }
            Kind::Integer { min, max } => match value.as_u64() {
                Some(number) if number > *max => Err(format!("{number} is greater than {max}")),
                Some(number) if number < *min => Err(format!("{number} is less than {min}")),
                Some(_) => Ok(()),
                None => Err(format!(
                    "{} is not a whole number from {min} to {max}",
                    shown(value)
                )),
            },
            Kind::Number { min, max } => match value.as_f64() {
                Some(number) if (*min..=*max).contains(&number) => Ok(()),
                _ => Err(format!(
                    "{} is not a number from {min} to {max}",
                    shown(value)
                )),
            },
            Kind::Flag => match value.is_boolean() {
                true => Ok(()),
                false => Err(format!("{} is neither true nor false", shown(value))),
            },
            Kind::Choice { options } => {
                if options
                    .iter()
                    .any(|option| value.as_str() == Some(option.id.as_str()))
                {
                    Ok(())
                } else {
                    let ids: Vec<_> = options.iter().map(|option| option.id.as_str()).collect();
                    Err(format!("{} is not one of {}", shown(value), ids.join(", ")))
                }
            }
            Kind::Class => match (Target::of(value), scope.classes) {
                (Some(Target::Class(class)), classes) if class as usize >= classes => Err(format!(
                    "{class} is not a class from 0 to {}",
                    classes.saturating_sub(1)
                )),
                (Some(_), _) => Ok(()),
                (None, classes) => Err(format!(
                    "{} is neither a class from 0 to {} nor one of {}",
                    shown(value),
                    classes.saturating_sub(1),
                    Target::WAYS.map(|(id, _)| id).join(", ")
                )),
            },
        }
    }
}

/// A value as an error names it. Written here, because serde_json's own writing of floats would bring its tables into the browser.
fn shown(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => "nothing".to_owned(),
        serde_json::Value::Bool(flag) => flag.to_string(),
        serde_json::Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(whole), _) => whole.to_string(),
            (_, Some(whole)) => whole.to_string(),
            _ => number.as_f64().unwrap_or(f64::NAN).to_string(),
        },
        serde_json::Value::String(text) => format!("{text:?}"),
        serde_json::Value::Array(_) => "a list".to_owned(),
        serde_json::Value::Object(_) => "an object".to_owned(),
    }
}

fn check_length(amount: &Amount, min: f64, above: bool, scope: &Scope) -> Result<(), String> {
    let value = amount.value();
    let max = scope.norm.diameter(scope.values);
    let shown_max = crate::amount::significant(max, 6);
    if above && value <= min {
        Err(format!("{amount} is not greater than {min}"))
    } else if value < min {
        Err(format!("{amount} is less than {min}"))
    } else if value > max {
        Err(format!(
            "{amount} is greater than {shown_max}, the largest {} distance between two images (pixels are in [0, 1])",
            scope.norm.id()
        ))
    } else {
        Ok(())
    }
}

/// What the limits of a field may depend on.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    /// The attack's norm.
    pub norm: Norm,
    /// How many values one input has (3 x 32 x 32 = 3072).
    pub values: usize,
    /// How many classes the model knows.
    pub classes: usize,
}

/// Checks every field of `fields` against the JSON object `values`; paths begin with `prefix`.
///
/// Keys that no field has are errors too.
pub fn check_all(
    fields: &[Field],
    values: &serde_json::Value,
    prefix: &str,
    scope: &Scope,
) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let Some(object) = values.as_object() else {
        return vec![FieldError {
            path: prefix.to_owned(),
            message: format!("{} is not an object of parameters", shown(values)),
        }];
    };
    for (key, value) in object {
        let path = format!("{prefix}.{key}");
        match fields.iter().find(|field| field.id == *key) {
            None => {
                let known: Vec<_> = fields.iter().map(|field| field.id.as_str()).collect();
                errors.push(FieldError {
                    path,
                    message: format!("there is no such field; there are {}", known.join(", ")),
                });
            }
            Some(field) => {
                if let Err(message) = field.check(value, scope) {
                    errors.push(FieldError { path, message });
                }
            }
        }
    }
    errors
}
