//! Values without fields: their own reader and serde's accept and refuse the same.

use super::comes_back;
use crate::amount::Amount;
use crate::event::{Compact, Outcome};
use crate::field::Norm;
use crate::lean::{FromValue, read};
use crate::measure::{self, Measure};
use crate::num::Num;
use crate::run::Phase;
use crate::spec::{AttackSpec, Precision, Seeds};
use crate::valley::{BandPoint, Population};
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::Debug;

/// Whether both readers accept the value, and then as the same.
fn agree<T: FromValue + DeserializeOwned + PartialEq + Debug>(value: &Value) {
    let serde = serde_json::from_value::<T>(value.clone()).ok();
    assert_eq!(read::<T>(value).ok(), serde, "{value}");
}

#[test]
fn what_serde_accepts_and_refuses_we_do_too() {
    for value in [
        json!(null),
        json!(true),
        json!(0),
        json!(7),
        json!(-3),
        json!(70_000),
        json!(5_000_000_000_u64),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(1.5),
        json!(3.0),
        json!(""),
        json!("nan"),
        json!("inf"),
        json!("-inf"),
        json!("8/255"),
        json!("8/0"),
        json!("l2"),
        json!("finished"),
        json!("running"),
        json!("kappa_tr"),
        json!([]),
        json!([1, 2]),
        json!([1, -2]),
        json!([1.5, 2]),
        json!([1, "2"]),
        json!({}),
        json!({"1": 2}),
        json!({"-1": 2}),
        json!({"x": 2}),
        json!({"pgd": {}}),
        json!({"pgd": {"epsilon": "8/255", "norm": null}}),
        json!({"pgd": []}),
        json!({"pgd": {}, "fgsm": {}}),
    ] {
        agree::<u16>(&value);
        agree::<u32>(&value);
        agree::<u64>(&value);
        agree::<usize>(&value);
        agree::<i64>(&value);
        agree::<f64>(&value);
        agree::<bool>(&value);
        agree::<String>(&value);
        agree::<Num>(&value);
        agree::<Amount>(&value);
        agree::<Seeds>(&value);
        agree::<AttackSpec>(&value);
        agree::<Value>(&value);
        agree::<Option<u32>>(&value);
        agree::<Option<String>>(&value);
        agree::<Vec<u64>>(&value);
        agree::<(f64, usize)>(&value);
        agree::<BTreeMap<i64, usize>>(&value);
        agree::<BTreeMap<u32, usize>>(&value);
        agree::<Norm>(&value);
        agree::<Outcome>(&value);
        agree::<Phase>(&value);
        agree::<Measure>(&value);
    }
}

#[test]
fn every_choice_comes_back() {
    [Norm::Linf, Norm::L2].iter().for_each(comes_back);
    [Population::Right, Population::All]
        .iter()
        .for_each(comes_back);
    [Precision::F32, Precision::Tf32, Precision::F64]
        .iter()
        .for_each(comes_back);
    measure::ALL.iter().for_each(comes_back);
    let outcomes = [
        Outcome::Finished,
        Outcome::Cancelled,
        Outcome::Failed,
        Outcome::Interrupted,
    ];
    outcomes.iter().for_each(comes_back);
    outcomes.map(Phase::from).iter().for_each(comes_back);
    [Phase::Queued, Phase::Running].iter().for_each(comes_back);
}

#[test]
fn a_compact_band_has_eight_entries() {
    agree::<Compact>(&json!([1, 2, 0.5, "nan", "inf", 1, 2, 3]));
    agree::<Compact>(&json!([1, 2, 0.5, "nan", "inf", 1, 2]));
    agree::<Compact>(&json!([1, 2, 0.5, "nan", "inf", 1, null, 3]));
    assert!(read::<Compact>(&json!([1, 2, 3, 4, 5, 6, 7, 8, 9])).is_err());
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        any::<f64>(),
        Just(f64::NAN),
        Just(f64::INFINITY),
        Just(f64::NEG_INFINITY),
        (-9_i32..9).prop_map(f64::from),
    ]
}

proptest! {
    #[test]
    fn every_number_comes_back(value in number()) {
        comes_back(&Num(value));
    }

    #[test]
    fn every_amount_comes_back(above in -999_i32..999, below in 1_u32..999, plain in -1e9..1e9_f64) {
        let fraction: Amount = format!("{above}/{below}").parse().unwrap();
        comes_back(&fraction);
        let back: Amount = read(&serde_json::to_value(&fraction).unwrap()).unwrap();
        prop_assert_eq!(back.to_string(), fraction.to_string());
        comes_back(&Amount::from(plain));
    }

    #[test]
    fn every_band_comes_back_as_short_as_it_is_written(n: u32, mean in number(), q1 in number()) {
        let band = BandPoint { n: n as usize, mean: Num(mean), q1: Num(q1), ..BandPoint::default() };
        let value = serde_json::to_value(Compact(band)).unwrap();
        agree::<Compact>(&value);
        // What was shortened once stays as it is.
        comes_back(&read::<Compact>(&value).unwrap());
    }

    #[test]
    fn every_histogram_comes_back(differences: BTreeMap<i64, u32>, classes: BTreeMap<u32, u32>) {
        comes_back(&differences);
        comes_back(&classes);
    }

    #[test]
    fn every_list_of_seeds_comes_back(one: u64, many: Vec<u64>) {
        comes_back(&Seeds::One(one));
        comes_back(&Seeds::Many(many));
    }
}
