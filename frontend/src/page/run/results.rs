//! The key results, each with how sure it is.

use super::Page;
use crate::dom::View;
use crate::lean::memo;
use crate::view::part::part;
use crate::words;
use valleyscope_markup::html;
use valleyscope_shared::valley::PassSummary;

/// The numbers above the figures.
pub fn results(page: Page) -> View {
    let summary = memo(move || {
        let chosen = page.address.view.with(|view| view.pass);
        page.live.state.with(|state| {
            let started = state.started.as_ref()?;
            let pass = chosen.unwrap_or_else(|| started.main_pass());
            let summary = state.passes.get(pass)?.summary.as_ref()?;
            let several = started.several_epsilons();
            let epsilon = started.epsilons.get(pass).filter(|_| several);
            let words =
                epsilon.map(|epsilon| format!("Key results, classes and examples at ε {epsilon}"));
            Some((summary.summary.clone(), words))
        })
    });
    part(move || {
        summary.with(|summary| {
            let (summary, words) = summary.as_ref()?;
            let words = words.clone();
            Some(html! {
                {words.map(|words| html! { <p class="small quiet">{words}</p> })}
                {facts(summary)}
            })
        })
    })
}

/// The key results of one pass.
pub fn facts(summary: &PassSummary) -> View {
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
    html! {
        <dl class="facts">
            {fact("Accuracy, clean", words::percent(summary.clean_accuracy.share.0), words::interval(&summary.clean_accuracy))}
            {fact("Accuracy, robust", words::percent(summary.robust_accuracy.share.0), words::interval(&summary.robust_accuracy))}
            {fact("First flip, median step", words::number(summary.first_flip.median.0), flips)}
            {fact("Sharpest at the flip or one before", words::percent(summary.peak_at_flip.share.0), chance)}
            {fact("In the valley at the end", words::percent(summary.in_valley.share.0), of_flipped)}
            {fact("Peak over clean sharpness", times(summary.peak_over_clean.median.0), words::quartiles(&summary.peak_over_clean))}
            {fact("End over peak sharpness", words::number(summary.end_over_peak.median.0), words::quartiles(&summary.end_over_peak))}
        </dl>
    }
}

fn times(ratio: f64) -> String {
    match ratio.is_finite() {
        true => format!("{} ×", valleyscope_shared::amount::significant(ratio, 3)),
        false => words::number(ratio),
    }
}

fn fact(title: &'static str, value: String, sure: String) -> View {
    html! {
        <div>
            <dt>{title}</dt>
            <dd>
                {value} <small>{sure}</small>
            </dd>
        </div>
    }
}
