//! Which points of an attack are recorded.

use super::Stage;
use serde::{Deserialize, Serialize};

/// Which points of an attack are recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Axis {
    /// The recorded step numbers in order; the first is 0, the clean point, and the last is T.
    pub steps: Vec<u32>,
    /// Whether the point `start` lies between step 0 and step 1.
    pub random_start: bool,
    /// The parts of the attack in their order, from step 1 to T; none where it has one part only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stages: Vec<Stage>,
    /// Whether nothing was read between the clean point and the end, of a run without a trace: its points have predictions and sizes,
    /// and the first flips and endings are known, but no sharpness.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ends_only: bool,
}

/// Up to this many steps every step is recorded.
pub const EVERY_STEP_UP_TO: usize = 200;
/// About so many steps are recorded of a longer attack with several parts.
pub const STAGED_POINTS: u32 = 400;
/// The fewest steps that are recorded of a part that has as many: its first, its last and two in between.
const LEAST_OF_A_PART: u32 = 4;
/// The most parts that are told apart; of an attack with more, each would have fewer points than that.
pub const MOST_STAGES: u32 = STAGED_POINTS / LEAST_OF_A_PART;

impl Axis {
    /// The axis of an attack with `steps` updates: every step up to 200 steps in all,
    /// else every step up to 100 and from there about 40 a decade, and the last.
    pub fn new(steps: usize, random_start: bool) -> Self {
        let last = u32::try_from(steps).unwrap_or(u32::MAX);
        let mut list: Vec<u32> = Vec::new();
        if steps <= EVERY_STEP_UP_TO {
            list.extend(0..=last);
        } else {
            list.extend(0..=100);
            let mut next = 100.0_f64;
            while next < f64::from(last) {
                next *= 10f64.powf(1.0 / 40.0);
                let step = next.round().min(f64::from(last)) as u32;
                if list.last() != Some(&step) {
                    list.push(step);
                }
            }
        }
        Self {
            steps: list,
            random_start,
            stages: Vec::new(),
            ends_only: false,
        }
    }

    /// The axis of a run without a trace: the clean point and the last step.
    pub fn ends(steps: usize) -> Self {
        let last = u32::try_from(steps).unwrap_or(u32::MAX);
        Self {
            steps: vec![0, last],
            random_start: false,
            stages: Vec::new(),
            ends_only: true,
        }
    }

    /// The axis of an attack with several parts: every step up to [`EVERY_STEP_UP_TO`] in all.
    ///
    /// Of longer ones every part has its first and its last step, about as many in between as the others, and all together at most
    /// [`STAGED_POINTS`]; a part that is shorter than its share leaves the rest to the others.
    /// Within a part one half of its share are the steps from its first on, and the other half lie between them and its last,
    /// each farther from the one before by the same factor.
    pub fn staged(stages: Vec<Stage>, random_start: bool) -> Self {
        let last = stages.last().map_or(0, |stage| stage.last);
        let mut steps = vec![0];
        if last as usize <= EVERY_STEP_UP_TO {
            steps.extend(1..=last);
        } else {
            let share = share(&stages);
            steps.extend(stages.iter().flat_map(|stage| recorded(stage, share)));
        }
        Self {
            steps,
            random_start,
            stages,
            ends_only: false,
        }
    }

    /// The part that a step belongs to; the clean point belongs to none, for every part begins there.
    pub fn stage_of(&self, step: u32) -> Option<&Stage> {
        self.stages.iter().find(|stage| stage.holds(step))
    }

    /// The recorded points of one part (of the whole attack where there is none), `start` left out:
    /// the clean point, unless the part's first step is the clean image itself, and the steps of the part, each with its number.
    pub fn part(&self, stage: Option<&Stage>) -> impl Iterator<Item = (usize, u32)> {
        let steps = self.steps.iter().copied().enumerate();
        let before = stage.is_none_or(|stage| !stage.at_clean);
        let holds = move |step: u32| stage.is_none_or(|stage| stage.holds(step));
        steps
            .filter(move |(_, step)| (*step == 0 && before) || holds(*step))
            .map(|(place, step)| (self.point_of(place), step))
    }

    /// The first steps of all parts but the first: no curve goes on there.
    pub fn breaks(&self) -> Vec<f64> {
        let later = self.stages.iter().skip(1);
        later.map(|stage| f64::from(stage.first)).collect()
    }

    /// The number of recorded points, `start` included.
    pub fn points(&self) -> usize {
        self.steps.len() + usize::from(self.random_start)
    }

    /// The place among the points of the recorded step number `place` of [`Axis::steps`].
    pub fn point_of(&self, place: usize) -> usize {
        if place == 0 {
            0
        } else {
            place + usize::from(self.random_start)
        }
    }

    /// The name of a point: `clean`, `start`, or the step's number.
    pub fn label(&self, point: usize) -> String {
        match self.step_at(point) {
            Some(0) => "clean".to_owned(),
            Some(step) => step.to_string(),
            None => "start".to_owned(),
        }
    }

    /// What a point is called in a sentence: `clean`, `start`, `step 17`, or of several parts `APGD-T target 3, step 17`.
    pub fn name(&self, point: usize) -> String {
        match self.step_at(point) {
            Some(0) | None => self.label(point),
            Some(step) => match self.stage_of(step) {
                Some(stage) => format!("{}, step {}", stage.name, stage.within(step)),
                None => format!("step {step}"),
            },
        }
    }

    /// The step number at a point, none for `start` and beyond the end.
    pub fn step_at(&self, point: usize) -> Option<u32> {
        match (point, self.random_start) {
            (1, true) => None,
            (0, _) | (_, false) => self.steps.get(point).copied(),
            (_, true) => self.steps.get(point - 1).copied(),
        }
    }
}

/// How many steps each part may have so that all together have at most [`STAGED_POINTS`].
fn share(stages: &[Stage]) -> u32 {
    let together = |share: u32| {
        let each = stages.iter().map(|stage| stage.steps().min(share));
        each.fold(0, u32::saturating_add)
    };
    (LEAST_OF_A_PART..=STAGED_POINTS)
        .take_while(|share| together(*share) <= STAGED_POINTS)
        .last()
        .unwrap_or(LEAST_OF_A_PART)
}

/// The recorded steps of a part, at most `share` of them.
fn recorded(stage: &Stage, share: u32) -> Vec<u32> {
    let count = stage.steps();
    if count <= share {
        return (stage.first..=stage.last).collect();
    }
    let every = share / 2;
    let farther = share - every;
    let factor = (f64::from(count) / f64::from(every)).powf(1.0 / f64::from(farther));
    let mut list: Vec<u32> = (1..=every).collect();
    for place in 1..=farther {
        let next = f64::from(every) * factor.powi(place as i32);
        let former = list.last().copied().unwrap_or(0);
        let step = match place == farther {
            true => count,
            false => (next.round() as u32).max(former + 1).min(count),
        };
        if step > former {
            list.push(step);
        }
    }
    list.into_iter()
        .map(|within| stage.first - 1 + within)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_start_is_a_point_but_not_a_step() {
        let axis = Axis::new(3, true);
        assert_eq!(axis.points(), 5);
        let labels: Vec<_> = (0..5).map(|point| axis.label(point)).collect();
        assert_eq!(labels, ["clean", "start", "1", "2", "3"]);
        assert_eq!(axis.point_of(2), 3);
    }

    #[test]
    fn long_attacks_record_few_points_and_both_ends() {
        let axis = Axis::new(100_000, false);
        assert!(axis.points() < 250, "{}", axis.points());
        assert_eq!(
            (axis.steps.first(), axis.steps.last()),
            (Some(&0), Some(&100_000))
        );
        assert!(axis.steps.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
