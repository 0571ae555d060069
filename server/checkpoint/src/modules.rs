//! Modules without parameters, of which a state dict tells nothing but their names: `relu`, `maxpool1`, `downsample.avg`.
//!
//! PyTorch writes the names of all modules beside the tensors, as `_metadata` with a version for each.
//! It is an attribute of the dictionary, which pytorch-reader gives as an entry.

use pytorch_reader::PickleValue;
use std::collections::BTreeSet;

/// Dictionaries within each other are looked through so far.
const DEEPEST: usize = 6;

/// More modules than any network here has; of more, none is named.
const MOST: usize = 4096;

/// Longer names say nothing.
const LONGEST: usize = 120;

/// The modules that no tensor belongs to, by their names in the file, where state dicts in it tell them.
pub(crate) fn without_parameters(root: &PickleValue, tensors: &BTreeSet<&str>) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    collect("", root, 0, &mut all);
    if all.len() > MOST {
        return BTreeSet::new();
    }
    all.retain(|module| {
        let inside = format!("{module}.");
        let first = tensors.range(inside.as_str()..).next();
        first.is_none_or(|name| !name.starts_with(&inside))
    });
    all
}

fn collect(path: &str, value: &PickleValue, depth: usize, all: &mut BTreeSet<String>) {
    if depth > DEEPEST || all.len() > MOST {
        return;
    }
    let join = |name: &str| match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    };
    match value {
        PickleValue::Dict(entries) => {
            if let Some(PickleValue::Dict(modules)) = entries.get("_metadata") {
                let names = modules.keys().filter(|name| is_plain(name));
                all.extend(names.take(MOST + 1).map(|name| join(name)));
            }
            for (name, inner) in entries {
                if name != "_metadata" {
                    collect(&join(name), inner, depth + 1, all);
                }
            }
        }
        PickleValue::List(values) => {
            for (place, inner) in values.iter().enumerate() {
                collect(&join(&place.to_string()), inner, depth + 1, all);
            }
        }
        _ => {}
    }
}

/// Whether it is a name as Python's modules have them; the network itself has none.
fn is_plain(name: &str) -> bool {
    let of_names = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    !name.is_empty() && name.len() <= LONGEST && name.chars().all(of_names)
}

/// The kinds of names among modules, for people: each is said once with how often it is there, and numbers say nothing.
pub(crate) fn in_words(modules: &[String]) -> Option<String> {
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let mut kinds: Vec<(&str, usize)> = Vec::new();
    for module in modules {
        let (before, last) = module.rsplit_once('.').unwrap_or(("", module));
        let above = before.rsplit('.').next().unwrap_or_default();
        // What stands behind a number is one of many alike; what does not, its module says: `downsample.avg`.
        let kind = match is_number(above) {
            true => last,
            false => &module[module.len() - last.len() - above.len() - 1..],
        };
        match kinds.iter_mut().find(|(own, _)| *own == kind) {
            Some((_, count)) => *count += 1,
            None if is_number(last) => {}
            None => kinds.push((kind, 1)),
        }
    }
    let said = kinds.into_iter().map(|(kind, count)| match count {
        1 => kind.to_owned(),
        many => format!("{kind} ({many})"),
    });
    let said = said.collect::<Vec<_>>().join(", ");
    let short: String = said.chars().take(LONGEST).collect();
    match (said.is_empty(), short.len() < said.len()) {
        (true, _) => None,
        (_, true) => Some(short + "…"),
        (_, false) => Some(said),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    fn dict<const N: usize>(entries: [(&str, PickleValue); N]) -> PickleValue {
        let entries = entries.map(|(name, value)| (name.to_owned(), value));
        PickleValue::Dict(HashMap::from(entries))
    }

    fn names(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn modules_are_named_by_their_place_in_the_file_and_those_with_tensors_left_out() {
        let version = || dict([("version", PickleValue::Int(1))]);
        let modules = dict([
            ("", version()),
            ("conv1", version()),
            ("relu", version()),
            ("layer1", version()),
            ("layer1.0.relu", version()),
            ("conv10", version()),
            ("no name", version()),
        ]);
        let root = dict([(
            "nets",
            PickleValue::List(vec![dict([("_metadata", modules)])]),
        )]);
        let tensors = BTreeSet::from(["nets.0.conv1.weight", "nets.0.layer1.0.conv.weight"]);
        let found = without_parameters(&root, &tensors);
        let right = names(&["nets.0.conv10", "nets.0.layer1.0.relu", "nets.0.relu"]);
        assert_eq!(found, right);
        let found: Vec<String> = found.into_iter().collect();
        assert_eq!(in_words(&found).unwrap(), "conv10, relu (2)");
    }

    #[test]
    fn more_modules_than_a_network_has_are_not_named() {
        let modules = (0..=MOST).map(|place| (place.to_string(), PickleValue::None));
        let modules = PickleValue::Dict(modules.collect());
        let root = dict([("_metadata", modules)]);
        assert!(without_parameters(&root, &BTreeSet::new()).is_empty());
    }

    #[test]
    fn people_are_told_kinds_and_not_every_name() {
        let words = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            in_words(&names)
        };
        let many = [
            "avgpool",
            "layer1.0.relu",
            "layer2.0.downsample.avg",
            "layer2.0.relu",
        ];
        let said = "avgpool, relu (2), downsample.avg";
        assert_eq!(words(&many).as_deref(), Some(said));
        assert_eq!(words(&["1", "features.3"]), None);
        let long: Vec<String> = (0..80).map(|place| format!("kind{place}")).collect();
        let long = in_words(&long).unwrap();
        assert!(long.ends_with('…') && long.chars().count() == LONGEST + 1);
    }
}
