//! What the runs of a batch are called.

use valleyscope_shared::batch::BatchView;
use valleyscope_shared::route::MOST_COMPARED;

/// The ids and names of the runs that the figures show.
pub fn named(batch: &BatchView) -> Vec<(String, String)> {
    let mut whole = batch.attack_names();
    whole.truncate(MOST_COMPARED + 1);
    let names: Vec<&str> = whole.iter().map(|name| attack(name)).collect();
    let alone = |name: &str| names.iter().filter(|other| **other == name).count() == 1;
    // A figure has little room: the attack's name alone where it tells the runs apart.
    let name = |(whole, own): (&String, &&str)| match alone(own) {
        true => (*own).to_owned(),
        false => whole.clone(),
    };
    let ids = batch.runs.iter().map(|run| run.id.clone());
    ids.zip(whole.iter().zip(&names).map(name)).collect()
}

/// `PGD` of `PGD linf 8/255, 10 steps of 2/255`.
fn attack(title: &str) -> &str {
    let ends = [" linf ", " l2 ", " l1 ", ", "];
    let end = ends.iter().filter_map(|end| title.find(end)).min();
    &title[..end.unwrap_or(title.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attack_is_called_by_its_name_alone() {
        assert_eq!(attack("PGD linf 8/255, 10 steps of 2/255"), "PGD");
        assert_eq!(attack("Noise path l2 0.5"), "Noise path");
        assert_eq!(attack("AutoAttack, standard"), "AutoAttack");
        assert_eq!(attack("DeepFool"), "DeepFool");
    }
}
