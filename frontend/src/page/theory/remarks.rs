//! The answer in numbers, and what is missing or wrong.

use super::Page;
use crate::view::notice::Notice;
use leptos::prelude::*;
use valleyscope_shared::amount::significant;
use valleyscope_shared::statistic::quantile;
use valleyscope_shared::theory::{Line, Theory};

/// What stands above the figures.
#[component]
pub fn Tiles(page: Page) -> impl IntoView {
    let tiles = move || {
        let tiles = page.theory.ready(tiles).unwrap_or_default();
        let tile = |(title, value, help): (&'static str, String, String)| {
            view! {
                <div>
                    <dt>{title}</dt>
                    <dd>{value} " " <small>{help}</small></dd>
                </div>
            }
        };
        tiles.into_iter().map(tile).collect_view()
    };
    view! { <dl class="facts" id="theory-results">{tiles}</dl> }
}

/// Title, value and what it means.
type Tile = (&'static str, String, String);

fn tiles(theory: &Theory) -> Vec<Tile> {
    let last = |line: Line| {
        let points = theory.curve(line)?;
        let point = points.iter().rev().find(|point| point.n > 0)?;
        Some(point.median.0)
    };
    let number = |value: f64| significant(value, 3);
    let mut tiles: Vec<Tile> = Vec::new();
    if let (Some(rise), Some(second)) = (last(Line::Rise), last(Line::Second)) {
        tiles.push((
            "Rise at the end",
            format!("{} nats", number(rise)),
            format!(
                "slope and curvature at the clean image predict {}",
                number(second)
            ),
        ));
    }
    if let (Some(tightness), Some(least)) = (last(Line::Tightness), last(Line::Least)) {
        tiles.push((
            "Real / least bound",
            number(tightness),
            format!("at the end; the bound is {} nats", number(least)),
        ));
    }
    let median = |value: &dyn Fn(&valleyscope_shared::theory::Radii) -> f64| {
        let mut values: Vec<f64> = theory
            .radii
            .iter()
            .map(value)
            .filter(|value| value.is_finite())
            .collect();
        values.sort_unstable_by(f64::total_cmp);
        quantile(&values, 0.5)
    };
    if !theory.radii.is_empty() {
        let found = median(&|radii| radii.smallest.map_or(f64::NAN, |found| found.0));
        let says = match found.is_nan() {
            true => "no attack of this run broke an image".to_owned(),
            false => format!("median; the smallest attack found is {}", number(found)),
        };
        if let Some(constant) = theory.constant() {
            let radius = median(&|radii| radii.margin.0 / constant);
            tiles.push(("Certified ℓ2 radius", number(radius), says.clone()));
        }
        let estimate = median(&|radii| radii.margin.0 / radii.secant.0);
        if !estimate.is_nan() {
            tiles.push((
                "Estimated ℓ2 radius",
                number(estimate),
                format!("estimate, from ratios on the path; {says}"),
            ));
        }
    }
    if let Some(constant) = theory.constant() {
        let secant = median(&|radii| radii.secant.0);
        tiles.push((
            "Lipschitz constant",
            number(constant),
            format!("certified, ℓ2, image to features; on the paths at most {} in the median (estimate)", number(secant)),
        ));
    }
    tiles
}

/// What is missing, being computed, or wrong.
#[component]
pub fn Remarks(page: Page) -> impl IntoView {
    let remarks = Memo::new(move |_| page.theory.ready(remarks).unwrap_or_default());
    move || {
        let remark = |(kind, words): (&'static str, String)| view! { <Notice kind words /> };
        remarks.get().into_iter().map(remark).collect_view()
    }
}

fn remarks(theory: &Theory) -> Vec<(&'static str, String)> {
    let mut remarks = Vec::new();
    let impossible = theory.impossible();
    if !impossible.is_empty() {
        let rows: Vec<String> = impossible.iter().take(10).map(usize::to_string).collect();
        remarks.push((
            "bad",
            format!(
                "{} certified radii are above an attack that was found, which is impossible: something is wrong. Examples {}.",
                impossible.len(),
                rows.join(", ")
            ),
        ));
    }
    if theory.broken > 0 {
        remarks.push((
            "bad",
            format!(
                "At {} example-points the loss has risen by more than the least bound, which is impossible: something is wrong.",
                theory.broken
            ),
        ));
    }
    if let Some(why) = &theory.missing {
        remarks.push(("warn", format!("There are no bounds: {why}.")));
    }
    match (theory.computing, &theory.missing_constant) {
        (Some((_, 0)), _) => remarks.push((
            "info",
            "The Lipschitz constants wait to be computed.".to_owned(),
        )),
        (Some((done, all)), _) => remarks.push((
            "info",
            format!("The Lipschitz constants are being computed: {done} of {all} operators."),
        )),
        (None, Some(why)) => remarks.push(("info", format!("{why}."))),
        (None, None) => {}
    }
    remarks
}
