//! Documents of a newer server, read by a page that was loaded before it.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// A list of which the entries that do not fit are left out: a measure, a preset or a kind of field that is not known here yet.
///
/// # Errors
/// Where there is no list.
pub fn known<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let entries = Vec::<Value>::deserialize(from)?.into_iter();
    Ok(entries
        .filter_map(|entry| serde_json::from_value(entry).ok())
        .collect())
}

#[cfg(test)]
mod tests {
    use crate::catalog::Catalog;
    use serde_json::{Value, json};

    #[test]
    fn what_a_newer_server_offers_is_left_out() {
        let catalog = Catalog::new("1", vec![], vec![], &[]);
        let mut value = serde_json::to_value(&catalog).unwrap();
        let push = |list: &mut Value, entry: Value| list.as_array_mut().unwrap().push(entry);
        push(&mut value["measures"], json!({"id": "later"}));
        push(&mut value["presets"], json!({"id": "later"}));
        let field = json!({"id": "x", "title": "X", "help": "", "kind": {"type": "later"}, "default": 1, "advanced": false});
        push(&mut value["attacks"][0]["fields"], field);
        assert_eq!(serde_json::from_value::<Catalog>(value).unwrap(), catalog);
    }
}
