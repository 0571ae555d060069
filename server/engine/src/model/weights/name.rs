//! Names of tensors as PyTorch's wrappers change them.

use crate::error::{Error, Result};
use std::collections::BTreeMap;

/// What torch.compile and DataParallel put before the names of what they wrap, wherever that is in the network.
const WRAPPERS: [&str; 2] = ["_orig_mod", "module"];

/// What networks that hold another one call it, such as Lightning's and those that normalise first.
const HOLDERS: [&str; 1] = ["model"];

/// The tensors by their names without such prefixes, whichever and however many there are.
///
/// # Errors
/// [`Error::Safetensors`] when two tensors then have the same name, so that it is not known which is meant.
pub(super) fn plain_names<T>(tensors: BTreeMap<String, T>) -> Result<BTreeMap<String, T>> {
    let mut plain = BTreeMap::new();
    let mut given: BTreeMap<String, String> = BTreeMap::new();
    for (name, tensor) in tensors {
        let short = without_prefixes(&name);
        if let Some(other) = given.insert(short.clone(), name.clone()) {
            return Err(Error::Safetensors {
                reason: format!(
                    "{other} and {name} are both {short} without their prefixes; save one network's state dict only"
                ),
            });
        }
        plain.insert(short, tensor);
    }
    Ok(plain)
}

/// `module._orig_mod.layer1.0.conv1.weight` is `layer1.0.conv1.weight`.
fn without_prefixes(name: &str) -> String {
    let mut leading = true;
    let parts = name.split('.').filter(|part| {
        leading &= WRAPPERS.contains(part) || HOLDERS.contains(part);
        !leading && !WRAPPERS.contains(part)
    });
    let short = parts.collect::<Vec<_>>().join(".");
    match short.is_empty() {
        true => name.to_owned(),
        false => short,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_of_wrappers_say_nothing() {
        for name in [
            "layer1.0.conv1.weight",
            "module.layer1.0.conv1.weight",
            "_orig_mod.layer1.0.conv1.weight",
            "model.layer1.0.conv1.weight",
            "module._orig_mod.model.layer1.0.conv1.weight",
            "model.module.layer1._orig_mod.0.conv1.weight",
        ] {
            assert_eq!(without_prefixes(name), "layer1.0.conv1.weight", "{name}");
        }
        assert_eq!(without_prefixes("module"), "module");
        assert_eq!(without_prefixes("head.model.weight"), "head.model.weight");
    }

    #[test]
    fn two_networks_in_one_file_are_told_apart_by_nobody() {
        let both = ["head.weight", "module.head.weight"].map(|name| (name.to_owned(), ()));
        let text = plain_names(BTreeMap::from(both)).unwrap_err().to_string();
        assert!(
            text.contains("head.weight and module.head.weight are both head.weight"),
            "{text}"
        );
    }
}
