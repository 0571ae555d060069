//! Whether a run can be done: the checks that the form, the command line and the API share.

use super::{AttackSpec, Precision, RunSpec, classes};
use crate::catalog::Catalog;
use crate::field::{Scope, check_all};
use crate::order;
use crate::problem::FieldError;

/// The most images of one run.
pub const MOST_EXAMPLES: u64 = 100_000;
/// The most images attacked at a time.
pub const MOST_BATCH: u32 = 4_096;
/// The most examples whose iterates are kept.
pub const MOST_KEPT: u32 = 10_000;
/// The most seeds of one run.
pub const MOST_SEEDS: usize = 32;

impl RunSpec {
    /// Everything wrong with the run, field by field; empty when it can be done.
    pub fn check(&self, catalog: &Catalog) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut wrong = |path: &str, message: String| {
            errors.push(FieldError {
                path: path.to_owned(),
                message,
            })
        };

        let model = catalog.models.iter().find(|model| model.id == self.model);
        let set = catalog.data_sets.iter().find(|set| set.id == self.data.set);
        if model.is_none() {
            let known: Vec<_> = catalog
                .models
                .iter()
                .map(|model| model.id.as_str())
                .collect();
            wrong(
                "model",
                format!(
                    "there is no model \"{}\"; there are {}",
                    self.model,
                    known.join(", ")
                ),
            );
        }
        if set.is_none() {
            let known: Vec<_> = catalog
                .data_sets
                .iter()
                .map(|set| set.id.as_str())
                .collect();
            wrong(
                "data.set",
                format!(
                    "there is no data set \"{}\"; there are {}",
                    self.data.set,
                    known.join(", ")
                ),
            );
        }
        // Of what cannot be used nothing more is known.
        let unusable = |id: &str, problem: &String| format!("\"{id}\" cannot be used: {problem}");
        if let Some(problem) = model.and_then(|model| model.problem.as_ref()) {
            wrong("model", unusable(&self.model, problem));
        }
        if let Some(problem) = set.and_then(|set| set.problem.as_ref()) {
            wrong("data.set", unusable(&self.data.set, problem));
        }
        let model = model.filter(|model| model.problem.is_none());
        let set = set.filter(|set| set.problem.is_none());
        if let (Some(model), Some(set)) = (model, set)
            && model.input_shape != set.shape
        {
            let message = format!(
                "\"{}\" has images of shape {:?}, but the model \"{}\" takes {:?}",
                set.id, set.shape, model.id, model.input_shape
            );
            wrong("data.set", message);
        }
        if let (Some(model), Some(set)) = (model, set)
            && !self.data.allow_other_classes
            && let Some(difference) = classes::difference(&model.classes, &set.classes)
        {
            let message = format!(
                "\"{}\" does not have the classes of the model \"{}\": {difference}. If it is meant, say \"allow_other_classes\": true in data; labels are then compared by their place",
                set.id, model.id
            );
            wrong("data.set", message);
        }
        if let Some(set) = set {
            let available = self.data.available(set);
            for (path, message) in data_errors(self, available) {
                wrong(path, message);
            }
            for error in self.data.corruption_errors(set) {
                wrong(&error.path, error.message);
            }
            if let Some(to) = self.attack.leads_to()
                && to >= available
            {
                let last = available.saturating_sub(1);
                let path = format!("attack.{}.to", self.attack.id());
                wrong(&path, format!("{to} is beyond the last image, {last}"));
            }
        }
        let classes = model.map_or(usize::MAX, |model| model.classes.len());
        if let Some(class) = self.data.class
            && class as usize >= classes
        {
            wrong(
                "data.class",
                format!(
                    "{class} is not a class from 0 to {}",
                    classes.saturating_sub(1)
                ),
            );
        }

        let info = catalog
            .attacks
            .iter()
            .find(|info| info.id == self.attack.id());
        let is_random = self.attack.random_start() || info.is_some_and(|info| info.random);
        let seeds = self.seed.list();
        if seeds.is_empty() || seeds.len() > MOST_SEEDS {
            wrong(
                "seed",
                format!("{} seeds given; give 1 to {MOST_SEEDS}", seeds.len()),
            );
        }
        if seeds.len() > 1 && !is_random {
            wrong(
                "seed",
                "several seeds make a difference only with a random start or another random attack; give one".to_owned(),
            );
        }
        if seeds
            .iter()
            .enumerate()
            .any(|(i, seed)| seeds[..i].contains(seed))
        {
            wrong("seed", "a seed is given twice".to_owned());
        }
        if !(1..=MOST_BATCH).contains(&self.batch_size) {
            wrong(
                "batch_size",
                format!("{} is not from 1 to {MOST_BATCH}", self.batch_size),
            );
        }
        if self.keep_examples > MOST_KEPT {
            wrong(
                "keep_examples",
                format!("{} is greater than {MOST_KEPT}", self.keep_examples),
            );
        }
        if !catalog.devices.contains(&self.device) {
            wrong(
                "device",
                format!(
                    "there is no device \"{}\"; there are {}",
                    self.device,
                    catalog.devices.join(", ")
                ),
            );
        }

        let device = match self.device.as_str() {
            "auto" => &catalog.auto_device,
            named => named,
        };
        if self.precision == Precision::Tf32 && !device.starts_with("cuda") {
            wrong(
                "precision",
                format!("tf32 is a GPU's, and the run is for {device}; f32 or f64 is right"),
            );
        }

        let values = model
            .map(|model| model.input_shape.iter().product())
            .unwrap_or(usize::MAX);
        let scope = Scope {
            norm: self.attack.norm(),
            values,
            classes,
        };
        errors.extend(attack_errors(self, catalog, &scope));
        errors
    }
}

fn data_errors(spec: &RunSpec, available: u64) -> Vec<(&'static str, String)> {
    let data = &spec.data;
    let mut errors = Vec::new();
    if let Some(indices) = &data.indices {
        if data.first.is_some() || data.count.is_some() {
            errors.push((
                "data.indices",
                "give either indices, or first and count".to_owned(),
            ));
        }
        if indices.is_empty() || indices.len() as u64 > MOST_EXAMPLES {
            errors.push((
                "data.indices",
                format!("{} indices given; give 1 to {MOST_EXAMPLES}", indices.len()),
            ));
        }
        if let Some(index) = indices.iter().find(|index| **index >= available) {
            errors.push((
                "data.indices",
                format!(
                    "{index} is beyond the last image, {}",
                    available.saturating_sub(1)
                ),
            ));
        }
        let mut sorted = indices.clone();
        // Every index of a data set is exact as a float.
        order::by(&mut sorted, |index| *index as f64);
        if let Some(pair) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            errors.push(("data.indices", format!("{} is given twice", pair[0])));
        }
        return errors;
    }
    let first = data.first.unwrap_or(0);
    let count = data.most();
    let filtered = data.class.is_some() || data.only_correct;
    if first >= available {
        errors.push((
            "data.first",
            format!(
                "{first} is beyond the last image, {}",
                available.saturating_sub(1)
            ),
        ));
    } else if count == 0 || count > MOST_EXAMPLES {
        errors.push((
            "data.count",
            format!("{count} is not from 1 to {MOST_EXAMPLES}"),
        ));
    } else if data.count.is_some() && !filtered && first + count > available {
        let left = available - first;
        errors.push(("data.count", format!("{count} is greater than {left}, the images from {first} on; the set has {available}")));
    }
    errors
}

/// The attack's own fields, checked through their descriptions.
fn attack_errors(spec: &RunSpec, catalog: &Catalog, scope: &Scope) -> Vec<FieldError> {
    let id = spec.attack.id();
    match catalog.attacks.iter().find(|info| info.id == id) {
        Some(info) => {
            let prefix = format!("attack.{id}");
            let parameters = spec.attack.parameters();
            let mut errors = check_all(&info.fields, &parameters, &prefix, scope);
            errors.extend(class_errors(&spec.attack, &prefix, scope.classes));
            let wrong = spec.attack.contradictions().into_iter();
            errors.extend(wrong.map(|(key, message)| FieldError {
                path: format!("{prefix}.{key}"),
                message,
            }));
            errors
        }
        None => {
            let known: Vec<_> = catalog
                .attacks
                .iter()
                .map(|info| info.id.as_str())
                .collect();
            vec![FieldError {
                path: "attack".to_owned(),
                message: format!(
                    "there is no attack \"{id}\"; there are {}",
                    known.join(", ")
                ),
            }]
        }
    }
}

/// What asks for more classes than the model has.
fn class_errors(attack: &AttackSpec, prefix: &str, classes: usize) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, message: String| {
        errors.push(FieldError {
            path: format!("{prefix}.{field}"),
            message,
        })
    };
    let targets = attack
        .get("target_classes")
        .and_then(|value| value.as_u64());
    let others = classes.saturating_sub(1);
    if let Some(targets) = targets
        && targets > others as u64
    {
        wrong(
            "target_classes",
            format!(
                "{targets} is greater than {others}, the classes of the model that are wrong for an image"
            ),
        );
    }
    let targeted = targets.is_some() || attack.target().is_some();
    let least = if targeted { 4 } else { 3 };
    let is_ratio = attack.get("loss").and_then(|value| value.as_str()) == Some("dlr");
    if is_ratio && classes < least {
        wrong(
            "loss",
            format!(
                "dlr needs {least} classes here and the model has {classes}; take cross_entropy"
            ),
        );
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attack_that_needs_more_classes_than_there_are_is_refused_at_its_field() {
        let paths = |spec: &AttackSpec, classes: usize| -> Vec<String> {
            let errors = class_errors(spec, "attack", classes);
            errors.into_iter().map(|error| error.path).collect()
        };
        let targets = AttackSpec::new("apgd_t", []);
        assert!(paths(&targets, 10).is_empty());
        assert_eq!(paths(&targets, 9), ["attack.target_classes"]);
        assert_eq!(
            paths(&targets.with("target_classes", 2), 3),
            ["attack.loss"]
        );
        let ratio = AttackSpec::new("apgd", [("loss", "dlr".into())]);
        assert!(paths(&ratio, 3).is_empty());
        assert_eq!(paths(&ratio, 2), ["attack.loss"]);
        assert_eq!(paths(&ratio.with("target", 1), 3), ["attack.loss"]);
        assert!(paths(&AttackSpec::new("apgd", []), 2).is_empty());
    }
}
