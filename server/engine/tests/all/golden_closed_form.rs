//! Every closed form against 40-digit arithmetic: `golden/closed_form.py` made the values, and others the public ones of `vectors/closed_form.json`.

use crate::common::{assert_close, json, matrix, number, numbers};
use serde_json::Value;
use valleyscope_engine::head::{Around, Displacement, Softmax, Weights, length, third};
use valleyscope_tests::data;

/// The files have 15 digits; the recipe loses a few units in the last place over sums of at most a dozen terms.
const RELATIVE: f64 = 1e-12;

fn every_closed_form_agrees_with(cases: &Value, curvature: Curvature) {
    let cases = cases.as_array().unwrap();
    assert_eq!(cases.len(), 5);
    for case in cases {
        let name = case["name"].as_str().unwrap();
        let expected = &case["expected"];
        let rows = case["W"].as_array().unwrap();
        let (weight, bias, phi) = (
            matrix(&case["W"]),
            numbers(&case["b"]),
            numbers(&case["phi"]),
        );
        let label = case["y"].as_u64().unwrap() as usize;
        let logits: Vec<f64> = (rows.iter().zip(&bias))
            .map(|(row, b)| {
                numbers(row)
                    .iter()
                    .zip(&phi)
                    .map(|(w, x)| w * x)
                    .sum::<f64>()
                    + b
            })
            .collect();

        let weights = Weights::new(&weight, rows.len());
        let softmax = Softmax::new(&logits);
        let phi_sq: f64 = phi.iter().map(|x| x * x).sum();
        let around = Around::of(&weights, &softmax, label);
        let gini = softmax.gini();
        let gradient = softmax.gradient(label);
        let readings = [
            ("loss", softmax.loss(label)),
            ("gini", gini),
            ("entropy", softmax.entropy()),
            ("phi_sq", phi_sq),
            ("W_fro_sq", weights.fro_sq()),
            ("W_centered_fro_sq", weights.centred_fro_sq()),
            ("grad_W_fro", length(&gradient) * phi_sq.sqrt()),
            ("grad_phi_norm", weights.gradient_length(&gradient)),
            ("trace_H", gini * phi_sq),
            ("kappa_code", weights.fro_sq().sqrt() * gini * phi_sq),
            ("kappa_F2", weights.fro_sq() * gini * phi_sq),
            (
                "kappa_F2_centered",
                weights.centred_fro_sq() * gini * phi_sq,
            ),
            ("kappa_tr_neuronwise", weights.variance(&softmax) * phi_sq),
            ("kappa_max", weights.weighted_gini(&softmax) * phi_sq),
            ("lambda_max_S", softmax.lambda_max()),
            ("lambda_max_H", softmax.lambda_max() * phi_sq),
            ("trace_H_bias_augmented", gini * (phi_sq + 1.0)),
            ("lambda_max_feature_hessian", around.curvature),
            ("D", around.diameter),
            ("M", around.deviation),
            ("third_T_yyy", third(&softmax, [label; 3])),
        ];
        for (id, got) in readings {
            assert_close(
                got,
                number(&expected[id]),
                RELATIVE,
                &format!("{name}: {id}"),
            );
        }
        for (k, p) in numbers(&expected["p"]).into_iter().enumerate() {
            assert_close(softmax.p[k], p, RELATIVE, &format!("{name}: p[{k}]"));
        }
        let per_class = weights.per_class(&softmax);
        for (got, want) in per_class.iter().zip(numbers(&expected["per_class_kappa"])) {
            assert_close(got * phi_sq, want, RELATIVE, &format!("{name}: per class"));
        }
        if !expected["third_T_012"].is_null() {
            let want = number(&expected["third_T_012"]);
            assert_close(
                third(&softmax, [0, 1, 2]),
                want,
                RELATIVE,
                &format!("{name}: T_012"),
            );
        }
        match expected.get("margin_radius_feature") {
            Some(want) => assert_close(around.margin_radius(), number(want), RELATIVE, name),
            // Nothing moves the prediction where no row differs; where it is not the label, nothing is certified.
            None => assert!(
                [0.0, f64::INFINITY].contains(&around.margin_radius()),
                "{name}"
            ),
        }
        if case.get("step").is_some() {
            let mut around = around;
            if curvature == Curvature::Trace {
                around.curvature = weights.variance(&softmax);
            }
            the_step_agrees(case, &weight, &softmax, &around, label);
        }
    }
}

/// What stands for C in the bounds of a file: the largest eigenvalue of Wᵀ S W, or its trace, which is no smaller.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Curvature {
    Largest,
    Trace,
}

/// What a step of the features does, and every bound of it.
fn the_step_agrees(case: &Value, weight: &[f64], softmax: &Softmax, around: &Around, label: usize) {
    let name = case["name"].as_str().unwrap();
    let (step, delta) = (&case["step"], numbers(&case["Delta"]));
    let rows = weight.chunks(delta.len());
    let u: Vec<f64> = rows
        .map(|row| row.iter().zip(&delta).map(|(w, d)| w * d).sum())
        .collect();
    let moved = Displacement::of(softmax, &u, label);
    let (growth, bounds) = (moved.growth(), around.at(length(&delta)));
    let readings = [
        ("tau", length(&delta)),
        ("range_R", moved.range),
        ("first_order", moved.first),
        ("var_p_u", moved.spread),
        ("mu3", moved.third),
        ("loss_change", moved.rise()),
        ("cgf", moved.spread / 2.0 + moved.remainder),
        ("R3", moved.remainder),
        ("R3_bound_range", moved.remainder_bound()),
        ("selfconc_lower", growth.concordant[0]),
        ("selfconc_upper", growth.concordant[1]),
        ("bennett", growth.bennett),
        ("hoeffding", growth.hoeffding),
        ("B1", bounds.cubic),
        ("B2", bounds.concordant),
        ("B3", bounds.hoeffding),
        ("B4", bounds.lipschitz),
        ("B5", bounds.flat),
        ("B6", bounds.free),
    ];
    for (id, got) in readings {
        assert_close(got, number(&step[id]), RELATIVE, &format!("{name}: {id}"));
    }
}

#[test]
fn every_closed_form_agrees_with_forty_digit_arithmetic() {
    every_closed_form_agrees_with(&json(&data::golden("closed_form.json")), Curvature::Largest);
}

#[test]
fn every_closed_form_agrees_with_the_public_values() {
    if let Some(file) = data::vector("closed_form.json") {
        every_closed_form_agrees_with(&json(&file), Curvature::Trace);
    }
}

/// What the recipe guards against: on the saturated head the naive Σ p (1 − p) is off by more than the tolerance
/// (by 8e-8 or more, since 1 − p keeps only the digits of 1e-11 above 1e-16), so a naive formula cannot pass the test above.
#[test]
fn the_naive_formula_fails_on_the_saturated_head() {
    let cases = json(&data::golden("closed_form.json"));
    let case = cases
        .as_array()
        .unwrap()
        .iter()
        .find(|case| case["name"] == "saturated")
        .unwrap();
    let logits = numbers(&case["expected"]["logits"]);
    let softmax = Softmax::new(&logits);
    let naive: f64 = softmax.p.iter().map(|p| p * (1.0 - p)).sum();
    let want = number(&case["expected"]["gini"]);
    assert!(
        (naive / want - 1.0).abs() > 1e-9,
        "naive {naive} against {want}"
    );
    assert!((softmax.gini() / want - 1.0).abs() < RELATIVE);
}
