//! The corruptions that draw no random numbers against the libraries with which CIFAR-10-C was made (`golden/corruption.py` made the values).

use crate::common::attacks::path_of;
use crate::common::models::Network;
use crate::common::{json, numbers};
use std::path::Path;
use tch::{Kind, Tensor};
use valleyscope_shared::spec::AttackSpec;

/// Planted: Gaussian weights that sum to 0.99; failed.
#[test]
fn corruptions_are_those_of_the_libraries() {
    let golden = json(Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/golden/corruption.json"
    )));
    let side = golden["side"].as_i64().unwrap();
    let x = Tensor::from_slice(&numbers(&golden["bytes"])).view([1, 3, side, side]) / 255.0;
    let model = Network::relu(3 * side * side, 4, 3, Kind::Double);
    for (kind, severities) in golden["corruptions"].as_object().unwrap() {
        let spec = AttackSpec::new("corruption", [("corruption", kind.as_str().into())]);
        let path = path_of(&spec, &model, &x, &Tensor::from_slice(&[0_i64]), vec![0], 1);
        let tolerance = match kind.as_str() {
            // Pillow works with bytes and rounds the means of the columns and then those of the rows: half a byte twice.
            "pixelate" => 1.0 / 255.0 + 1e-9,
            // The values are written with nine digits; all work in f64.
            _ => 1e-8,
        };
        let wanted = golden["severities"]
            .as_array()
            .unwrap()
            .iter()
            .zip(severities.as_array().unwrap());
        for (severity, wanted) in wanted {
            let got = &path[severity.as_u64().unwrap() as usize][0];
            let pairs = got.iter().zip(numbers(wanted));
            let difference = pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            println!("{kind} at severity {severity}: {difference:.1e}");
            assert!(
                difference <= tolerance,
                "{kind} at severity {severity}: {difference:e}"
            );
        }
    }
}
