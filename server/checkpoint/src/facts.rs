//! What a checkpoint says of itself beside the weights: accuracies, epochs, names.

use pytorch_reader::PickleValue;

/// More facts than anybody reads.
const MOST: usize = 24;

/// Longer texts are no facts.
const LONGEST: usize = 120;

/// Numbers and short texts of the outermost dictionary, by name.
pub(crate) fn facts(root: &PickleValue) -> Vec<(String, String)> {
    let PickleValue::Dict(dict) = root else {
        return Vec::new();
    };
    let fact = |(name, value): (&String, &PickleValue)| {
        let text = match value {
            PickleValue::Bool(value) => value.to_string(),
            PickleValue::Int(value) => value.to_string(),
            PickleValue::Float(value) => value.to_string(),
            PickleValue::String(value) if value.len() <= LONGEST => value.clone(),
            _ => return None,
        };
        (name.len() <= LONGEST).then(|| (name.clone(), text))
    };
    let mut facts: Vec<(String, String)> = dict.iter().filter_map(fact).collect();
    facts.sort();
    facts.truncate(MOST);
    facts
}
