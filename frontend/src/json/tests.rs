use super::*;
use std::collections::BTreeMap;
use std::fmt::Debug;
use valleyscope_shared::catalog::{Catalog, ModelInfo};
use valleyscope_shared::measure::Measure;
use valleyscope_shared::num::Num;
use valleyscope_shared::readings::{Axis, Readings};
use valleyscope_shared::run::RunState;
use valleyscope_shared::spec::RunSpec;
use valleyscope_shared::valley::{PassSummary, Population};

fn same<T: DeserializeOwned + PartialEq + Debug>(text: &str) {
    let value: Value = serde_json::from_str(text).unwrap();
    let expected: T = serde_json::from_str(text).unwrap();
    assert_eq!(read::<T>(value).unwrap(), expected, "{text}");
}

#[test]
fn documents_are_read_as_serde_json_reads_them() {
    same::<RunSpec>(
        r#"{"model":"m","data":{"set":"s","indices":[1,2],"only_correct":true},
        "attack":{"pgd":{"norm":"l2","epsilon":"1/2","step_size":0.1,"target":3}},"seed":[1,2],"precision":"f64"}"#,
    );
    same::<BTreeMap<Measure, Vec<Num>>>(r#"{"kappa_tr":[1.5,"nan","-inf",2]}"#);
    same::<BTreeMap<i64, usize>>(r#"{"-3":1,"0":2}"#);
    same::<BTreeMap<u32, usize>>(r#"{"7":1}"#);
    same::<Option<String>>("null");
}

#[test]
fn whole_documents_come_back() {
    let catalog = Catalog::new("1", vec![ModelInfo::default()], vec![], &["cpu".to_owned()]);
    same::<Catalog>(&serde_json::to_string(&catalog).unwrap());
    same::<RunState>(&serde_json::to_string(&RunState::default()).unwrap());
    let readings = Readings::new(Axis::new(3, true), vec![]);
    let summary = PassSummary::of(&readings, 1, Measure::KappaTr, Population::Right, Some(2));
    same::<PassSummary>(&serde_json::to_string(&summary).unwrap());
}

#[test]
fn what_does_not_fit_is_an_error() {
    for text in [
        "[]",
        "7",
        "{}",
        r#"{"model":1}"#,
        r#"{"model":"m","data":{"set":"s"},"attack":{"fgsm":{},"pgd":{}}}"#,
    ] {
        let value: Value = serde_json::from_str(text).unwrap();
        assert!(read::<RunSpec>(value).is_err(), "{text}");
    }
}

#[test]
fn what_is_written_reads_back_the_same() {
    let text = r#"{"a":[1,-2,0.1,1e-300,1e21,true,null],"b":"\"quoted\" \\ \n \u0001 ε","c":{}}"#;
    let value: Value = serde_json::from_str(text).unwrap();
    let back: Value = serde_json::from_str(&write(&value)).unwrap();
    assert_eq!(back, value);
}
