//! What a result was computed from, so that it is never shown, taken over or told as a result of something else.

use crate::spec::RunSpec;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The inputs of a run. Every entry is a SHA-256 in hexadecimal; together with the program's version they name the result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Origin {
    /// Of the weights, as `sha256sum model.safetensors` tells it.
    pub weights: String,
    /// Of the model's card, as `sha256sum model.json` tells it.
    pub card: String,
    /// Of the whole data set: shape, class names, and every image with its label.
    pub data: String,
    /// Of the selected images with their labels, in order.
    pub images: String,
    /// Of the specification, as JSON with sorted keys.
    pub spec: String,
}

/// What is there now under the names that a run gives its model and its data set; nothing where the name is gone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Current {
    /// SHA-256 of the weights and of the card.
    pub model: Option<(String, String)>,
    /// SHA-256 of the data set.
    pub data: Option<String>,
}

impl Origin {
    /// What has changed since, in sentences without their full stop; empty where the result is still one of `now`.
    pub fn changes(&self, spec: &RunSpec, now: &Current) -> Vec<String> {
        let (model, set) = (&spec.model, &spec.data.set);
        let mut changes = Vec::new();
        match &now.model {
            None => changes.push(format!("the model {model} is not there any more")),
            Some((weights, _)) if *weights != self.weights => {
                changes.push(format!("the weights of {model} have changed since"));
            }
            Some((_, card)) if *card != self.card => {
                changes.push(format!("the card of {model} has changed since"));
            }
            Some(_) => {}
        }
        match &now.data {
            None => changes.push(format!("the data set {set} is not there any more")),
            Some(data) if *data != self.data => {
                changes.push(format!("the data set {set} has changed since"));
            }
            Some(_) => {}
        }
        changes
    }

    /// Of what else than `other` a result with these inputs is, in words; nothing where both give the same result.
    pub fn difference(&self, other: &Self) -> Option<&'static str> {
        let parts = [
            (&self.weights, &other.weights, "other weights"),
            (&self.card, &other.card, "another card of the model"),
            (&self.data, &other.data, "another content of the data set"),
            (&self.images, &other.images, "other images"),
            (&self.spec, &other.spec, "another specification"),
        ];
        let differs = parts.into_iter().find(|(one, other, _)| one != other);
        differs.map(|(_, _, what)| what)
    }
}

/// A document as JSON with sorted keys and without blanks, so that its digest does not depend on how it was written.
pub fn canonical(value: &Value) -> String {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| *key);
            let field = |(key, value): (&String, &Value)| {
                format!("{}:{}", Value::from(key.as_str()), canonical(value))
            };
            let fields: Vec<_> = fields.into_iter().map(field).collect();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(list) => {
            let list: Vec<_> = list.iter().map(canonical).collect();
            format!("[{}]", list.join(","))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn origin() -> Origin {
        let of = |text: &str| text.repeat(64);
        Origin {
            weights: of("a"),
            card: of("b"),
            data: of("c"),
            images: of("d"),
            spec: of("e"),
        }
    }

    fn spec() -> RunSpec {
        let text = r#"{"model": "net", "data": {"set": "test"}, "attack": {"pgd": {}}}"#;
        RunSpec::from_json(text).unwrap()
    }

    #[test]
    fn whatever_has_changed_is_named() {
        let (origin, spec) = (origin(), spec());
        let same = Current {
            model: Some((origin.weights.clone(), origin.card.clone())),
            data: Some(origin.data.clone()),
        };
        assert!(origin.changes(&spec, &same).is_empty());
        let other = |change: fn(&mut Current)| {
            let mut now = same.clone();
            change(&mut now);
            origin.changes(&spec, &now)
        };
        fn new() -> String {
            "0".repeat(64)
        }
        assert_eq!(
            other(|now| now.model = Some((new(), new()))),
            ["the weights of net have changed since"]
        );
        assert_eq!(
            other(|now| now.model.as_mut().unwrap().1 = new()),
            ["the card of net has changed since"]
        );
        assert_eq!(
            other(|now| now.data = Some(new())),
            ["the data set test has changed since"]
        );
        assert_eq!(other(|now| *now = Current::default()).len(), 2);
    }

    #[test]
    fn every_part_makes_a_difference() {
        let fields = ["weights", "card", "data", "images", "spec"];
        let mut told = Vec::new();
        for field in fields {
            let mut other = serde_json::to_value(origin()).unwrap();
            other[field] = "0".into();
            let other: Origin = serde_json::from_value(other).unwrap();
            told.extend(origin().difference(&other));
        }
        told.dedup();
        assert_eq!(told.len(), fields.len());
        assert_eq!(origin().difference(&origin()), None);
    }

    #[test]
    fn the_canonical_form_does_not_depend_on_the_order_of_keys() {
        let of = |text: &str| canonical(&serde_json::from_str(text).unwrap());
        let text = r#"{"b": [1, {"d": null, "c": "x\"y"}], "a": 0.5}"#;
        assert_eq!(of(text), r#"{"a":0.5,"b":[1,{"c":"x\"y","d":null}]}"#);
        assert_eq!(of(text), of(r#"{"a":0.5,"b":[1,{"c":"x\"y","d":null}]}"#));
    }
}
