//! The model `varied`, of which other attacks break other images.

use valleyscope_shared::amount::Amount;
use valleyscope_shared::ending::Ending;
use valleyscope_shared::field::Norm;
use valleyscope_shared::readings::Example;
use valleyscope_shared::spec::RunSpec;

/// What the model `varied` does under an attack: every seventh image is wrong from the start;
/// of the others each attack breaks some, more at a larger epsilon, at step 1 and not for good.
pub struct Varied {
    attack: String,
    unit: f64,
    smallest: bool,
}

impl Varied {
    pub fn of(spec: &RunSpec) -> Option<Self> {
        (spec.model == "varied").then(|| Self {
            attack: spec.attack.id().to_owned(),
            unit: match spec.attack.norm() {
                Norm::Linf => 255.0,
                Norm::L2 | Norm::L1 => 10.0,
            },
            smallest: spec.attack.minimum_norm(),
        })
    }

    fn breaks(&self, example: &Example, epsilon: Option<&Amount>) -> bool {
        let kind = 3 + self.attack.len() as u64;
        let hard = (example.index * kind + example.index / 10) % 10;
        epsilon.is_none_or(|epsilon| (hard as f64) < epsilon.value() * self.unit)
    }

    pub fn class(&self, example: &Example, step: Option<u32>, epsilon: Option<&Amount>) -> f64 {
        let wrong = example.index.is_multiple_of(7);
        let broken = step == Some(1) && self.breaks(example, epsilon);
        f64::from(match wrong || broken {
            true => (example.label + 1) % 10,
            false => example.label,
        })
    }

    pub fn ending(&self, example: &Example, last_step: u32) -> Ending {
        Ending {
            first_success: self.smallest.then_some(1),
            last_step,
            best_step: 1,
            best_success: self.smallest,
            l2: (example.index % 5) as f64 / 10.0,
            ..Ending::default()
        }
    }
}
