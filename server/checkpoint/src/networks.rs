//! The networks among the tensors of a file, by their names: a state dict may lie in others, and beside others.

use std::collections::{BTreeMap, BTreeSet};

/// What one part of a file may be: names in it, each with the name in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    /// Where it lies: `ema`, `state_dict.0`; nothing where it is all.
    pub label: String,
    /// By the names that are left.
    pub tensors: BTreeMap<String, String>,
}

/// Words under which people save a network beside other things.
const HOLDERS: [&str; 20] = [
    "_orig_mod",
    "ema",
    "ema_model",
    "ema_state_dict",
    "model",
    "model_ema",
    "model_state",
    "model_state_dict",
    "module",
    "net",
    "network",
    "params",
    "params_ema",
    "state",
    "state_dict",
    "state_dict_ema",
    "student",
    "swa_model",
    "teacher",
    "weights",
];

/// Parts of a training's state that are no network.
const TRAINING: [&str; 9] = [
    "amp",
    "grad_scaler",
    "lr_scheduler",
    "optim",
    "optimizer",
    "optimizer_state_dict",
    "sampler_indices",
    "scaler",
    "scheduler",
];

/// Deeper than anybody nests.
const DEEPEST: usize = 6;

/// More parts of one file are not looked at.
const MOST: usize = 24;

/// Everything in the file that may be a network by itself, the largest first: all of it, and what lies under a word that
/// people save networks under, or under the numbers of a list.
pub(crate) fn parts(names: impl IntoIterator<Item = String>) -> Vec<Part> {
    let tensors = names.into_iter().map(|name| (name.clone(), name)).collect();
    let mut all = Vec::new();
    collect(String::new(), tensors, 0, &mut all);
    all.truncate(MOST);
    all
}

fn collect(
    label: String,
    mut tensors: BTreeMap<String, String>,
    depth: usize,
    all: &mut Vec<Part>,
) {
    let mut label = label;
    // What all have in common tells nothing of the network.
    while let Some(common) = common(&tensors) {
        label = join(&label, &common);
        tensors = under(&tensors, &common);
    }
    let heads: BTreeSet<String> = tensors.keys().filter_map(|name| head(name)).collect();
    let of_training =
        |name: &String| head(name).is_some_and(|head| TRAINING.contains(&head.as_str()));
    tensors.retain(|name, _| !of_training(name));
    if tensors.is_empty() {
        return;
    }
    // Without what belongs to the training they may have something in common.
    if common(&tensors).is_some() && depth < DEEPEST {
        return collect(label, tensors, depth + 1, all);
    }
    let part = Part {
        label: label.clone(),
        tensors: tensors.clone(),
    };
    if !all.contains(&part) {
        all.push(part);
    }
    let numbered = heads.iter().all(|head| head.parse::<u32>().is_ok());
    for head in heads {
        let inside = under(&tensors, &head);
        // A layer of a list has its weight at once; a network in a list has layers.
        let layers = inside.keys().all(|name| name.contains('.'));
        let may = HOLDERS.contains(&head.as_str()) || (numbered && layers);
        if may && inside.len() > 1 && depth < DEEPEST {
            collect(join(&label, &head), inside, depth + 1, all);
        }
    }
}

fn join(label: &str, part: &str) -> String {
    match label.is_empty() {
        true => part.to_owned(),
        false => format!("{label}.{part}"),
    }
}

fn head(name: &str) -> Option<String> {
    let (head, _) = name.split_once('.')?;
    Some(head.to_owned())
}

/// The first part that all names share, where every name has two more.
fn common(tensors: &BTreeMap<String, String>) -> Option<String> {
    let first = head(tensors.keys().next()?)?;
    let shared = |name: &String| {
        let (own, rest) = name.split_once('.')?;
        (own == first && rest.contains('.')).then_some(())
    };
    tensors
        .keys()
        .all(|name| shared(name).is_some())
        .then_some(first)
}

fn under(tensors: &BTreeMap<String, String>, head: &str) -> BTreeMap<String, String> {
    let inside = |(name, full): (&String, &String)| {
        let (own, rest) = name.split_once('.')?;
        (own == head).then(|| (rest.to_owned(), full.clone()))
    };
    tensors.iter().filter_map(inside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(names: &[&str]) -> Vec<(String, Vec<String>)> {
        let parts = parts(names.iter().map(|name| (*name).to_owned()));
        let own = |part: Part| (part.label, part.tensors.into_keys().collect());
        parts.into_iter().map(own).collect()
    }

    fn one(label: &str, names: &[&str]) -> (String, Vec<String>) {
        (
            label.to_owned(),
            names.iter().map(|name| (*name).to_owned()).collect(),
        )
    }

    #[test]
    fn a_bare_state_dict_is_one_network() {
        let names = ["conv1.weight", "fc.bias", "fc.weight"];
        assert_eq!(labels(&names), [one("", &names)]);
    }

    #[test]
    fn wrappers_are_taken_off() {
        let found = labels(&["net.module.conv1.weight", "net.module.fc.weight"]);
        assert_eq!(found, [one("net.module", &["conv1.weight", "fc.weight"])]);
    }

    #[test]
    fn what_belongs_to_the_training_is_no_network() {
        let found = labels(&[
            "model.conv1.weight",
            "model.fc.weight",
            "optimizer.state.0.momentum_buffer",
        ]);
        assert_eq!(found, [one("model", &["conv1.weight", "fc.weight"])]);
    }

    #[test]
    fn averaged_weights_are_offered_beside_the_plain_ones() {
        let found = labels(&[
            "ema.conv1.weight",
            "ema.fc.weight",
            "state_dict.conv1.weight",
            "state_dict.fc.weight",
        ]);
        let labels: Vec<&str> = found.iter().map(|(label, _)| label.as_str()).collect();
        assert_eq!(labels, ["", "ema", "state_dict"]);
    }

    #[test]
    fn networks_in_a_list_are_told_apart_and_layers_are_not() {
        let found = labels(&[
            "state_dict.0.0.weight",
            "state_dict.0.2.weight",
            "state_dict.1.0.weight",
            "state_dict.1.2.weight",
        ]);
        let labels: Vec<&str> = found.iter().map(|(label, _)| label.as_str()).collect();
        assert_eq!(labels, ["state_dict", "state_dict.0", "state_dict.1"]);
        let names = ["0.weight", "2.weight", "5.weight"];
        assert_eq!(self::labels(&names), [one("", &names)]);
    }

    #[test]
    fn a_layer_that_is_called_as_a_holder_stays_part_of_the_whole() {
        let found = labels(&["fc.weight", "model.0.weight", "model.3.weight"]);
        assert_eq!(
            found[0],
            one("", &["fc.weight", "model.0.weight", "model.3.weight"])
        );
    }
}
