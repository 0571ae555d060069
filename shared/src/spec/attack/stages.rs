//! The parts of an attack: its restarts, target classes, steps of a binary search, or the attacks of an ensemble.

use super::{AttackSpec, autoattack};
use crate::readings::{Axis, MOST_STAGES, Stage};
use serde_json::Value;

/// A part before it is known where it begins.
pub(super) struct Named {
    pub name: String,
    /// What it and its neighbours of the same kind are called together.
    pub group: Option<String>,
    /// How many points it has for an image that does not leave.
    pub points: usize,
    /// Whether the first of them is the clean image itself.
    pub at_clean: bool,
}

impl AttackSpec {
    /// The parts of the attack in their order, which make all its steps; none where it has one part only, or more than [`MOST_STAGES`].
    ///
    /// A run that begins at the clean point (or the point `start`) of the whole attack has one step fewer than one with a beginning of its own,
    /// which is a step. Of targeted FAB with restarts, all runs towards one class follow one another.
    pub fn stages(&self) -> Vec<Stage> {
        let named = match self.id.as_str() {
            "autoattack" => autoattack::named(self),
            _ => self.runs(),
        };
        if named.len() < 2 || named.len() > MOST_STAGES as usize {
            return Vec::new();
        }
        let mut stages: Vec<Stage> = Vec::new();
        for part in named {
            let before = stages.last().map_or(0, |stage| stage.last);
            let points = u32::try_from(part.points).unwrap_or(u32::MAX);
            stages.push(Stage {
                name: part.name,
                group: part.group,
                at_clean: part.at_clean,
                first: before.saturating_add(1),
                last: before.saturating_add(points),
            });
        }
        stages
    }

    /// The points that are recorded.
    pub fn axis(&self) -> Axis {
        let stages = self.stages();
        match stages.is_empty() {
            true => Axis::new(self.steps(), self.random_start()),
            false => Axis::staged(stages, self.random_start()),
        }
    }

    /// The runs that walk the steps again and again, as [`autoattack::named`] has those of the ensemble.
    fn runs(&self) -> Vec<Named> {
        let number = |key: &str| self.get(key).and_then(Value::as_u64).unwrap_or(1);
        let [classes, restarts, searches] =
            ["target_classes", "restarts", "binary_steps"].map(number);
        let count = classes.saturating_mul(restarts).saturating_mul(searches);
        if !(2..=u64::from(MOST_STAGES)).contains(&count) {
            return Vec::new();
        }
        let steps = usize::try_from(number("steps")).unwrap_or(usize::MAX);
        let points = |run: u64| steps.saturating_add(usize::from(run > 0));
        let name = |run: u64| match (classes, restarts, searches) {
            (1, 1, _) => (format!("search {}", run + 1), "binary search".to_owned()),
            (1, ..) => (format!("restart {}", run + 1), "restarts".to_owned()),
            (_, 1, _) => (format!("target {}", run + 1), "target classes".to_owned()),
            _ => {
                let target = format!("target {}", run / restarts + 1);
                (format!("{target} restart {}", run % restarts + 1), target)
            }
        };
        // Where nothing is random, or a class is aimed at for the first time, a run begins at the clean image, which is a point of its own.
        let at_clean = |run: u64| match self.id.as_str() {
            "cw" => run > 0,
            "fab_t" => run > 0 && run.is_multiple_of(restarts),
            _ => false,
        };
        let of = |run: u64| {
            let (name, group) = name(run);
            Named {
                name,
                group: Some(group),
                points: points(run),
                at_clean: at_clean(run),
            }
        };
        (0..count).map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::readings::STAGED_POINTS;

    fn settings() -> Vec<AttackSpec> {
        let all = crate::spec::attack::all();
        let mut specs: Vec<AttackSpec> = Vec::new();
        for info in &all {
            let plain = AttackSpec::new(&info.id, []);
            specs.push(plain.clone());
            for (key, values) in [
                ("restarts", [2_u64, 5]),
                ("target_classes", [1, 3]),
                ("binary_steps", [2, 9]),
                ("steps", [1, 300]),
                ("queries", [1, 10_000]),
            ] {
                if plain.get(key).is_none() {
                    continue;
                }
                let more: Vec<AttackSpec> = specs
                    .iter()
                    .filter(|spec| spec.id() == info.id)
                    .flat_map(|spec| values.map(|value| spec.clone().with(key, value)))
                    .collect();
                specs.extend(more);
            }
        }
        for version in ["plus", "rand"] {
            specs.push(AttackSpec::new("autoattack", [("version", version.into())]));
        }
        specs
    }

    #[test]
    fn the_parts_of_every_attack_are_all_its_steps() {
        let specs = settings();
        let several = specs.iter().filter(|spec| !spec.stages().is_empty());
        assert!(several.count() > 50);
        for spec in specs {
            let stages = spec.stages();
            assert_ne!(stages.len(), 1, "{spec:?}");
            let mut next = 1;
            for stage in &stages {
                assert_eq!(stage.first, next, "{spec:?}");
                assert!(stage.steps() > 0, "{spec:?}");
                next = stage.last + 1;
            }
            let sum: u32 = stages.iter().map(Stage::steps).sum();
            assert!(
                stages.is_empty() || sum as usize == spec.steps(),
                "{spec:?}"
            );
            let mut names: Vec<&str> = stages.iter().map(|stage| stage.name.as_str()).collect();
            names.dedup();
            assert_eq!(names.len(), stages.len(), "{names:?}");
        }
    }

    #[test]
    fn what_is_recorded_of_every_attack_is_bounded_and_has_the_ends_of_every_part() {
        for spec in settings() {
            let axis = spec.axis();
            assert_eq!(axis.random_start, spec.random_start());
            assert_eq!(
                (axis.steps[0], axis.steps.last()),
                (0, Some(&(spec.steps() as u32)))
            );
            assert!(axis.steps.windows(2).all(|pair| pair[0] < pair[1]));
            assert!(
                axis.steps.len() <= 1 + STAGED_POINTS as usize,
                "{spec:?}: {}",
                axis.steps.len()
            );
            if spec.steps() <= crate::readings::EVERY_STEP_UP_TO {
                assert_eq!(axis.steps.len(), spec.steps() + 1, "{spec:?}");
            }
            for stage in &axis.stages {
                assert!(axis.steps.contains(&stage.first) && axis.steps.contains(&stage.last));
            }
        }
    }

    #[test]
    fn a_standard_autoattack_has_twenty_parts_with_as_many_points_each() {
        let axis = AttackSpec::new("autoattack", []).axis();
        let of = |stage: &Stage| axis.steps.iter().filter(|step| stage.holds(**step)).count();
        let counts: Vec<usize> = axis.stages.iter().map(of).collect();
        assert_eq!(counts, [20; 20]);
        let names: Vec<&str> = axis
            .stages
            .iter()
            .map(|stage| stage.name.as_str())
            .collect();
        assert_eq!(
            (names[0], names[3], names[11], names[19]),
            ("APGD-CE", "APGD-T target 3", "FAB-T target 2", "Square")
        );
        // Every step at first, then farther and farther apart.
        let square = &axis.stages[19];
        let within: Vec<u32> = axis
            .part(Some(square))
            .map(|(_, step)| square.within(step))
            .collect();
        assert_eq!(within[..11], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
        assert!(
            within[10..]
                .windows(3)
                .all(|steps| steps[2] - steps[1] > steps[1] - steps[0])
        );
    }

    #[test]
    fn one_part_has_the_axis_that_it_always_had() {
        for (id, steps) in [("pgd", 40), ("pgd", 1000), ("square", 5000)] {
            let spec = AttackSpec::new(id, [("steps", steps.into())]);
            assert_eq!(spec.axis(), Axis::new(spec.steps(), spec.random_start()));
        }
    }

    #[test]
    fn more_parts_than_can_be_told_apart_are_none() {
        let many = AttackSpec::new(
            "fab_t",
            [
                ("restarts", 100_000.into()),
                ("target_classes", 1000.into()),
            ],
        );
        assert_eq!(many.stages(), []);
        let some = AttackSpec::new(
            "fab_t",
            [("restarts", 2.into()), ("target_classes", 2.into())],
        );
        let names: Vec<String> = some.stages().into_iter().map(|stage| stage.name).collect();
        assert_eq!(
            names,
            [
                "target 1 restart 1",
                "target 1 restart 2",
                "target 2 restart 1",
                "target 2 restart 2"
            ]
        );
    }

    #[test]
    fn an_axis_without_parts_is_written_and_read_as_before() {
        let plain = Axis::new(2, true);
        let text = serde_json::to_string(&plain).unwrap();
        assert_eq!(text, r#"{"steps":[0,1,2],"random_start":true}"#);
        assert_eq!(serde_json::from_str::<Axis>(&text).unwrap(), plain);
        let staged = AttackSpec::new("apgd", [("restarts", 2.into())]).axis();
        let text = serde_json::to_string(&staged).unwrap();
        assert_eq!(serde_json::from_str::<Axis>(&text).unwrap(), staged);
    }
}
