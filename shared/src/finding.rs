//! The key results of a pass in words: the tiles of a run's page, the summary on the command line.

use crate::amount::significant;
use crate::statistic::{Quartiles, Rate};
use crate::valley::PassSummary;
use crate::words::{NONE, interval, number, percent, quartiles};

/// A result with how sure it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// For tests and styles: `first-flip`.
    pub id: &'static str,
    /// What it is.
    pub title: &'static str,
    /// The number, or a dash.
    pub value: String,
    /// Its interval and counts; why there is no number, if there is none.
    pub sure: String,
    /// What else is to be known of it; mostly nothing.
    pub more: String,
}

impl Finding {
    /// All that is to be said beside the number.
    pub fn beside(&self) -> String {
        match self.more.as_str() {
            "" => self.sure.clone(),
            more => format!("{}; {more}", self.sure),
        }
    }
}

/// What the images of a pass that flipped are missing where none did.
const NO_FLIP: &str = "no image flipped";

/// The findings of a pass, the most important first. What could not be otherwise is no finding:
/// where every image has the clean point and one step, its peak cannot but be at its flip or one before.
pub fn findings(summary: &PassSummary) -> Vec<Finding> {
    let none = summary.flipped.hits == 0;
    // Over the images that flipped.
    let flipped = |words: String| match (none, summary.begun) {
        (_, 0) => "no image attacked".to_owned(),
        (true, _) => NO_FLIP.to_owned(),
        (false, _) => words,
    };
    let ratio = |of: &Quartiles, words: fn(f64) -> String| match none {
        true => NONE.to_owned(),
        false => words(of.median.0),
    };
    let mut flips = quartiles(&summary.first_flip);
    if summary.flipped_back > 0 {
        flips += &format!("; {} came back at least once", summary.flipped_back);
    }
    if let beyond @ 1.. = summary.flipped_beyond() {
        flips += &format!("; {beyond} beyond ε only");
    }
    let mut findings = vec![
        of_rate("clean-accuracy", "Accuracy, clean", &summary.clean_accuracy),
        Finding {
            more: "under this attack: another one may find more".to_owned(),
            ..of_rate(
                "robust-accuracy",
                "Accuracy, robust",
                &summary.robust_accuracy,
            )
        },
        Finding {
            id: "first-flip",
            title: "First flip, median step",
            value: ratio(&summary.first_flip, number),
            sure: flipped(flips),
            more: String::new(),
        },
    ];
    if summary.ends_only {
        return findings;
    }
    if !summary.peak_is_certain() {
        findings.push(Finding {
            sure: flipped(format!(
                "{}; by chance {}",
                interval(&summary.peak_at_flip),
                percent(summary.chance)
            )),
            ..of_rate(
                "peak-at-flip",
                "Sharpest at the flip or one before",
                &summary.peak_at_flip,
            )
        });
    }
    findings.extend([
        Finding {
            sure: flipped(valley(summary)),
            more: match none {
                true => String::new(),
                false => format!(
                    "{} end below a tenth of their peak",
                    summary.below_tenth.hits
                ),
            },
            ..of_rate("in-valley", "Below clean at the end", &summary.in_valley)
        },
        Finding {
            id: "peak-over-clean",
            title: "Peak over clean sharpness",
            value: ratio(&summary.peak_over_clean, times),
            sure: flipped(quartiles(&summary.peak_over_clean)),
            more: String::new(),
        },
        Finding {
            id: "end-over-peak",
            title: "End over peak sharpness",
            value: ratio(&summary.end_over_peak, number),
            sure: flipped(quartiles(&summary.end_over_peak)),
            more: String::new(),
        },
    ]);
    findings
}

/// How sure it is who ends in the valley, and how many of them never rose again.
fn valley(summary: &PassSummary) -> String {
    let words = interval(&summary.in_valley);
    match &summary.stays_below {
        // Runs of earlier versions have no such count.
        stays if stays.n == 0 => words,
        stays => format!("{words}; {} since the flip", stays.hits),
    }
}

fn of_rate(id: &'static str, title: &'static str, rate: &Rate) -> Finding {
    Finding {
        id,
        title,
        value: percent(rate.share.0),
        sure: interval(rate),
        more: String::new(),
    }
}

fn times(ratio: f64) -> String {
    match ratio.is_finite() {
        true => format!("{} ×", significant(ratio, 3)),
        false => number(ratio),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Measure;
    use crate::valley::Population;
    use crate::valley::tests::table;

    fn of(rows: &[(u32, &[f64], &[f64])]) -> Vec<Finding> {
        let readings = table(rows, false);
        findings(&PassSummary::of(
            &readings,
            1,
            Measure::KappaTr,
            Population::Right,
        ))
    }

    fn has_no_number(text: &str) -> bool {
        ["NaN", "inf", "-0"].iter().any(|word| text.contains(word))
    }

    /// Failed before: the command line said "NaN", "NaN %" and "-0.0 % by chance".
    #[test]
    fn where_nobody_flips_it_is_said_in_words() {
        let found = of(&[(0, &[0.0, 0.0, 0.0], &[1.0, 2.0, 3.0])]);
        for finding in &found {
            let words = format!("{} {}", finding.value, finding.beside());
            assert!(!has_no_number(&words), "{}: {words}", finding.title);
        }
        let flip = found.iter().find(|finding| finding.id == "first-flip");
        assert_eq!(
            flip.map(|flip| (flip.value.as_str(), flip.sure.as_str())),
            Some((NONE, NO_FLIP))
        );
    }

    /// Failed before: FGSM's headline was "sharpest at the flip 100 %, by chance 100 %".
    #[test]
    fn what_cannot_be_otherwise_is_not_shown() {
        let one_step = of(&[(0, &[0.0, 1.0], &[1.0, 2.0])]);
        assert!(one_step.iter().all(|finding| finding.id != "peak-at-flip"));
        let two_steps = of(&[(0, &[0.0, 1.0, 1.0], &[1.0, 2.0, 0.5])]);
        assert!(two_steps.iter().any(|finding| finding.id == "peak-at-flip"));
    }

    /// Failed before: both were "in the valley", the one that rises again too.
    #[test]
    fn who_rises_again_is_told_apart() {
        let wrong: &[f64] = &[0.0, 1.0, 1.0, 1.0, 1.0];
        let found = of(&[
            (0, wrong, &[3.0, 9.0, 2.0, 1.0, 0.5]),
            (0, wrong, &[3.0, 9.0, 2.0, 8.0, 2.5]),
        ]);
        let valley = found.iter().find(|finding| finding.id == "in-valley");
        let valley = valley.expect("there is one");
        assert_eq!(valley.value, "100.0 %");
        assert!(valley.sure.contains("1 since the flip"), "{}", valley.sure);
    }
}
