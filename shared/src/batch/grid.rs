//! Lists of settings within a batch's attacks: every combination is an attack of its own.

use crate::spec::AttackSpec;
use serde_json::Value;

/// One combination of an attack's lists.
#[derive(Clone, Debug, PartialEq)]
pub struct Cell {
    /// The place of the attack among those of the batch.
    pub place: usize,
    /// Of every parameter that is a list, which of its values.
    pub chosen: Vec<(String, usize)>,
    /// The attack with these values.
    pub attack: AttackSpec,
}

impl Cell {
    /// Where a parameter of this combination stands in the batch, `rest` being where it stands in a run's attack.
    pub fn path(&self, rest: &str) -> String {
        let key = rest.rsplit('.').next().unwrap_or(rest);
        match self.chosen.iter().find(|(listed, _)| listed == key) {
            Some((_, which)) => format!("attacks.{}.{rest}.{which}", self.place),
            None => format!("attacks.{}.{rest}", self.place),
        }
    }
}

/// The parameters that are lists and are to be tried value by value. Several epsilons are one run with a pass each.
fn lists(attack: &AttackSpec) -> Vec<(String, Vec<Value>)> {
    let parameters = attack.parameters();
    let list = |(key, value): (&String, &Value)| match value {
        Value::Array(list) if key != "epsilon" => Some((key.clone(), list.clone())),
        _ => None,
    };
    let object = parameters.as_object();
    object.map_or_else(Vec::new, |values| values.iter().filter_map(list).collect())
}

/// How many combinations an attack has.
pub fn count(attack: &AttackSpec) -> usize {
    let lists = lists(attack);
    lists
        .iter()
        .fold(1, |count, (_, list)| count.saturating_mul(list.len()))
}

/// The parameter of an attack that is an empty list, if there is one.
pub fn empty(attack: &AttackSpec) -> Option<String> {
    let lists = lists(attack);
    let found = lists.into_iter().find(|(_, list)| list.is_empty());
    found.map(|(key, _)| key)
}

/// Every combination of one attack, the values of its last list changing fastest.
pub fn cells(place: usize, attack: &AttackSpec) -> Vec<Cell> {
    let mut cells = vec![Cell {
        place,
        chosen: Vec::new(),
        attack: attack.clone(),
    }];
    for (key, list) in lists(attack) {
        let with = |cell: Cell| {
            let (list, key) = (list.clone(), key.clone());
            list.into_iter().enumerate().map(move |(which, value)| {
                let mut cell = cell.clone();
                cell.chosen.push((key.clone(), which));
                cell.attack = cell.attack.with(&key, value);
                cell
            })
        };
        cells = cells.into_iter().flat_map(with).collect();
    }
    cells
}

/// What the summary of an attack says already.
const SAID: [&str; 6] = [
    "norm",
    "epsilon",
    "steps",
    "step_size",
    "random_start",
    "corruption",
];

/// The attacks in words, each with what tells it from the others of its kind.
pub fn names(attacks: &[&AttackSpec]) -> Vec<String> {
    let name = |attack: &&AttackSpec| {
        let mut name = attack.summary();
        let kin = || attacks.iter().filter(|other| other.id() == attack.id());
        let parameters = attack.parameters();
        for (key, value) in parameters.as_object().into_iter().flatten() {
            let differs = kin().any(|other| other.get(key) != Some(value));
            if differs && !SAID.contains(&key.as_str()) {
                let plain = match value {
                    Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                let words = format!(", {key} {plain}");
                name.push_str(&words.replace('_', " "));
            }
        }
        name
    };
    attacks.iter().map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_combination_is_an_attack_and_epsilons_stay_together() {
        let attack = AttackSpec::new(
            "apgd",
            [
                ("epsilon", json!(["2/255", "4/255"])),
                ("loss", json!(["cross_entropy", "dlr"])),
                ("steps", json!([10, 20, 50])),
            ],
        );
        let cells = cells(3, &attack);
        assert_eq!((cells.len(), count(&attack)), (6, 6));
        assert!(cells.iter().all(|cell| cell.place == 3));
        assert!(cells.iter().all(|cell| cell.attack.epsilons().len() == 2));
        let attacks: Vec<&AttackSpec> = cells.iter().map(|cell| &cell.attack).collect();
        let names = names(&attacks);
        assert_eq!(
            names[0],
            "APGD linf 2/255, 4/255, random start, reduced: 10 steps, loss cross entropy"
        );
        assert_eq!(
            names[5],
            "APGD linf 2/255, 4/255, random start, reduced: 50 steps, loss dlr"
        );
    }

    #[test]
    fn an_attack_alone_of_its_kind_is_called_by_its_summary() {
        let (pgd, fgsm) = (AttackSpec::new("pgd", []), AttackSpec::new("fgsm", []));
        assert_eq!(names(&[&pgd, &fgsm]), [pgd.summary(), fgsm.summary()]);
    }

    #[test]
    fn an_empty_list_is_found() {
        let attack = AttackSpec::new("pgd", [("steps", json!([]))]);
        assert_eq!(empty(&attack).as_deref(), Some("steps"));
        assert_eq!(empty(&AttackSpec::new("pgd", [])), None);
    }
}
