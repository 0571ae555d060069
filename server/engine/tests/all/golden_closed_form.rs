//! Every closed form against 40-digit arithmetic: `golden/closed_form.py` made the values, and others the public ones of `vectors/closed_form.json`.

use crate::common::{assert_close, json, matrix, number, numbers};
use serde_json::Value;
use valleyscope_engine::head::{Softmax, Weights, length};
use valleyscope_tests::data;

/// The files have 15 digits; the recipe loses a few units in the last place over sums of at most a dozen terms.
const RELATIVE: f64 = 1e-12;

fn every_closed_form_agrees_with(cases: &Value) {
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
    }
}

#[test]
fn every_closed_form_agrees_with_forty_digit_arithmetic() {
    every_closed_form_agrees_with(&json(&data::golden("closed_form.json")));
}

#[test]
fn every_closed_form_agrees_with_the_public_values() {
    if let Some(file) = data::vector("closed_form.json") {
        every_closed_form_agrees_with(&json(&file));
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
