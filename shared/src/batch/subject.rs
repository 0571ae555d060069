//! What a batch's results are about, in words: models, images, seeds and settings.

use super::BatchSpec;
use crate::catalog::Catalog;
use crate::spec::DataSpec;

/// The most indices that are told one by one.
const MOST_TOLD: usize = 12;

impl BatchSpec {
    /// Of what the results are, as pairs of a name and words; models and data set by their titles where the catalogue has them.
    pub fn subject(&self, catalog: Option<&Catalog>) -> Vec<(&'static str, String)> {
        let model = |id: &String| {
            let known = catalog.and_then(|catalog| catalog.model(id));
            known.map_or_else(|| id.clone(), |model| model.title.clone())
        };
        let models: Vec<String> = self.models.iter().map(model).collect();
        let set = catalog.and_then(|catalog| catalog.data_set(&self.data.set));
        let set = self.data.title(set);
        let seeds: Vec<String> = self.seed.list().iter().map(u64::to_string).collect();
        let precision = self.precision.words();
        let named = |one, many, list: &[String]| if list.len() == 1 { one } else { many };
        vec![
            (named("Model", "Models", &models), models.join(", ")),
            ("Data set", set),
            ("Images", images(&self.data, catalog)),
            (named("Seed", "Seeds", &seeds), seeds.join(", ")),
            (
                "Settings",
                format!(
                    "{precision}, batches of {}, device {}{}",
                    self.batch_size,
                    self.device,
                    match self.trace.is_on() {
                        true => "",
                        false => ", verdict alone",
                    }
                ),
            ),
        ]
    }
}

/// Which images, in words: `24, from image 0 on, only those that are right`.
pub(crate) fn images(data: &DataSpec, catalog: Option<&Catalog>) -> String {
    let mut words = match &data.indices {
        Some(indices) if indices.len() <= MOST_TOLD => {
            let indices: Vec<String> = indices.iter().map(u64::to_string).collect();
            format!("{}, chosen by index: {}", indices.len(), indices.join(", "))
        }
        Some(indices) => format!("{}, chosen by index", indices.len()),
        None => format!("{}, from image {} on", data.most(), data.first.unwrap_or(0)),
    };
    if let Some(corruption) = &data.corruption {
        words += &format!(", under {}", corruption.replace('_', " "));
    }
    if let Some(severity) = data.severity {
        words += &format!(", severity {severity}");
    }
    if let Some(class) = data.class {
        let set = catalog.and_then(|catalog| catalog.data_set(&data.set));
        let name = set.and_then(|set| set.classes.get(class as usize));
        let name = name.map_or_else(|| class.to_string(), |name| format!("{class} ({name})"));
        words += &format!(", only those of class {name}");
    }
    if data.only_correct {
        words += ", only those that are right without an attack";
    }
    if data.allow_other_classes {
        words += ", with classes compared by their place";
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn everything_that_a_number_depends_on_is_told() {
        let spec = json!({
            "models": ["a", "b"], "attacks": [{ "pgd": {} }], "seed": [1, 2], "batch_size": 32,
            "data": { "set": "s", "first": 10, "count": 24, "class": 3, "only_correct": true },
        });
        let spec = BatchSpec::from_json(&spec.to_string()).unwrap();
        let told = spec.subject(None);
        let expected = [
            ("Models", "a, b"),
            ("Data set", "s"),
            (
                "Images",
                "24, from image 10 on, only those of class 3, only those that are right without an attack",
            ),
            ("Seeds", "1, 2"),
            ("Settings", "single precision, batches of 32, device auto"),
        ];
        assert_eq!(told, expected.map(|(name, words)| (name, words.to_owned())));
        let mut some = spec.clone();
        some.data.indices = Some(vec![7, 3]);
        assert!(
            some.subject(None)[2]
                .1
                .starts_with("2, chosen by index: 7, 3, only")
        );
    }
}
