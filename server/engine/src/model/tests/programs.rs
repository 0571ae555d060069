//! Weights files that bring their operators with them: what is right is computed, and what asks for too much or is wrong is refused
//! by name before anything is computed.

use crate::model::program::METADATA;
use crate::model::{Normalisation, Wanted, load_bytes, recognise};
use safetensors::tensor::{Dtype, TensorView};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::PathBuf;
use tch::{Device, Kind, Tensor};

/// A file in a folder, with these operators and tensors of ones.
fn file(
    input: [i64; 3],
    steps: &Value,
    tensors: &[(&str, &[usize])],
) -> (tempfile::TempDir, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("network.safetensors");
    let program = json!({ "input": input, "steps": steps }).to_string();
    let ones: Vec<(&str, &[usize], Vec<u8>)> = (tensors.iter())
        .map(|(name, shape)| {
            let count = shape.iter().product::<usize>();
            // Not all alike, so that nothing is symmetric by chance.
            let numbers = (0..count).map(|i| 0.5 + 0.1 * (i % 7) as f32);
            (*name, *shape, numbers.flat_map(f32::to_le_bytes).collect())
        })
        .collect();
    let views = ones.iter().map(|(name, shape, bytes)| {
        (
            *name,
            TensorView::new(Dtype::F32, shape.to_vec(), bytes).unwrap(),
        )
    });
    let metadata = HashMap::from([(METADATA.to_owned(), program)]);
    safetensors::serialize_to_file(views, Some(metadata), &path).unwrap();
    (place, path)
}

fn refusal(input: [i64; 3], steps: Value, tensors: &[(&str, &[usize])]) -> String {
    let (_place, path) = file(input, &steps, tensors);
    match recognise(&path, &Wanted::default()) {
        Ok(found) => panic!("{steps} is taken as {found:?}"),
        Err(error) => error.to_string(),
    }
}

const HEAD: (&str, &[usize]) = ("fc.weight", &[2, 3]);
const BIAS: (&str, &[usize]) = ("fc.bias", &[2]);

fn head(input: usize) -> Value {
    json!({ "name": "fc", "op": { "linear": { "out": 2, "bias": true } }, "inputs": [input] })
}

fn step(name: &str, op: Value, inputs: &[usize]) -> Value {
    json!({ "name": name, "op": op, "inputs": inputs })
}

fn pooled() -> Value {
    step("pool", json!({ "pool_mean": null }), &[0])
}

#[test]
fn a_program_is_its_own_family_and_is_computed() {
    let (_place, path) = file([3, 4, 4], &json!([pooled(), head(1)]), &[HEAD, BIAS]);
    let found = recognise(&path, &Wanted::default()).unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].architecture.family_key(), "program");
    let card = found[0]
        .card("a program", Normalisation::default())
        .to_json()
        .unwrap();
    let weights = std::fs::read(&path).unwrap();
    for kind in [Kind::Float, Kind::Double] {
        let loaded = load_bytes(&card, &weights, Device::Cpu, kind).unwrap();
        let x = Tensor::ones([1, 3, 4, 4], (kind, Device::Cpu));
        let logits = loaded.model.forward(&x).unwrap().logits;
        // 0.5 + 0.6 + 0.7 + 0.5 and 0.8 + 0.9 + 1.0 + 0.6 of the formula above, in f32.
        let expected = [2.3, 3.3];
        for (place, expected) in expected.into_iter().enumerate() {
            let value = logits.double_value(&[0, place as i64]);
            assert!((value - expected).abs() < 1e-6, "{value} {expected}");
        }
    }
}

#[test]
fn what_is_wrong_with_a_program_is_said_by_name() {
    let small = [3, 4, 4];
    let cases = [
        (
            json!([step("a", json!({ "flaten": null }), &[0]), head(1)]),
            "unknown variant `flaten`",
        ),
        (json!([pooled()]), "the last is no linear layer"),
        (json!([]), "the last is no linear layer"),
        (
            json!([step("loop", json!({ "relu": null }), &[2]), head(1)]),
            "loop: takes what comes after it",
        ),
        (json!([pooled(), pooled(), head(1)]), "pool: is there twice"),
        (
            json!([
                step(
                    "c",
                    json!({ "clamp": { "least": -1.7976931348623157e308, "most": 1.0 } }),
                    &[0]
                ),
                head(1)
            ]),
            "c: is described by a number beyond",
        ),
        (
            json!([
                step(
                    "c",
                    json!({ "constant": { "stored": [2, 2], "shape": [-2, -2] } }),
                    &[]
                ),
                head(1)
            ]),
            "c: gives [-2, -2]",
        ),
        (
            json!([
                step(
                    "e",
                    json!({ "expand": { "shape": [268435456, 3, 4, 4] } }),
                    &[0]
                ),
                head(1)
            ]),
            "e: gives [268435456, 3, 4, 4]",
        ),
        (
            json!([
                step(
                    "conv",
                    json!({ "conv2d": { "out": 4, "kernel": 3, "stride": 1, "padding": 9223372036854775807i64, "dilation": 1, "groups": 1, "bias": false } }),
                    &[0]
                ),
                head(1)
            ]),
            "conv: is described by a number beyond",
        ),
        (
            json!([step("m", json!({ "mat_mul": null }), &[0]), head(1)]),
            "m: cannot multiply",
        ),
    ];
    for (steps, words) in cases {
        let text = refusal(small, steps, &[HEAD, BIAS]);
        assert!(text.contains(words), "{words}: {text}");
    }
}

/// Files that were written when all windows were square say one number for both sides, and nothing of a pool's gaps.
#[test]
fn one_number_stands_for_both_sides_of_a_window() {
    let steps = |side: Value, gaps: Option<Value>| {
        let zero = json!(0);
        let conv = json!({ "conv2d": { "out": 3, "kernel": side, "stride": side, "padding": zero, "dilation": 1, "groups": 3, "bias": false } });
        let mut pool = json!({ "pool_max": { "kernel": side, "stride": side, "padding": zero, "rest": false } });
        if let Some(gaps) = gaps {
            pool["pool_max"]["dilation"] = gaps;
        }
        let mean = json!({ "pool_average": { "kernel": side, "stride": side, "padding": zero, "counts_padding": true, "rest": false } });
        json!([
            step("conv", conv, &[0]),
            step("pool", pool, &[1]),
            step("mean", mean, &[2]),
            step("row", json!({ "pool_mean": null }), &[3]),
            head(4)
        ])
    };
    let tensors: [(&str, &[usize]); 3] = [("conv.weight", &[3, 1, 2, 2]), HEAD, BIAS];
    let logits = [
        steps(json!(2), None),
        steps(json!([2, 2]), Some(json!([1, 1]))),
    ]
    .map(|steps| {
        let (_place, path) = file([3, 16, 16], &steps, &tensors);
        let found = recognise(&path, &Wanted::default()).unwrap().remove(0);
        let card = found.card("a window", Normalisation::default());
        // What is written is again one number.
        let card = card.to_json().unwrap();
        assert!(
            !card.contains("[2,") && !card.contains("dilation\":["),
            "{card}"
        );
        let weights = std::fs::read(&path).unwrap();
        let loaded = load_bytes(&card, &weights, Device::Cpu, Kind::Double).unwrap();
        let x = Tensor::linspace(0.0, 1.0, 768, (Kind::Double, Device::Cpu)).view([1, 3, 16, 16]);
        loaded.model.forward(&x).unwrap().logits
    });
    assert_eq!((&logits[0] - &logits[1]).abs().max().double_value(&[]), 0.0);
    let wrong = refusal([3, 16, 16], steps(json!([2, 2, 2]), None), &tensors);
    assert!(
        wrong.contains("one whole number, or two for height and width"),
        "{wrong}"
    );
}

/// Each value is within its limit, and all of them together are not.
#[test]
fn a_program_of_many_large_values_is_refused_before_it_is_computed() {
    let mut steps = vec![step(
        "up",
        json!({ "upsample": { "to": [3000, 3000] } }),
        &[0],
    )];
    for branch in 0..12 {
        let name = format!("branch{branch}");
        steps.push(step(
            &name,
            json!({ "affine": { "scale": 2.0, "shift": 0.0 } }),
            &[1],
        ));
    }
    for sum in 0..11 {
        let before = if sum == 0 { 2 } else { 13 + sum };
        steps.push(step(
            &format!("sum{sum}"),
            json!({ "add": null }),
            &[before, 3 + sum],
        ));
    }
    steps.push(step("pool", json!({ "pool_mean": null }), &[24]));
    steps.push(head(25));
    let text = refusal([3, 4, 4], Value::Array(steps), &[HEAD, BIAS]);
    assert!(
        text.contains("operators give") && text.contains("GB"),
        "{text}"
    );
}

/// A norm over the width of a picture is no norm of the convolution's channels, though both are eight.
#[test]
fn a_norm_of_the_last_dimension_is_not_folded_into_a_convolution() {
    let conv = json!({ "conv2d": { "out": 8, "kernel": 1, "stride": 1, "padding": 0, "dilation": 1, "groups": 1, "bias": false } });
    let norm = json!({ "batch_norm": { "epsilon": 1e-5, "last": true } });
    let steps = |between: bool| {
        let mut steps = vec![step("conv", conv.clone(), &[0])];
        if between {
            steps.push(step(
                "same",
                json!({ "affine": { "scale": 1.0, "shift": 0.0 } }),
                &[1],
            ));
        }
        let place = steps.len();
        steps.push(step("norm", norm.clone(), &[place]));
        steps.push(step("pool", json!({ "pool_mean": null }), &[place + 1]));
        steps.push(json!({ "name": "fc", "op": { "linear": { "out": 2, "bias": true } }, "inputs": [place + 2] }));
        Value::Array(steps)
    };
    let tensors: [(&str, &[usize]); 7] = [
        ("conv.weight", &[8, 3, 1, 1]),
        ("norm.weight", &[8]),
        ("norm.bias", &[8]),
        ("norm.running_mean", &[8]),
        ("norm.running_var", &[8]),
        ("fc.weight", &[2, 8]),
        ("fc.bias", &[2]),
    ];
    let logits = [false, true].map(|between| {
        let (_place, path) = file([3, 8, 8], &steps(between), &tensors);
        let found = recognise(&path, &Wanted::default()).unwrap().remove(0);
        let card = found
            .card("a norm", Normalisation::default())
            .to_json()
            .unwrap();
        let loaded = load_bytes(
            &card,
            &std::fs::read(&path).unwrap(),
            Device::Cpu,
            Kind::Double,
        )
        .unwrap();
        let x = Tensor::linspace(0.0, 1.0, 192, (Kind::Double, Device::Cpu))
            .square()
            .view([1, 3, 8, 8]);
        loaded.model.forward(&x).unwrap().logits
    });
    let apart = (&logits[0] - &logits[1]).abs().max().double_value(&[]);
    // Sums of some hundred numbers of order ten.
    assert!(apart < 1e-10, "{apart}");
}
