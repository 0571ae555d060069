//! What people say of runs: titles, notes, tags and pins.

use crate::site::{Site, spec};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn what_people_say_is_kept_found_and_taken_back() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let other = site.finished(&spec("plain")).await;
    let address = format!("/api/v1/runs/{id}");
    let first = site.get(&address).await;
    let tag = first.header("etag").to_owned();
    let automatic = first.json()["title"].clone();
    let change = json!({
        "title": " The baseline ", "note": "100% of it\nholds", "tags": ["paper", "table 2", "paper"], "pinned": true,
    });
    let reply = site.patch(&id, &change).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    let said = |run: &Value| {
        ["title", "note", "tags", "pinned"].map(|key| run.get(key).cloned().unwrap_or(Value::Null))
    };
    let expected = [
        json!("The baseline"),
        json!("100% of it\nholds"),
        json!(["paper", "table 2"]),
        json!(true),
    ];
    assert_eq!(said(&reply.json()), expected);
    let site = site.restart();
    let again = site
        .ask(Method::GET, &address, None, &[("if-none-match", &tag)])
        .await;
    assert_eq!(again.status, StatusCode::OK, "the run's tag has changed");
    assert_eq!(said(&again.json()), expected);
    assert_eq!(again.json()["results"], first.json()["results"]);
    let list = site.get("/api/v1/runs").await.json();
    let listed = list["runs"].as_array().unwrap();
    assert_eq!([&listed[0]["id"], &listed[1]["id"]], [&id, &other]);
    assert_eq!(listed.len(), 2);
    for (text, matching) in [
        ("baseline", 1),
        ("100%25", 1),
        ("table%202", 1),
        ("%0A", 1),
        ("nowhere", 0),
    ] {
        let found = site.get(&format!("/api/v1/runs?text={text}")).await.json();
        assert_eq!(found["matching"], matching, "{text}");
    }
    // What is left out stays, and null takes back.
    let reply = site.patch(&id, &json!({"title": null, "tags": []})).await;
    let expected = [
        automatic,
        json!("100% of it\nholds"),
        Value::Null,
        json!(true),
    ];
    assert_eq!(said(&reply.json()), expected);
    let reply = site
        .patch(&id, &json!({"note": null, "pinned": null}))
        .await;
    let run = reply.json();
    assert_eq!((run.get("note"), &run["pinned"]), (None, &json!(false)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_beyond_its_limits_changes_nothing() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let change = json!({
        "title": "x".repeat(201), "note": "x".repeat(4001), "tags": ["fine", "a,b"], "pinned": true,
    });
    let reply = site.patch(&id, &change).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(reply.fields(), ["title", "note", "tags[1]"]);
    assert!(reply.text().contains("201") && reply.text().contains("200"));
    for (change, field) in [
        (json!({"colour": "red"}), "colour"),
        (json!({"pinned": "yes"}), "pinned"),
        (json!({"title": ""}), "title"),
    ] {
        let reply = site.patch(&id, &change).await;
        assert_eq!(reply.fields(), [field], "{}", reply.text());
    }
    let run = site.get(&format!("/api/v1/runs/{id}")).await.json();
    assert_eq!(run["pinned"], false);
    let missing = site.patch("nowhere", &json!({"pinned": true})).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    let form = site
        .ask(
            Method::PATCH,
            &format!("/api/v1/runs/{id}"),
            Some(&json!({"pinned": true})),
            &[("content-type", "text/plain")],
        )
        .await;
    assert_eq!(form.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_computes_can_be_named_and_keeps_its_name() {
    let site = Site::new();
    let id = site.create(&spec("slow")).await;
    site.until(&id, |run| run["phase"] == "running").await;
    let reply = site
        .patch(&id, &json!({"title": "Slow", "tags": ["long"]}))
        .await;
    assert_eq!(reply.json()["title"], "Slow");
    let run = site.ended(&id).await;
    assert_eq!(
        (&run["title"], &run["tags"]),
        (&json!("Slow"), &json!(["long"]))
    );
}
