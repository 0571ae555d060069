//! The key results of a pass, each with how sure it is.

use crate::words;
use leptos::prelude::*;
use valleyscope_shared::amount::significant;
use valleyscope_shared::valley::PassSummary;

/// The key results.
#[component]
pub fn Facts(summary: PassSummary) -> impl IntoView {
    let mut chance = words::interval(&summary.peak_at_flip);
    if summary.peak_at_flip.n > 0 {
        chance += &format!("; by chance {}", words::percent(summary.chance));
    }
    let of_flipped = format!(
        "{}; below a tenth of their peak {}",
        words::interval(&summary.in_valley),
        words::percent(summary.below_tenth.share.0)
    );
    let flips = match summary.flipped_back {
        0 => words::quartiles(&summary.first_flip),
        back => format!(
            "{}; {back} came back at least once",
            words::quartiles(&summary.first_flip)
        ),
    };
    view! {
        <dl class="facts">
            <Fact
                title="Accuracy, clean"
                value=words::percent(summary.clean_accuracy.share.0)
                sure=words::interval(&summary.clean_accuracy)
            />
            <Fact
                title="Accuracy, robust"
                value=words::percent(summary.robust_accuracy.share.0)
                sure=words::interval(&summary.robust_accuracy)
            />
            <Fact title="First flip, median step" value=words::number(summary.first_flip.median.0) sure=flips />
            <Fact
                title="Sharpest at the flip or one before"
                value=words::percent(summary.peak_at_flip.share.0)
                sure=chance
            />
            <Fact title="In the valley at the end" value=words::percent(summary.in_valley.share.0) sure=of_flipped />
            <Fact
                title="Peak over clean sharpness"
                value=times(summary.peak_over_clean.median.0)
                sure=words::quartiles(&summary.peak_over_clean)
            />
            <Fact
                title="End over peak sharpness"
                value=words::number(summary.end_over_peak.median.0)
                sure=words::quartiles(&summary.end_over_peak)
            />
        </dl>
    }
}

#[component]
fn Fact(title: &'static str, value: String, sure: String) -> impl IntoView {
    view! {
        <div>
            <dt>{title}</dt>
            <dd>{value} " " <small>{sure}</small></dd>
        </div>
    }
}

fn times(ratio: f64) -> String {
    match ratio.is_finite() {
        true => format!("{} ×", significant(ratio, 3)),
        false => words::number(ratio),
    }
}
