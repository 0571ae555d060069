//! The rows of a table of results: one for each epsilon, over its seeds.

use crate::amount::Amount;
use crate::api::KeyResults;
use crate::run::RunState;
use crate::statistic::Rate;
use crate::valley::PassSummary;
use serde::{Deserialize, Serialize};

/// What a run says of one epsilon.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Verdict {
    /// The epsilon, of attacks that have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::spec::AmountSchema>))]
    pub epsilon: Option<Amount>,
    /// The share right on the clean images, for each seed.
    pub clean_accuracy: Vec<Rate>,
    /// The share right at every step, for each seed.
    pub robust_accuracy: Vec<Rate>,
    /// Of the best iterates that are successes, those that survive rounding to 8 bits; over all seeds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub survives: Option<Rate>,
    /// Forward and backward passes spent on an image that is right at the clean point, in the mean over all seeds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub passes: Option<f64>,
}

impl Verdict {
    /// The verdicts of passes, each with its epsilon, in the order in which the epsilons come first.
    pub fn of<'a>(
        passes: impl IntoIterator<Item = (Option<&'a Amount>, &'a PassSummary)>,
    ) -> Vec<Self> {
        let mut groups: Vec<(Option<&Amount>, Vec<&PassSummary>)> = Vec::new();
        for (epsilon, summary) in passes {
            match groups.iter_mut().find(|(known, _)| *known == epsilon) {
                Some((_, group)) => group.push(summary),
                None => groups.push((epsilon, vec![summary])),
            }
        }
        let one = |(epsilon, group): (Option<&Amount>, Vec<&PassSummary>)| Self {
            epsilon: epsilon.cloned(),
            clean_accuracy: group.iter().map(|summary| summary.clean_accuracy).collect(),
            robust_accuracy: (group.iter())
                .map(|summary| summary.robust_accuracy)
                .collect(),
            survives: survives(&group),
            passes: passes_each(&group),
        };
        groups.into_iter().map(one).collect()
    }

    /// The verdicts of a run as far as it has come.
    pub fn of_run(state: &RunState) -> Vec<Self> {
        let epsilons = state.started.as_ref().map(|started| &started.epsilons);
        let passes = state.passes.iter().enumerate().filter_map(|(pass, of)| {
            let epsilon = epsilons.and_then(|epsilons| epsilons.get(pass));
            Some((epsilon, &of.summary.as_ref()?.summary))
        });
        Self::of(passes)
    }

    /// The one verdict that a run's key results are.
    pub fn of_results(results: &KeyResults) -> Self {
        Self {
            epsilon: results.epsilon.clone(),
            clean_accuracy: vec![results.clean_accuracy],
            robust_accuracy: vec![results.robust_accuracy],
            survives: results.survives,
            passes: results.passes,
        }
    }

    /// The clean accuracy in words, the mean over the seeds: `97.7 %`.
    pub fn clean(&self) -> String {
        mean(&self.clean_accuracy)
    }

    /// The robust accuracy in words, the mean over the seeds: `44.8 %`.
    pub fn robust(&self) -> String {
        mean(&self.robust_accuracy)
    }

    /// How sure the robust accuracy is: the 95 % interval of one seed (`38.2 to 44.5 %`), the range of several
    /// (`43.0 to 46.1 % over 3 seeds`); nothing where there is nothing to count.
    pub fn spread(&self) -> Option<String> {
        spread(&self.robust_accuracy)
    }
}

/// The interval of one share, or the range of several, in words.
pub(crate) fn spread(rates: &[Rate]) -> Option<String> {
    let rates: Vec<_> = rates.iter().filter(|rate| rate.n > 0).collect();
    let (low, high) = match rates.as_slice() {
        [] => return None,
        [one] => (one.low.0, one.high.0),
        several => range(several.iter().map(|rate| rate.share.0)),
    };
    let range = format!("{:.1} to {:.1} %", 100.0 * low, 100.0 * high);
    Some(match rates.len() {
        1 => range,
        seeds => format!("{range} over {seeds} seeds"),
    })
}

/// The robust accuracy of a run in words, where a table has one cell for it: at every epsilon where there are several,
/// of several seeds the mean with its range; nothing before there are statistics.
pub fn robust(verdicts: &[Verdict]) -> Option<String> {
    let one = |verdict: &Verdict| {
        let mut words = verdict.robust();
        if verdict.robust_accuracy.len() > 1
            && let Some(spread) = verdict.spread()
        {
            words += &format!(" ({spread})");
        }
        match &verdict.epsilon {
            Some(epsilon) if verdicts.len() > 1 => format!("{words} at ε {epsilon}"),
            _ => words,
        }
    };
    let all: Vec<_> = verdicts.iter().map(one).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

/// A share over seeds as a percentage.
pub(crate) fn mean(rates: &[Rate]) -> String {
    let shares: Vec<f64> = (rates.iter().filter(|rate| rate.n > 0))
        .map(|rate| rate.share.0)
        .collect();
    match shares.len() {
        0 => "–".to_owned(),
        n => format!("{:.1} %", 100.0 * shares.iter().sum::<f64>() / n as f64),
    }
}

fn range(shares: impl Iterator<Item = f64>) -> (f64, f64) {
    shares.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), share| {
        (low.min(share), high.max(share))
    })
}

fn survives(group: &[&PassSummary]) -> Option<Rate> {
    let endings = group.iter().map(|summary| summary.endings.as_ref());
    let rates: Vec<Rate> = endings
        .map(|endings| endings.map(|endings| endings.best_survives))
        .collect::<Option<_>>()?;
    let sum = |part: fn(&Rate) -> usize| rates.iter().map(part).sum();
    Some(Rate::of(sum(|rate| rate.hits), sum(|rate| rate.n)))
}

fn passes_each(group: &[&PassSummary]) -> Option<f64> {
    let mut spent = (0, 0);
    for summary in group {
        let endings = summary.endings.as_ref()?;
        spent.0 += endings.forward + endings.backward;
        spent.1 += endings.success.n;
    }
    Some(spent.0 as f64 / spent.1.max(1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::made_up::{self, STANDARD};
    use crate::measure::Measure;
    use crate::valley::Population;

    fn summary(seed: u64, robust: (usize, usize)) -> PassSummary {
        let readings = made_up::readings(STANDARD, 0);
        PassSummary {
            robust_accuracy: Rate::of(robust.0, robust.1),
            ..PassSummary::of(&readings, seed, Measure::KappaTr, Population::Right)
        }
    }

    #[test]
    fn every_epsilon_has_a_row_of_its_own() {
        let radii: Vec<Amount> = ["2/255", "4/255", "16/255"]
            .map(|text| text.parse().unwrap())
            .into();
        let shares = [(10, 10), (6, 10), (0, 10)];
        let summaries: Vec<_> = shares.iter().map(|share| summary(1, *share)).collect();
        let rows = Verdict::of(radii.iter().map(Some).zip(&summaries));
        let told: Vec<_> = (rows.iter())
            .map(|row| (row.epsilon.clone().unwrap().to_string(), row.robust()))
            .collect();
        let expected = [
            ("2/255", "100.0 %"),
            ("4/255", "60.0 %"),
            ("16/255", "0.0 %"),
        ];
        assert_eq!(told, expected.map(|(a, b)| (a.to_owned(), b.to_owned())));
    }

    #[test]
    fn one_cell_tells_of_every_epsilon() {
        let radii: Vec<Amount> = ["2/255", "8/255"].map(|text| text.parse().unwrap()).into();
        let summaries = [summary(1, (6, 10)), summary(1, (0, 10))];
        let rows = Verdict::of(radii.iter().map(Some).zip(&summaries));
        assert_eq!(
            robust(&rows).unwrap(),
            "60.0 % at ε 2/255, 0.0 % at ε 8/255"
        );
        assert_eq!(robust(&rows[..1]).unwrap(), "60.0 %");
        assert_eq!(robust(&[]), None);
    }

    #[test]
    fn seeds_are_a_mean_and_a_range() {
        let radius: Amount = "8/255".parse().unwrap();
        let summaries = [(1, (4, 10)), (2, (5, 10)), (3, (9, 10))].map(|(s, r)| summary(s, r));
        let rows = Verdict::of(summaries.iter().map(|summary| (Some(&radius), summary)));
        let [row] = rows.as_slice() else {
            panic!("{rows:?}");
        };
        assert_eq!(row.robust(), "60.0 %");
        assert_eq!(row.spread().unwrap(), "40.0 to 90.0 % over 3 seeds");
        let alone = Verdict::of([(None, &summary(1, (5, 10)))]).remove(0);
        // Wilson's interval of 5 out of 10.
        assert_eq!(alone.spread().unwrap(), "23.7 to 76.3 %");
        let none = Verdict::of([(None, &summary(1, (0, 0)))]).remove(0);
        assert_eq!((none.robust(), none.spread()), ("–".to_owned(), None));
    }
}
