//! Snow and spatter of written normal numbers against OpenCV, SciPy and scikit-image (`tests/golden/corruption.py` made the values).

use super::super::picture::Picture;
use super::blur::of;
use super::{distance, edges, layer, snow, spatter, water};
use serde_json::Value;

fn golden() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/corruption.json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    let values = value.as_array().unwrap().iter();
    values.map(|value| value.as_f64().unwrap()).collect()
}

/// A square picture in bytes or other numbers.
fn square(channels: usize, side: &Value, values: Vec<f64>) -> Picture {
    let side = side.as_u64().unwrap() as usize;
    Picture {
        channels,
        height: side,
        width: side,
        values: values[..channels * side * side].to_vec(),
    }
}

/// The small picture, the drawn numbers in its size and in that of CIFAR-10.
fn pictures(golden: &Value) -> (Picture, Picture, Picture) {
    let colours = numbers(&golden["bytes"])
        .into_iter()
        .map(|byte| byte / 255.0);
    let drawn = numbers(&golden["layers"]["normal"]);
    (
        square(3, &golden["side"], colours.collect()),
        square(1, &golden["side"], drawn.clone()),
        square(1, &golden["layers"]["side"], drawn),
    )
}

#[track_caller]
fn agree(what: &str, tolerance: f64, got: impl Fn(usize) -> Vec<f64>, golden: &Value) {
    for (level, wanted) in golden.as_array().unwrap().iter().enumerate() {
        let (got, wanted) = (got(level), numbers(wanted));
        assert_eq!(got.len(), wanted.len());
        let pairs = got.iter().zip(wanted);
        let difference = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        println!("{what} at severity {}: {difference:.1e}", level + 1);
        assert!(difference <= tolerance, "{what} {level}: {difference:e}");
    }
}

fn clipped(picture: Picture) -> Vec<f64> {
    let values = picture.values.into_iter();
    values.map(|value| value.clamp(0.0, 1.0)).collect()
}

/// Planted: bytes rounded to the nearest; failed.
#[test]
fn flakes_are_those_of_the_libraries_to_the_byte() {
    let golden = golden();
    let (_, _, drawn) = pictures(&golden);
    let bytes = |level| {
        let flakes = snow::flakes(&drawn, level).values.into_iter();
        flakes.map(|value| (value * 255.0).round()).collect()
    };
    agree("flakes", 0.0, bytes, &golden["layers"]["flakes"]);
}

/// OpenCV makes grey in single precision: a few times 6e-8.
///
/// Planted: the same layer twice, without the half turn; failed.
#[test]
fn snow_covers_as_that_of_the_libraries() {
    let golden = golden();
    let (picture, drawn, _) = pictures(&golden);
    let covered = |level| {
        let flakes = snow::flakes(&drawn, level);
        clipped(snow::cover(&picture, &flakes, level))
    };
    agree("snow", 5e-7, covered, &golden["layers"]["snow"]);
}

/// Planted: the last of two equal slopes as the edge, exact distances instead of OpenCV's, and means rounded down; all failed.
#[test]
fn water_is_that_of_opencv_to_the_byte() {
    let golden = golden();
    let stages = &golden["layers"]["water"];
    let bytes = square(1, &golden["layers"]["side"], numbers(&stages["bytes"]));
    let plane = of(&bytes, &bytes.values);
    let edges = edges::edges(plane);
    let found: Vec<f64> = edges.iter().map(|edge| edge * 255.0).collect();
    assert_eq!(found, numbers(&stages["edges"]));
    assert_eq!(water::near(plane), numbers(&stages["distance"]));
    assert_eq!(water::relief(plane), numbers(&stages["relief"]));
}

/// The values are written with nine digits; all work in f64.
///
/// Planted: mud that is not cut off where it is thin; failed.
#[test]
fn spatter_is_that_of_the_libraries() {
    let golden = golden();
    let (picture, small, drawn) = pictures(&golden);
    let thick = |level| spatter::thickness(&drawn, level);
    agree("thickness", 1e-8, thick, &golden["layers"]["thickness"]);
    let covered = |level| clipped(spatter::cover(&picture, &small, level));
    agree("spatter", 1e-8, covered, &golden["layers"]["spatter"]);
}

#[test]
fn a_colour_is_grey_where_there_is_one_channel() {
    let colour = [63.0, 42.0, 20.0];
    let pixel = Picture {
        channels: 3,
        height: 1,
        width: 1,
        values: layer::channels(colour, 3),
    };
    assert_eq!(layer::grey(&pixel), layer::channels(colour, 1));
}

#[test]
fn distances_go_straight_and_across_and_as_knights_do() {
    let mut edge = vec![0.0; 35];
    edge[0] = 1.0;
    let plane = Picture {
        channels: 1,
        height: 5,
        width: 7,
        values: edge,
    };
    let distance = distance::to(of(&plane, &plane.values));
    for (row, column, wanted) in [
        (0, 6, 6.0),
        (2, 2, 2.8),
        (1, 2, 2.1969),
        (2, 4, 4.3938),
        (4, 3, 2.1969 + 1.4 + 1.4),
    ] {
        // 16 binary places a step.
        assert!((distance[row * 7 + column] - wanted).abs() < 4.0 / 65536.0);
    }
}
