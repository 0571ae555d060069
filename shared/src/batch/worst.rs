//! The worst case over a batch's attacks: which images survive all of them, and which attack broke the others first.

use super::BatchSpec;
use super::grid;
use crate::amount::Amount;
use crate::api::RunView;
use crate::event::Started;
use crate::field::Norm;
use crate::readings::{Bound, Readings};
use crate::run::Phase;
use crate::spec::{AttackSpec, attack};
use crate::statistic::Rate;
use crate::valley::{Fate, Outcome, fates};
use crate::verdict;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What is left of a model's accuracy under all attacks of a batch together, at one epsilon.
///
/// An image survives that is right at every step of every attack with this norm and epsilon, over all seeds.
/// Attacks that look for the smallest perturbation in this norm and have no epsilon break an image where theirs is at most as large.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorstCase {
    /// The id of the model.
    pub model: String,
    /// How epsilon is measured.
    pub norm: Norm,
    /// The epsilon.
    #[cfg_attr(feature = "openapi", schema(value_type = crate::spec::AmountSchema))]
    pub epsilon: Amount,
    /// How many attacks of the batch count here.
    pub attacks: usize,
    /// How many of them have finished, and are what the row is about.
    pub finished: usize,
    /// The share of all images that is right without any attack; absent where there is no number, as `note` says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clean_accuracy: Option<Rate>,
    /// The share of all images that survives every finished attack, with its Wilson interval; absent where there is no number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub robust_accuracy: Option<Rate>,
    /// For each finished attack, in the order of the batch, how many images it broke that none before it had broken.
    pub broken: Vec<BrokenBy>,
    /// How many images no attack broke, though some step of one has no prediction, because a logit was not finite.
    #[serde(default)]
    pub not_finite: usize,
    /// Attacks of the batch that do not count here: of another norm or without this epsilon, and paths that no adversary chooses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
    /// Why the row is not over all attacks, or why it has no number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// How many images an attack was the first to break.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BrokenBy {
    /// The attack's run.
    pub run: String,
    /// The attack's name, with its settings where several attacks of the row have the same.
    pub attack: String,
    /// How many images.
    pub images: usize,
}

impl WorstCase {
    /// Which attack broke how many first, in words: `APGD-T 31, Square 4`.
    pub fn broken_first(&self) -> String {
        let one = |by: &BrokenBy| format!("{} {}", by.attack, by.images);
        let all: Vec<String> = self.broken.iter().map(one).collect();
        all.join(", ")
    }

    /// The share right without any attack, in words; nothing where there is no number.
    pub fn clean(&self) -> Option<String> {
        Some(verdict::mean(&[self.clean_accuracy?]))
    }

    /// The share that survives all attacks, in words; nothing where there is no number.
    pub fn robust(&self) -> Option<String> {
        Some(verdict::mean(&[self.robust_accuracy?]))
    }

    /// Its 95 % interval in words: `38.2 to 44.5 %`.
    pub fn interval(&self) -> Option<String> {
        verdict::spread(&[self.robust_accuracy?])
    }
}

/// What became of the images of a finished run.
#[derive(Clone, Debug, Default)]
pub struct RunFates {
    /// Of each pass its epsilon, for attacks that have one, and its images by their index.
    passes: Vec<(Option<Amount>, Vec<Fate>)>,
}

impl RunFates {
    /// Of these readings, one table per pass.
    pub fn of(started: &Started, passes: &[Readings]) -> Self {
        let pass = |(place, readings)| (started.epsilons.get(place).cloned(), fates(readings));
        Self {
            passes: passes.iter().enumerate().map(pass).collect(),
        }
    }

    /// The memory that it takes, in bytes.
    pub fn bytes(&self) -> usize {
        let images = self.passes.iter().map(|(_, fates)| fates.len());
        images.sum::<usize>() * size_of::<Fate>()
    }

    /// The passes that count within a ball.
    fn at<'a>(&'a self, epsilon: &'a Amount) -> impl Iterator<Item = &'a Vec<Fate>> {
        let counts = move |own: &Option<Amount>| own.as_ref().is_none_or(|own| own == epsilon);
        let passes = self.passes.iter().filter(move |(own, _)| counts(own));
        passes.map(|(_, fates)| fates)
    }
}

/// The worst cases of a batch: model after model, norm after norm, from the smallest epsilon on.
/// `known` is what became of the images of each run that has finished, in the order of `runs`.
pub fn cases(
    spec: &BatchSpec,
    runs: &[RunView],
    known: &[Option<Arc<RunFates>>],
) -> Vec<WorstCase> {
    let cells = spec.cells();
    let attacks: Vec<&AttackSpec> = cells.iter().map(|cell| &cell.attack).collect();
    let paths: Vec<String> = (attack::all().into_iter())
        .filter_map(|info| info.path.then_some(info.id))
        .collect();
    let mut balls: Vec<(Norm, Amount)> = Vec::new();
    for attack in &attacks {
        for epsilon in attack.epsilons() {
            let ball = (attack.norm(), epsilon);
            if !paths.iter().any(|path| path == attack.id()) && !balls.contains(&ball) {
                balls.push(ball);
            }
        }
    }
    let place = |norm: Norm| match norm {
        Norm::Linf => 0,
        Norm::L2 => 1,
        Norm::L1 => 2,
    };
    balls.sort_by(|(norm, epsilon), (other, radius)| {
        let by_norm = u8::cmp(&place(*norm), &place(*other));
        by_norm.then(epsilon.value().total_cmp(&radius.value()))
    });
    let fates = |place: usize| known.get(place)?.as_deref();
    let runs = runs.iter().enumerate();
    let runs: Vec<(&RunView, Option<&RunFates>)> =
        runs.map(|(place, run)| (run, fates(place))).collect();
    let row = |model: &String, (norm, epsilon): &(Norm, Amount)| {
        let counts = |attack: &AttackSpec| {
            let radii = attack.epsilons();
            let within = match radii.is_empty() {
                true => attack.minimum_norm(),
                false => radii.contains(epsilon),
            };
            within && attack.norm() == *norm && !paths.iter().any(|path| path == attack.id())
        };
        let (counted, left): (Vec<&AttackSpec>, Vec<&AttackSpec>) =
            attacks.iter().copied().partition(|attack| counts(attack));
        let own = |run: &&(&RunView, Option<&RunFates>)| {
            run.0.spec.model == *model && counts(&run.0.spec.attack)
        };
        let own: Vec<(&RunView, Option<&RunFates>)> = runs.iter().filter(own).copied().collect();
        let case = WorstCase {
            model: model.clone(),
            norm: *norm,
            epsilon: epsilon.clone(),
            attacks: counted.len(),
            finished: 0,
            clean_accuracy: None,
            robust_accuracy: None,
            broken: Vec::new(),
            not_finite: 0,
            left_out: short_names(&left),
            note: None,
        };
        case.over(&own)
    };
    let pairs = (spec.models.iter()).flat_map(|model| balls.iter().map(move |ball| (model, ball)));
    pairs.filter_map(|(model, ball)| row(model, ball)).collect()
}

impl WorstCase {
    /// The row over those of these runs that have finished; nothing where none has.
    fn over(mut self, runs: &[(&RunView, Option<&RunFates>)]) -> Option<Self> {
        let finished: Vec<(&RunView, &RunFates)> = (runs.iter())
            .filter_map(|(run, fates)| Some((*run, (*fates)?)))
            .collect();
        if finished.is_empty() {
            return None;
        }
        self.finished = finished.len();
        let names: Vec<&AttackSpec> = finished.iter().map(|(run, _)| &run.spec.attack).collect();
        let names = short_names(&names);
        let read: Vec<Vec<&Vec<Fate>>> = (finished.iter())
            .map(|(_, fates)| fates.at(&self.epsilon).collect())
            .collect();
        if let Some(why) = self.apart(&finished, &names, &read) {
            self.note = Some(why);
            return Some(self);
        }
        self.note = self.so_far(runs);
        self.broken = (finished.iter().zip(names))
            .map(|((run, _), attack)| BrokenBy {
                run: run.id.clone(),
                attack,
                images: 0,
            })
            .collect();
        let ball = Bound {
            norm: self.norm,
            epsilon: self.epsilon.value(),
        };
        let n = read.first().and_then(|passes| passes.first());
        let n = n.map_or(0, |fates| fates.len());
        let (mut clean, mut holds) = (0, 0);
        for image in 0..n {
            let outcome = |passes: &Vec<&Vec<Fate>>, wanted: Outcome| {
                let mut own = passes.iter().filter_map(|fates| fates.get(image));
                own.any(|fate| fate.within(ball) == wanted)
            };
            let any = |wanted| read.iter().any(|passes| outcome(passes, wanted));
            let first = || (read.iter()).position(|passes| outcome(passes, Outcome::Broken));
            let mut own = read.iter().flatten().filter_map(|fates| fates.get(image));
            clean += usize::from(own.all(|fate| fate.right));
            if any(Outcome::Wrong) {
                continue;
            }
            if let Some(by) = first().and_then(|place| self.broken.get_mut(place)) {
                by.images += 1;
            } else if any(Outcome::Unknown) {
                self.not_finite += 1;
            } else {
                holds += 1;
            }
        }
        self.clean_accuracy = Some(Rate::of(clean, n));
        self.robust_accuracy = Some(Rate::of(holds, n));
        Some(self)
    }

    /// Why these runs cannot be counted together, if they cannot.
    fn apart(
        &self,
        runs: &[(&RunView, &RunFates)],
        names: &[String],
        read: &[Vec<&Vec<Fate>>],
    ) -> Option<String> {
        let origin = |run: &RunView| {
            let origin = run.origin.as_ref()?;
            Some((origin.weights.clone(), origin.data.clone()))
        };
        let mut origins = runs.iter().filter_map(|(run, _)| origin(run));
        if let Some(first) = origins.next()
            && origins.any(|other| other != first)
        {
            return Some(format!(
                "no number: the weights of {} or the images have changed between the runs",
                self.model
            ));
        }
        let images = |passes: &Vec<&Vec<Fate>>| -> Vec<Vec<u64>> {
            let indices = |fates: &&Vec<Fate>| fates.iter().map(|fate| fate.index).collect();
            passes.iter().map(indices).collect()
        };
        let all: Vec<Vec<u64>> = read.iter().flat_map(images).collect();
        let first = all.first()?;
        if all.iter().all(|other| other == first) {
            return None;
        }
        let counts = names.iter().zip(read).map(|(name, passes)| {
            let n = passes.first().map_or(0, |fates| fates.len());
            format!("{name} has {n}")
        });
        let counts: Vec<String> = counts.collect();
        Some(format!(
            "no number: the attacks are not over the same images; {}",
            counts.join(", ")
        ))
    }

    /// Which attacks are missing in the row, in words; nothing where none is.
    fn so_far(&self, runs: &[(&RunView, Option<&RunFates>)]) -> Option<String> {
        let missing = self.attacks.checked_sub(self.finished).filter(|n| *n > 0)?;
        let count = |of: &dyn Fn(&RunView) -> bool| {
            let open = runs.iter().filter(|(_, fates)| fates.is_none());
            open.filter(|(run, _)| of(run)).count()
        };
        let parts = [
            (count(&|run| !run.phase.ended()), "still to finish"),
            (count(&|run| run.phase.stopped()), "stopped before the end"),
            (count(&|run| run.phase == Phase::Finished), "cannot be read"),
            (self.attacks.saturating_sub(runs.len()), "deleted"),
        ];
        let parts = parts.iter().filter(|(n, _)| *n > 0);
        let parts: Vec<String> = parts.map(|(n, what)| format!("{n} {what}")).collect();
        Some(format!(
            "so far, over {} of {} attacks: {}",
            self.finished,
            self.finished + missing,
            parts.join(", ")
        ))
    }
}

/// Attacks by their names alone, with their settings where several have the same.
fn short_names(attacks: &[&AttackSpec]) -> Vec<String> {
    let whole = grid::names(attacks);
    let name = |(attack, whole): (&&AttackSpec, String)| {
        let same = attacks.iter().filter(|other| other.id() == attack.id());
        match same.count() {
            1 => attack.title(),
            _ => whole,
        }
    };
    attacks.iter().zip(whole).map(name).collect()
}

#[cfg(test)]
mod tests;
