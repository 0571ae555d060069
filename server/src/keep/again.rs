//! One example of a run as a run of its own.

use valleyscope_shared::event::Started;
use valleyscope_shared::readings::Example;
use valleyscope_shared::spec::{DataSpec, RunSpec, Seeds};

/// A run in which an example is attacked again as a pass of its run did, and the place that it has there.
pub struct Again {
    /// What is to be run.
    pub spec: RunSpec,
    /// The pass to look at; those before it only draw what it draws from.
    pub pass: usize,
    /// The row to look at.
    pub row: usize,
}

impl Again {
    /// Alone: the quickest.
    ///
    /// A target that was chosen for each example is named: of a random one only the run's first seed would draw the same.
    pub fn alone(spec: &RunSpec, started: &Started, pass: usize, example: &Example) -> Self {
        let mut spec = of_images(spec, started, pass, &[*example]);
        if let Some(target) = example.target.filter(|_| spec.attack.target().is_some()) {
            spec.attack = spec.attack.with("target", target);
        }
        let seed = started.seeds.get(pass).copied();
        let seed = seed.map_or_else(|| spec.seed.clone(), Seeds::One);
        Self {
            spec: RunSpec { seed, ..spec },
            pass: 0,
            row: 0,
        }
    }

    /// With the batch that it was in, so that sums are added up in the same order; nothing where that was alone too.
    pub fn in_batch(
        spec: &RunSpec,
        started: &Started,
        pass: usize,
        row: usize,
        examples: &[Example],
    ) -> Option<Self> {
        let size = spec.batch_size.max(1) as usize;
        let place = row % size;
        let batch: Vec<Example> = examples
            .iter()
            .skip(row - place)
            .take(size)
            .copied()
            .collect();
        if batch.len() < 2 {
            return None;
        }
        let (seed, last) = seeds(spec, pass)?;
        Some(Self {
            spec: RunSpec {
                seed,
                keep_examples: place as u32 + 1,
                ..of_images(spec, started, pass, &batch)
            },
            pass: last,
            row: place,
        })
    }

    /// The first `count` examples of a pass in the batches that they were in, so that every sum is added up as the run did.
    pub fn first(
        spec: &RunSpec,
        started: &Started,
        pass: usize,
        count: usize,
        examples: &[Example],
    ) -> Option<Self> {
        let size = spec.batch_size.max(1) as usize;
        let whole = count.div_ceil(size) * size;
        let these = examples.get(..whole.min(examples.len()))?;
        let (seed, last) = seeds(spec, pass)?;
        Some(Self {
            spec: RunSpec {
                seed,
                keep_examples: 0,
                batch_size: spec.batch_size,
                ..of_images(spec, started, pass, these)
            },
            pass: last,
            row: 0,
        })
    }
}

/// The seeds with which a pass of one epsilon draws the same once more, and its place among them.
fn seeds(spec: &RunSpec, pass: usize) -> Option<(Seeds, usize)> {
    let seeds = spec.seed.list();
    let last = pass % seeds.len().max(1);
    // Random targets are drawn by the first seed.
    let first = if spec.attack.target().is_some() {
        0
    } else {
        last
    };
    let seeds = seeds.get(first..=last)?.to_vec();
    let last = seeds.len().checked_sub(1)?;
    let seeds = match seeds.as_slice() {
        [one] => Seeds::One(*one),
        _ => Seeds::Many(seeds),
    };
    Some((seeds, last))
}

/// The run of these images together, with the epsilon of a pass.
fn of_images(spec: &RunSpec, started: &Started, pass: usize, images: &[Example]) -> RunSpec {
    let epsilon = started.epsilons.get(pass);
    RunSpec {
        data: DataSpec {
            set: spec.data.set.clone(),
            corruption: spec.data.corruption.clone(),
            severity: spec.data.severity,
            indices: Some(images.iter().map(|example| example.index).collect()),
            allow_other_classes: spec.data.allow_other_classes,
            ..DataSpec::default()
        },
        attack: epsilon.map_or_else(|| spec.attack.clone(), |epsilon| spec.attack.at(epsilon)),
        batch_size: images.len() as u32,
        keep_examples: 1,
        ..spec.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use valleyscope_shared::spec::Precision;

    fn spec() -> RunSpec {
        let text = r#"{"model": "m", "data": {"set": "s", "first": 3, "count": 40, "only_correct": true}, "batch_size": 16,
            "attack": {"pgd": {"epsilon": ["2/255", "8/255"], "random_start": true, "target": "random"}}, "seed": [5, 6]}"#;
        RunSpec::from_json(text).unwrap()
    }

    fn started(spec: &RunSpec) -> Started {
        let phases = spec.phases();
        Started {
            seeds: phases.iter().map(|phase| phase.seed).collect(),
            epsilons: phases
                .into_iter()
                .filter_map(|phase| phase.epsilon)
                .collect(),
            device: "cpu".to_owned(),
            precision: Precision::F32,
            made_by: "a test".to_owned(),
            origin: None,
            axis: spec.axis(),
            norm: Some(spec.attack.norm()),
            bounded: false,
            smallest: None,
            profile: None,
            examples: 40,
            total: 0,
            memory: 0,
            kept_bytes: 0,
            notes: vec![],
        }
    }

    #[test]
    fn alone_it_has_the_passs_own_seed_and_epsilon_and_the_target_by_its_number() {
        let spec = spec();
        let example = Example {
            target: Some(7),
            ..Example::new(12, 4)
        };
        let text = r#"{"model": "m", "data": {"set": "s", "indices": [12]},
            "attack": {"pgd": {"epsilon": "8/255", "random_start": true, "target": 7}}, "seed": 5, "batch_size": 1, "keep_examples": 1}"#;
        let again = Again::alone(&spec, &started(&spec), 2, &example);
        assert_eq!(again.spec, RunSpec::from_json(text).unwrap());
    }

    #[test]
    fn the_first_images_come_in_their_whole_batches() {
        let spec = spec();
        let examples: Vec<Example> = (100..140).map(|index| Example::new(index, 0)).collect();
        let again = Again::first(&spec, &started(&spec), 1, 17, &examples).unwrap();
        assert_eq!((again.pass, again.row), (1, 0));
        assert_eq!(again.spec.batch_size, 16);
        assert_eq!(again.spec.data.indices, Some((100..132).collect()));
        assert_eq!(again.spec.seed, Seeds::Many(vec![5, 6]));
        let all = Again::first(&spec, &started(&spec), 2, 39, &examples).unwrap();
        assert_eq!(all.spec.data.indices, Some((100..140).collect()));
        assert_eq!(all.spec.attack.epsilons().len(), 1);
    }

    #[test]
    fn in_its_batch_it_has_its_place_and_the_seeds_that_draw_the_same_targets() {
        let spec = spec();
        let examples: Vec<Example> = (100..140).map(|index| Example::new(index, 0)).collect();
        let again = Again::in_batch(&spec, &started(&spec), 3, 35, &examples).unwrap();
        assert_eq!((again.pass, again.row), (1, 3));
        let text = r#"{"model": "m", "data": {"set": "s", "indices": [132, 133, 134, 135, 136, 137, 138, 139]},
            "attack": {"pgd": {"epsilon": "8/255", "random_start": true, "target": "random"}}, "seed": [5, 6], "batch_size": 8, "keep_examples": 4}"#;
        assert_eq!(again.spec, RunSpec::from_json(text).unwrap());
        let one = RunSpec {
            batch_size: 1,
            ..spec
        };
        assert!(Again::in_batch(&one, &started(&one), 0, 3, &examples).is_none());
    }
}
