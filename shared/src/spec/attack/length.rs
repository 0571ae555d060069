//! How long an attack is, and what it costs.

use super::{AttackSpec, autoattack};
use serde_json::Value;

/// The fields that say how often an attack walks its steps.
const RUNS: [&str; 3] = ["restarts", "target_classes", "binary_steps"];

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

    /// The same for a model of this many classes: FAB takes a backward pass for each class but the label, each counted as a whole pass.
    pub fn passes_per_point_among(&self, classes: u64) -> u64 {
        let more = match self.id.as_str() {
            "fab" => classes.saturating_sub(2),
            _ => 0,
        };
        self.passes_per_point() + more
    }
}
