//! What does not fit is named by its path; what is not known is ignored; nothing panics.

use crate::api::{Message, RunView, Snapshot};
use crate::catalog::Catalog;
use crate::chart::made_up::{STANDARD, state};
use crate::event::Frame;
use crate::lean::{FromValue, read};
use crate::problem::Problem;
use crate::run::RunState;
use crate::spec::RunSpec;
use crate::valley::PassSummary;
use proptest::prelude::*;
use serde_json::{Value, json};

fn fault<T: FromValue>(value: &Value) -> String {
    match read::<T>(value) {
        Ok(_) => panic!("{value} is read"),
        Err(unfit) => unfit.to_string(),
    }
}

fn spec() -> Value {
    json!({"model": "m", "data": {"set": "s", "indices": [1]}, "attack": {"pgd": {}}, "seed": [1, 2]})
}

#[test]
fn the_first_fault_is_named_by_its_path() {
    let cases = [
        ("/model", Value::Null, "model is missing"),
        ("/data/set", json!(7), "data.set is not a text"),
        (
            "/data/indices/0",
            json!(-1),
            "data.indices is not a whole number in its range",
        ),
        (
            "/seed/1",
            json!("1"),
            "seed is not a whole number in its range",
        ),
    ];
    for (place, value, words) in cases {
        let mut spec = spec();
        *spec.pointer_mut(place).unwrap() = value;
        assert_eq!(fault::<RunSpec>(&spec), words);
    }
    assert_eq!(
        fault::<RunSpec>(&json!([])),
        "the document is not an object"
    );
    let twice = json!({"model": "m", "data": {"set": "s"}, "attack": {"pgd": {}, "fgsm": {}}});
    assert!(fault::<RunSpec>(&twice).starts_with("attack does not fit: one run is one attack"));
}

#[test]
fn without_any_one_required_field_there_is_no_document() {
    let Value::Object(whole) = json!({"type": "t", "title": "t", "status": 404, "detail": "d"})
    else {
        unreachable!()
    };
    assert!(read::<Problem>(&Value::Object(whole.clone())).is_ok());
    for key in whole.keys() {
        let mut part = whole.clone();
        part.remove(key);
        assert_eq!(
            fault::<Problem>(&Value::Object(part)),
            format!("{key} is missing")
        );
    }
}

#[test]
fn fields_that_are_not_known_are_ignored() {
    let mut value = serde_json::to_value(state(STANDARD)).unwrap();
    let known = read::<RunState>(&value).unwrap();
    value["later"] = json!({"a": 1});
    value["started"]["later"] = json!([1]);
    value["passes"][0]["summary"]["summary"]["later"] = json!("x");
    assert_eq!(read::<RunState>(&value).unwrap(), known);
}

#[test]
fn what_a_newer_server_offers_is_left_out() {
    let catalog = Catalog::new("1", vec![], vec![], &[]);
    let mut value = serde_json::to_value(&catalog).unwrap();
    let push = |list: &mut Value, entry: Value| list.as_array_mut().unwrap().push(entry);
    push(&mut value["measures"], json!({"id": "later"}));
    push(&mut value["presets"], json!({"id": "later"}));
    let field = json!({"id": "x", "title": "X", "help": "", "kind": {"type": "later"}, "default": 1, "advanced": false});
    push(&mut value["attacks"][0]["fields"], field);
    assert_eq!(read::<Catalog>(&value).unwrap(), catalog);
}

#[test]
fn a_message_of_another_kind_is_refused() {
    for value in [
        json!({}),
        json!(7),
        json!("else"),
        json!({"later": 1}),
        json!({"frames": [{"seq": 1}]}),
        json!({"frames": [{"seq": 1, "at_ms": 1, "event": {"type": "later"}}]}),
        json!({"hello": {"epoch": 1}}),
        json!({"heartbeat": "x"}),
    ] {
        fault::<Message>(&value);
    }
}

/// Any JSON.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[a-z_]{0,6}".prop_map(Value::from),
    ];
    let key = prop_oneof![
        "[a-z]{0,4}",
        Just("type".to_owned()),
        Just("frames".to_owned()),
        Just("event".to_owned()),
        Just("run".to_owned()),
        Just("attack".to_owned()),
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..9).prop_map(Value::from),
            prop::collection::btree_map(key.clone(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_makes_the_reader_panic(value in json()) {
        let _ = read::<Catalog>(&value);
        let _ = read::<Frame>(&value);
        let _ = read::<Message>(&value);
        let _ = read::<PassSummary>(&value);
        let _ = read::<RunView>(&value);
        let _ = read::<Snapshot>(&value);
    }
}
