//! What is proved of softmax heads, on 100,000 random ones each: curvatures, third derivatives, bounds and radii.
//!
//! Heads have 2 to 100 classes, weights over three decades and confidences from even to saturated; labels are the predicted class or any.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod draw;

use draw::{Draw, Head};
use valleyscope_head::{Around, Displacement, Softmax, length, third};

const HEADS: u64 = 100_000;

/// A sum of at most 100 terms is rounded by 100 halves of the last place at most, of its largest part; the sides of an inequality are
/// made of some ten of those. What is compared may be that much apart where the two sides are equal.
const ROUNDING: f64 = 1e3 * f64::EPSILON;

/// Counts how often `low <= high` fails by more than rounding at the scale of the two.
#[derive(Default)]
struct Count {
    seen: u64,
    broken: Vec<String>,
    nearest: f64,
}

impl Count {
    fn at_most(&mut self, low: f64, high: f64, scale: f64, what: impl FnOnce() -> String) {
        self.seen += 1;
        if high > 0.0 && low / high > self.nearest {
            self.nearest = low / high;
        }
        // Not a number on either side breaks it too.
        if !(low <= high + ROUNDING * scale.max(high.abs())) {
            self.broken.push(format!("{}: {low:e} > {high:e}", what()));
        }
    }

    fn check(&self, name: &str) {
        let broken = self.broken.len();
        let first = self.broken.first();
        assert_eq!(
            broken, 0,
            "{name}: {broken} of {} fail, as {first:?}",
            self.seen
        );
        assert!(self.seen > 0, "{name}: nothing was compared");
    }
}

/// Compares on every head.
fn on_every_head(name: &str, mut compare: impl FnMut(&Head, &mut Draw, &mut Count)) {
    let mut count = Count::default();
    for seed in 0..HEADS {
        let mut draw = Draw::new(seed);
        let head = draw.head();
        compare(&head, &mut draw, &mut count);
    }
    count.check(name);
}

macro_rules! inequality {
    ($name:ident, |$head:ident, $draw:ident, $count:ident| $body:block) => {
        #[test]
        fn $name() {
            on_every_head(stringify!($name), |$head, $draw, $count| $body);
        }
    };
}

/// p (1 − p) of every class.
fn spreads(softmax: &Softmax) -> impl Iterator<Item = f64> + '_ {
    (0..softmax.p.len()).map(|k| softmax.p[k] * softmax.complement(k))
}

fn largest_spread(softmax: &Softmax) -> f64 {
    spreads(softmax).fold(0.0, f64::max)
}

inequality!(
    kappa_tr_is_at_most_the_centred_norm_times_an_eigenvalue,
    |head, _draw, count| {
        let kappa = head.weights.variance(&head.softmax);
        let share = (2.0 * largest_spread(&head.softmax)).min(0.5);
        let bound = share * head.weights.centred_fro_sq();
        count.at_most(kappa, bound, bound, || head.words());
    }
);

inequality!(that_is_at_most_kappa_f2, |head, _draw, count| {
    let share = (2.0 * largest_spread(&head.softmax)).min(0.5);
    let bound = head.softmax.gini() * head.weights.fro_sq();
    let low = share * head.weights.centred_fro_sq();
    count.at_most(low, bound, bound, || head.words());
});

inequality!(kappa_tr_is_at_most_twice_kappa_max, |head, _draw, count| {
    let kappa = head.weights.variance(&head.softmax);
    let bound = 2.0 * head.weights.weighted_gini(&head.softmax);
    count.at_most(kappa, bound, bound, || head.words());
});

inequality!(
    lambda_max_is_at_least_the_second_probability,
    |head, _draw, count| {
        let others = (0..head.softmax.p.len()).filter(|k| *k != head.softmax.top);
        let second = others.map(|k| head.softmax.p[k]).fold(0.0, f64::max);
        count.at_most(second, head.softmax.lambda_max(), second, || head.words());
    }
);

inequality!(
    lambda_max_is_at_least_the_largest_spread,
    |head, _draw, count| {
        let low = largest_spread(&head.softmax);
        count.at_most(low, head.softmax.lambda_max(), low, || head.words());
    }
);

inequality!(lambda_max_is_at_most_a_half, |head, _draw, count| {
    count.at_most(head.softmax.lambda_max(), 0.5, 0.5, || head.words());
});

inequality!(
    lambda_max_is_at_most_the_first_probability,
    |head, _draw, count| {
        let first = head.softmax.p[head.softmax.top];
        count.at_most(head.softmax.lambda_max(), first, first, || head.words());
    }
);

inequality!(
    lambda_max_is_at_most_twice_the_largest_spread,
    |head, _draw, count| {
        let bound = 2.0 * largest_spread(&head.softmax);
        count.at_most(head.softmax.lambda_max(), bound, bound, || head.words());
    }
);

inequality!(lambda_max_is_at_most_gini, |head, _draw, count| {
    let bound = head.softmax.gini();
    count.at_most(head.softmax.lambda_max(), bound, bound, || head.words());
});

inequality!(
    the_curvature_in_the_features_is_at_most_its_trace,
    |head, _draw, count| {
        let around = head.around();
        let trace = head.weights.variance(&head.softmax);
        count.at_most(around.curvature, trace, trace, || head.words());
    }
);

inequality!(
    no_direction_of_the_features_is_more_curved,
    |head, draw, count| {
        let step = draw.step(head, 1.0);
        let spread = Displacement::of(&head.softmax, &head.moved(&step), head.label).spread;
        let bound = head.around().curvature;
        count.at_most(spread, bound, bound, || head.words());
    }
);

inequality!(
    third_derivatives_along_one_logit_are_small,
    |head, draw, count| {
        let bound = 1.0 / (6.0 * 3.0_f64.sqrt());
        let (a, c) = (draw.class(head), draw.class(head));
        count.at_most(third(&head.softmax, [a; 3]).abs(), bound, bound, || {
            head.words()
        });
        if a != c {
            count.at_most(third(&head.softmax, [a, a, c]).abs(), bound, bound, || {
                head.words()
            });
        }
    }
);

inequality!(
    third_derivatives_along_three_logits_are_smaller,
    |head, draw, count| {
        let classes: [usize; 3] = std::array::from_fn(|_| draw.class(head));
        let [a, b, c] = classes;
        let bound = 2.0 / 27.0;
        if a != b && b != c && a != c {
            count.at_most(third(&head.softmax, classes).abs(), bound, bound, || {
                head.words()
            });
        }
    }
);

inequality!(
    the_third_moment_is_at_most_the_tight_bound,
    |head, draw, count| {
        let moved = draw.displacement(head);
        // The root halves the digits of what is nearly nothing: of σ² R and R² − 4σ² half the last place of R² is lost.
        let scale = moved.spread * moved.range / ROUNDING * (f64::EPSILON * 1e2).sqrt();
        count.at_most(moved.third.abs(), moved.third_bound(), scale, || {
            head.words()
        });
    }
);

inequality!(
    the_tight_bound_is_at_most_range_times_spread,
    |head, draw, count| {
        let moved = draw.displacement(head);
        let bound = moved.range * moved.spread;
        count.at_most(moved.third_bound(), bound, bound, || head.words());
    }
);

inequality!(
    the_tight_bound_is_at_most_the_cubed_range,
    |head, draw, count| {
        let moved = draw.displacement(head);
        let bound = moved.range.powi(3) / (6.0 * 3.0_f64.sqrt());
        count.at_most(moved.third_bound(), bound, bound, || head.words());
    }
);

inequality!(
    along_a_unit_direction_of_the_logits_it_is_smaller,
    |head, draw, count| {
        let u = draw.direction(head.softmax.p.len());
        let moved = Displacement::of(&head.softmax, &u, head.label);
        let bound = 8.0_f64.sqrt() / (6.0 * 3.0_f64.sqrt());
        count.at_most(moved.third.abs(), bound, bound, || head.words());
    }
);

inequality!(
    the_spread_is_at_most_a_quarter_of_the_squared_range,
    |head, draw, count| {
        let moved = draw.displacement(head);
        let bound = moved.range * moved.range / 4.0;
        count.at_most(moved.spread, bound, bound, || head.words());
    }
);

inequality!(confidence_holds_gini_from_below, |head, _draw, count| {
    let q = head.softmax.q;
    if q <= 0.5 {
        let gini = head.softmax.gini();
        count.at_most(2.0 * q * (1.0 - q), gini, gini, || head.words());
    }
});

inequality!(confidence_holds_gini_from_above, |head, _draw, count| {
    let (q, classes) = (head.softmax.q, head.softmax.p.len() as f64);
    let bound = 2.0 * q - q * q * classes / (classes - 1.0);
    count.at_most(head.softmax.gini(), bound, q, || head.words());
});

inequality!(gini_is_at_most_the_entropy, |head, _draw, count| {
    let entropy = head.softmax.entropy();
    count.at_most(head.softmax.gini(), entropy, entropy, || head.words());
});

inequality!(
    a_wrong_prediction_has_a_loss_of_log_two,
    |head, _draw, count| {
        if head.softmax.top != head.label {
            let loss = head.softmax.loss(head.label);
            count.at_most(2.0_f64.ln(), loss, loss, || head.words());
        }
    }
);

inequality!(
    a_loss_above_log_k_is_a_wrong_prediction,
    |head, _draw, count| {
        if head.softmax.top == head.label {
            let bound = (head.softmax.p.len() as f64).ln();
            count.at_most(head.softmax.loss(head.label), bound, bound, || head.words());
        }
    }
);

inequality!(
    the_remainder_is_at_most_the_cubed_range,
    |head, draw, count| {
        let moved = draw.displacement(head);
        // The remainder is a difference of what grows like σ².
        let scale = moved.spread.max(moved.remainder_bound());
        count.at_most(
            moved.remainder.abs(),
            moved.remainder_bound(),
            scale,
            || head.words(),
        );
    }
);

inequality!(
    self_concordance_holds_the_growth_from_both_sides,
    |head, draw, count| {
        let moved = draw.displacement(head);
        let (growth, is) = (moved.growth(), moved.spread / 2.0 + moved.remainder);
        let [low, high] = growth.concordant;
        count.at_most(low, is, is.abs(), || head.words());
        count.at_most(is, high, is.abs(), || head.words());
    }
);

inequality!(bennett_holds_the_growth, |head, draw, count| {
    let moved = draw.displacement(head);
    let is = moved.spread / 2.0 + moved.remainder;
    count.at_most(is, moved.growth().bennett, is.abs(), || head.words());
});

inequality!(hoeffding_holds_the_growth, |head, draw, count| {
    let moved = draw.displacement(head);
    let is = moved.spread / 2.0 + moved.remainder;
    count.at_most(is, moved.growth().hoeffding, is.abs(), || head.words());
});

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
