//! Bounds of the loss, radii, and the numerics that break them.

use crate::count::{Count, HEADS, ROUNDING, on_every_head};
use crate::draw::{Draw, Head};
use valleyscope_head::{Around, Displacement, Softmax, length};

/// The loss after a step is computed anew, from the logits after it.
fn every_bound_holds(select: impl Fn(&valleyscope_head::Bounds) -> f64, name: &str) {
    on_every_head(name, |head, draw, count| {
        let size = draw.length();
        let step = draw.step(head, size);
        let u = head.moved(&step);
        let moved = Displacement::of(&head.softmax, &u, head.label);
        let bound = select(&head.around().at(length(&step)));
        // The logits' changes are rounded at their own size, which that of their differences may be far below.
        let scale = u.iter().fold(moved.spread, |most, u| most.max(u.abs()));
        count.at_most(moved.rise(), bound, scale, || head.words());
    });
}

#[test]
fn the_cubic_bound_holds() {
    every_bound_holds(|bounds| bounds.cubic, "B1");
}

#[test]
fn the_self_concordant_bound_holds() {
    every_bound_holds(|bounds| bounds.concordant, "B2");
}

#[test]
fn hoeffdings_bound_holds() {
    every_bound_holds(|bounds| bounds.hoeffding, "B3");
}

#[test]
fn the_lipschitz_bound_holds() {
    every_bound_holds(|bounds| bounds.lipschitz, "B4");
}

#[test]
fn the_bound_of_flatness_holds() {
    every_bound_holds(|bounds| bounds.flat, "B5");
}

#[test]
fn the_bound_without_curvature_holds() {
    every_bound_holds(|bounds| bounds.free, "B6");
}

inequality!(the_parts_of_a_rise_are_the_rise, |head, draw, count| {
    let size = draw.length();
    let step = draw.step(head, size);
    let u = head.moved(&step);
    let parts = Displacement::of(&head.softmax, &u, head.label);
    let after: Vec<f64> = head
        .softmax
        .logits()
        .iter()
        .zip(&u)
        .map(|(z, u)| z + u)
        .collect();
    let rise = Softmax::new(&after).loss(head.label) - head.softmax.loss(head.label);
    // Logits of some size are rounded before their differences are taken.
    let size = after
        .iter()
        .chain(head.softmax.logits())
        .fold(0.0, |most: f64, z| most.max(z.abs()));
    count.at_most((parts.rise() - rise).abs(), 0.0, size.max(1.0), || {
        head.words()
    });
});

inequality!(
    the_loss_radius_is_within_the_margin_radius,
    |head, _draw, count| {
        let around = head.around();
        let margin = around.margin_radius();
        if margin.is_finite() {
            count.at_most(around.loss_radius(), margin, margin, || head.words());
        }
    }
);

inequality!(
    within_the_margin_radius_the_prediction_holds,
    |head, draw, count| {
        let radius = head.around().margin_radius();
        if radius > 0.0 && radius.is_finite() {
            // Toward the nearest class, which is the worst there is, and anywhere.
            for step in [
                head.worst(radius * 0.999_999_9),
                draw.step(head, radius * 0.999_999_9),
            ] {
                let after: Vec<f64> = head
                    .softmax
                    .logits()
                    .iter()
                    .zip(head.moved(&step))
                    .map(|(z, u)| z + u)
                    .collect();
                let margin = Softmax::new(&after).margin(head.label);
                let size = after.iter().fold(0.0, |most: f64, z| most.max(z.abs()));
                count.at_most(-margin, 0.0, size, || head.words());
            }
        }
    }
);

/// A step past the margin radius toward the nearest class changes the prediction: the certificate is exact.
#[test]
fn just_beyond_the_margin_radius_the_prediction_changes() {
    let (mut seen, mut held) = (0, 0);
    for seed in 0..HEADS {
        let head = Draw::new(seed).head();
        let radius = head.around().margin_radius();
        if radius > 0.0 && radius.is_finite() {
            let u = head.moved(&head.worst(radius * (1.0 + 1e-6)));
            let after: Vec<f64> = head
                .softmax
                .logits()
                .iter()
                .zip(u)
                .map(|(z, u)| z + u)
                .collect();
            seen += 1;
            held += usize::from(Softmax::new(&after).margin(head.label) > 0.0);
        }
    }
    assert!(seen > 1000, "{seen}");
    assert_eq!(held, 0, "of {seen}");
}

/// A statement that is false, so that the counting is seen to find it: κ_tr ≤ κ_max fails on a good part of the heads.
#[test]
fn a_false_statement_is_found() {
    let mut count = Count::default();
    for seed in 0..HEADS {
        let head = Draw::new(seed).head();
        let kappa = head.weights.variance(&head.softmax);
        let bound = head.weights.weighted_gini(&head.softmax);
        count.at_most(kappa, bound, bound, || head.words());
    }
    let share = count.broken.len() as f64 / count.seen as f64;
    assert!(share > 0.05, "{share}");
    assert!(
        count.nearest > 1.5 && count.nearest <= 2.0 + 1e-9,
        "{}",
        count.nearest
    );
}

/// The naive curvature, W^T S W with S = diag(p) − p pᵀ and 1 − p by subtraction, certifies what does not hold.
#[test]
fn naive_numerics_break_the_certificate() {
    let (mut naive_broken, mut stable_broken, mut seen) = (0, 0, 0);
    for seed in 0..HEADS {
        let mut draw = Draw::new(seed);
        let head = draw.saturated();
        let around = head.around();
        let step = draw.step(&head, 1e-3);
        let moved = Displacement::of(&head.softmax, &head.moved(&step), head.label);
        let naive = naive_slope(&head);
        let tau = length(&step);
        let with = |slope: f64| around.at(tau).flat - around.slope * tau + slope * tau;
        seen += 1;
        let scale = ROUNDING * moved.first.abs().max(moved.spread);
        naive_broken += usize::from(moved.rise() > with(naive) + scale);
        stable_broken += usize::from(moved.rise() > with(around.slope) + scale);
    }
    assert!(naive_broken > 0, "of {seen}");
    assert_eq!(stable_broken, 0, "of {seen}");
}

/// ‖Σ_k p_k w_k − w_y‖ as one would write it down: where p_y is nearly 1 the difference has lost what counts.
fn naive_slope(head: &Head) -> f64 {
    let p = &head.softmax.p;
    let own = p
        .iter()
        .zip(head.rows())
        .fold(vec![0.0; head.features], |mut sum, (p, row)| {
            sum.iter_mut().zip(row).for_each(|(sum, w)| *sum += p * w);
            sum
        });
    let label = head.rows().nth(head.label).unwrap();
    length(
        &own.iter()
            .zip(label)
            .map(|(mean, w)| mean - w)
            .collect::<Vec<_>>(),
    )
}

#[test]
fn what_is_not_a_number_is_certified_nothing() {
    let head = Draw::new(1).head();
    let softmax = Softmax::new(&vec![f64::NAN; head.softmax.p.len()]);
    let around = Around::of(&head.weights, &softmax, 0);
    assert_eq!(around.loss_radius(), 0.0);
    assert!(around.at(1.0).flat.is_nan());
}
