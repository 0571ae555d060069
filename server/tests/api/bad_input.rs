//! Runs that cannot be done: each wrong field is named.

use crate::site::{Site, spec};
use axum::http::StatusCode;
use serde_json::{Value, json};

/// A run with the value at a JSON pointer replaced.
fn with(pointer: &str, value: Value) -> Value {
    let mut spec = spec("plain");
    let (parent, key) = pointer.rsplit_once('/').unwrap();
    spec.pointer_mut(parent).unwrap()[key] = value;
    spec
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_field_is_named_with_its_value_and_what_would_be_right() {
    let site = Site::new();
    let cases = [
        (
            "/attack/pgd/epsilon",
            json!(-0.1),
            "attack.pgd.epsilon",
            "-0.1 is less than 0",
        ),
        (
            "/attack/pgd/epsilon",
            json!("NaN"),
            "attack.pgd.epsilon",
            "not a finite number",
        ),
        (
            "/attack/pgd/epsilon",
            json!("8/0"),
            "attack.pgd.epsilon",
            "divides by zero",
        ),
        (
            "/attack/pgd/epsilon",
            json!(3),
            "attack.pgd.epsilon",
            "3 is greater than 1",
        ),
        (
            "/attack/pgd/step_size",
            json!(0),
            "attack.pgd.step_size",
            "not greater than 0",
        ),
        (
            "/attack/pgd/steps",
            json!(0),
            "attack.pgd.steps",
            "0 is less than 1",
        ),
        (
            "/attack/pgd/steps",
            json!(100_001),
            "attack.pgd.steps",
            "100001 is greater than 100000",
        ),
        ("/attack/pgd/norm", json!("l7"), "attack.pgd.norm", "l7"),
        ("/attack/pgd/colour", json!(1), "attack.pgd", "colour"),
        ("/attack", json!({"nope": {}}), "attack", "nope"),
        (
            "/attack",
            json!({"cw": {"early_stop": "per_example", "binary_steps": 2}}),
            "attack.cw.early_stop",
            "take binary_steps 1",
        ),
        (
            "/model",
            json!("nope"),
            "model",
            "there is no model \"nope\"; there are plain",
        ),
        ("/data/set", json!("nope"), "data.set", "there are numbers"),
        (
            "/data/set",
            json!("letters"),
            "data.set",
            "class 9), the data set 3 (a, b, c)",
        ),
        (
            "/precision",
            json!("tf32"),
            "precision",
            "the run is for cpu",
        ),
        (
            "/data/count",
            json!(901),
            "data.count",
            "901 is greater than 900",
        ),
        ("/data/count", json!(0), "data.count", "0 is not from 1"),
        ("/data/count", json!(-1), "data.count", "-1"),
        (
            "/data/first",
            json!(1000),
            "data.first",
            "beyond the last image, 999",
        ),
        (
            "/data/class",
            json!(10),
            "data.class",
            "10 is not a class from 0 to 9",
        ),
        ("/data/colour", json!(10), "data", "colour"),
        ("/seed", json!([1, 2]), "seed", "random start"),
        ("/seed", json!("one"), "seed", "whole number"),
        ("/batch_size", json!(0), "batch_size", "0 is not from 1"),
        // serde calls these a matter of syntax, or takes them.
        ("/precision", json!({}), "precision", "expected a string"),
        (
            "/precision",
            json!({"f32": null}),
            "precision",
            "expected a string",
        ),
        (
            "/precision",
            json!("f16"),
            "precision",
            "is not f32, tf32 or f64",
        ),
        ("/device", json!("cuda:7"), "device", "there are auto, cpu"),
        ("/colour", json!(1), "", "colour"),
    ];
    for (pointer, value, path, words) in cases {
        let reply = site
            .post("/api/v1/runs", &with(pointer, value.clone()))
            .await;
        assert_eq!(
            reply.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{pointer} {value}: {}",
            reply.text()
        );
        let problem = reply.json();
        let error = &problem["errors"][0];
        let named = error["path"].as_str().unwrap();
        assert!(
            named == path
                || named.starts_with(&format!("{path}."))
                || (path.is_empty() && named == "colour"),
            "{pointer}: {problem}"
        );
        let message = format!("{named} {}", error["message"].as_str().unwrap());
        assert!(message.contains(words), "{pointer}: {message}");
    }
    assert_eq!(site.get("/api/v1/runs").await.json()["matching"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_wrong_fields_are_named_at_once() {
    let site = Site::new();
    let mut wrong = with("/attack/pgd/steps", json!(0));
    wrong["attack"]["pgd"]["epsilon"] = json!(-1);
    wrong["batch_size"] = json!(0);
    let mut fields = site.post("/api/v1/runs", &wrong).await.fields();
    fields.sort();
    assert_eq!(
        fields,
        ["attack.pgd.epsilon", "attack.pgd.steps", "batch_size"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn questions_with_wrong_or_unknown_fields_are_refused() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    for (path, field) in [
        ("bands?measure=beauty".to_owned(), "measure"),
        ("bands?population=some".to_owned(), "population"),
        ("bands?colour=red".to_owned(), "colour"),
        ("summary?pass=1".to_owned(), "pass"),
        ("examples?limit=0".to_owned(), "limit"),
        ("examples?limit=501".to_owned(), "limit"),
        ("examples?sort=beauty".to_owned(), "sort"),
        ("examples?cursor=junk".to_owned(), "cursor"),
        (format!("examples?cursor={}", "_".repeat(11)), "cursor"),
        ("events?after=junk".to_owned(), "after"),
        ("events?limit=513".to_owned(), "limit"),
        ("images/0/0/difference.png?scale=0".to_owned(), "scale"),
        ("images/0/0/difference.png?scale=NaN".to_owned(), "scale"),
        ("charts/sharpness.svg?theme=pink".to_owned(), "theme"),
        ("charts/sharpness.svg?width=9".to_owned(), "width"),
        (
            "charts/sharpness.svg?view=measure%3Dbeauty".to_owned(),
            "view",
        ),
    ] {
        let reply = site.get(&format!("/api/v1/runs/{id}/{path}")).await;
        assert_eq!(
            (reply.status, reply.fields()),
            (StatusCode::UNPROCESSABLE_ENTITY, vec![field.to_owned()]),
            "{path}: {}",
            reply.text()
        );
    }
    for query in [
        "limit=0",
        "limit=x",
        "phase=done",
        "cursor=junk",
        "colour=red",
    ] {
        assert_eq!(
            site.get(&format!("/api/v1/runs?{query}")).await.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{query}"
        );
    }
}
