//! How long an attack is, and what it costs.

use super::AttackSpec;
use super::autoattack::{self, Part, Stage};
use serde_json::Value;

/// The fields that say how often an attack walks its steps.
const RUNS: [&str; 3] = ["restarts", "target_classes", "binary_steps"];

/// Over how many passes AutoAttack's version for randomised models averages a gradient.
const RAND_EOT: u64 = 20;

impl AttackSpec {
    /// The number of points after the clean one (and its start): one per update.
    /// Restarts, target classes and steps of a binary search follow one another; each after the first begins with a point of its own.
    pub fn steps(&self) -> usize {
        if self.id == "autoattack" {
            return autoattack::stages(self)
                .iter()
                .map(|stage| stage.points)
                .sum();
        }
        let number = |key: &str| self.get(key).and_then(Value::as_u64);
        let runs = RUNS.iter().filter_map(|key| number(key)).product::<u64>();
        let points = runs.saturating_mul(number("steps").unwrap_or(1).saturating_add(1));
        // An image that is wrong at Square's random start leaves there, so that start is a step of its own.
        let points = match self.id.as_str() {
            "square" => points,
            _ => points.saturating_sub(1),
        };
        usize::try_from(points).unwrap_or(usize::MAX)
    }

    /// Whether a `start` point lies between the clean point and the first update.
    pub fn random_start(&self) -> bool {
        self.get("random_start").and_then(Value::as_bool) == Some(true)
    }

    /// Forward and backward passes of one image for each point: one, and those that an attack spends elsewhere.
    pub fn passes_per_point(&self) -> u64 {
        let number = |key: &str| self.get(key).and_then(Value::as_u64).unwrap_or(0);
        1 + match self.id.as_str() {
            "apgd" | "apgd_t" | "pgd" => number("eot").max(1) - 1,
            // Further backward passes only: one for each wrong class that is looked at, the first of which is the one above.
            "deepfool" => number("candidates").saturating_sub(2),
            // A point that is misclassified is left from another one.
            "fab" | "fab_t" | "ni_fgsm" => 1,
            // Forward passes only.
            "spsa" => number("samples").saturating_mul(2),
            "vni_fgsm" => 1 + number("neighbours"),
            _ => 0,
        }
    }

    /// Forward passes and backward passes, added up, of one image that never leaves, with the readings of every point;
    /// FAB takes a backward pass for each of `classes` but the label.
    pub fn passes(&self, classes: u64) -> u64 {
        if self.id == "autoattack" {
            let averaged = match self.get("version").and_then(Value::as_str) {
                Some("rand") => RAND_EOT,
                _ => 1,
            };
            let of = |stage: Stage| {
                let each = match stage.part {
                    Part::ApgdCe | Part::ApgdDlr | Part::ApgdT => 2 * averaged,
                    Part::Fab => 1 + classes,
                    Part::FabT => 3,
                    Part::Square => 1,
                };
                (stage.points as u64).saturating_mul(each)
            };
            // And the clean point, which the parts share.
            return 1 + autoattack::stages(self).into_iter().map(of).sum::<u64>();
        }
        let own = self.passes_per_point();
        let each = match self.id.as_str() {
            // No gradient.
            "corruption" | "jpeg" | "line" | "noise_path" | "spsa" | "square" => own,
            // One forward pass, and one backward pass for each wrong class that is looked at.
            "deepfool" => own + 1,
            "fab" => 1 + classes,
            // The gradient is taken elsewhere than at the point.
            "fab_t" | "ni_fgsm" | "vni_fgsm" => 2 * own - 1,
            _ => own.saturating_mul(2),
        };
        let points = self.steps() as u64 + 1 + u64::from(self.random_start());
        points.saturating_mul(each)
    }

    /// Whether it is no attack, but a path to compare attacks with.
    pub fn is_path(&self) -> bool {
        ["corruption", "jpeg", "line", "noise_path"].contains(&self.id.as_str())
    }

    /// Whether an image may be left alone before the last step, so that [`AttackSpec::passes`] is the most it can cost.
    pub fn may_end_early(&self) -> bool {
        const LEAVE: [&str; 6] = ["apgd_t", "autoattack", "deepfool", "fab", "fab_t", "square"];
        let restarts = self.get("restarts").and_then(Value::as_u64).unwrap_or(1);
        LEAVE.contains(&self.id.as_str())
            || (self.id == "apgd" && restarts > 1)
            || self.get("early_stop").and_then(Value::as_str) == Some("per_example")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_paths_are_those_that_say_so() {
        for info in crate::spec::attack::all() {
            let spec = AttackSpec::new(&info.id, []);
            assert_eq!(spec.is_path(), info.path, "{}", info.id);
        }
    }
}
