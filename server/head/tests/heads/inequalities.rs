//! Curvatures, third derivatives, and how the loss grows.

use crate::count::ROUNDING;
use valleyscope_head::{Displacement, Softmax, third};

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
