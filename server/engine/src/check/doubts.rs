//! What a finished run's own numbers say against it.

use valleyscope_shared::event::Warning;
use valleyscope_shared::valley::PassSummary;
use valleyscope_shared::words::percent;

/// Rates over fewer images than this have intervals of a third of the scale.
const FEW: usize = 30;

/// Looks at the pass whose results stand for the run. `classes` is how many the model tells apart.
pub fn doubts(summary: &PassSummary, classes: usize) -> Vec<Warning> {
    let mut found = Vec::new();
    let warning = |id: &str, message: String, examples: usize| Warning {
        id: id.to_owned(),
        message,
        examples,
    };
    let clean = &summary.clean_accuracy;
    let chance = 1.0 / classes.max(1) as f64;
    // Near: a guesser would be as good, as far as so many images can tell, and the share itself is at most twice chance.
    if clean.n > 0 && clean.low.0 <= chance && clean.share.0 <= 2.0 * chance {
        found.push(warning(
            "near-chance",
            format!(
                "Of the clean images {} are right, and guessing among {classes} classes would get {}: model, data, class order or normalisation do not belong together. Nothing below is about this model.",
                percent(clean.share.0),
                percent(chance)
            ),
            clean.n,
        ));
    }
    let flipped = &summary.flipped;
    if flipped.n > 0 && flipped.hits < FEW {
        let message = match (flipped.hits, flipped.n) {
            (0, n) => format!(
                "None of {n} images flipped: there is no peak, valley or first flip to speak of. A larger epsilon, more steps or another attack tells more."
            ),
            (hits, n) if hits == n => format!(
                "Only {} flipped, all that were right: what is said of peak, valley and first flip is about {} alone. More images make it surer.",
                if n == 1 {
                    "1 image".to_owned()
                } else {
                    format!("{n} images")
                },
                if n == 1 { "it" } else { "these" },
            ),
            (hits, n) => format!(
                "Only {hits} of {n} images flipped: what is said of peak, valley and first flip is about these alone. More images, a larger epsilon or more steps make it surer."
            ),
        };
        found.push(warning("few-flips", message, flipped.hits));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use valleyscope_shared::measure::Measure;
    use valleyscope_shared::readings::{Axis, Example, Readings};
    use valleyscope_shared::statistic::Rate;
    use valleyscope_shared::valley::Population;

    fn ids(right: usize, flipped: usize, n: usize, classes: usize) -> Vec<String> {
        let nothing = Readings::new(Axis::new(1, false), vec![Example::new(0, 0)]);
        let summary = PassSummary {
            clean_accuracy: Rate::of(right, n),
            flipped: Rate::of(flipped, right),
            ..PassSummary::of(&nothing, 1, Measure::KappaTr, Population::Right)
        };
        let doubts = doubts(&summary, classes).into_iter();
        doubts.map(|warning| warning.id).collect()
    }

    #[test]
    fn a_model_that_guesses_and_too_few_flips_are_told() {
        assert_eq!(ids(200, 190, 200, 10), Vec::<String>::new());
        assert_eq!(ids(12, 12, 200, 10), ["near-chance", "few-flips"]);
        assert_eq!(ids(200, 29, 200, 10), ["few-flips"]);
        assert_eq!(ids(200, 30, 200, 10), Vec::<String>::new());
        // 60 % of two classes are no sign of guessing when there are many, and no proof of more when there are few.
        assert_eq!(ids(600, 600, 1000, 2), Vec::<String>::new());
        assert_eq!(ids(12, 12, 20, 2), ["near-chance", "few-flips"]);
    }
}
