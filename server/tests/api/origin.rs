//! A result belongs to what it was computed from.

use crate::site::{Site, spec};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

/// Other weights under the same name.
fn replace_the_model(site: &Site) {
    site.engine.now.lock().unwrap().model = Some(("w2".to_owned(), "c1".to_owned()));
}

async fn ask(site: &Site, path: &str, key: &str, body: &Value) -> Value {
    let headers = [
        ("content-type", "application/json"),
        ("idempotency-key", key),
    ];
    let reply = site.ask(Method::POST, path, Some(body), &headers).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
    reply.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_says_what_has_changed_since_it_was_computed() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let address = format!("/api/v1/runs/{id}");
    let first = site.get(&address).await;
    assert_eq!(first.json().get("changed"), None);
    replace_the_model(&site);
    let changed = json!(["the weights of plain have changed since"]);
    // One who has the earlier answer gets this one, though the run has ended.
    let again = site
        .ask(
            Method::GET,
            &address,
            None,
            &[("if-none-match", first.header("etag"))],
        )
        .await;
    assert_eq!(again.status, StatusCode::OK);
    assert_eq!(again.json()["changed"], changed);
    let list = site.get("/api/v1/runs").await.json();
    assert_eq!(list["runs"][0]["changed"], changed);
    let snapshot = site.get(&format!("{address}/snapshot")).await.json();
    assert_eq!(snapshot["run"]["changed"], changed);
    site.engine.now.lock().unwrap().data = None;
    let run = site.get(&address).await.json();
    assert_eq!(
        run["changed"][1],
        "the data set numbers is not there any more"
    );
    // Its export still says what it is of.
    let export = site.get(&format!("{address}/export.json")).await.json();
    assert_eq!(
        (&export["origin"]["weights"], &export["origin"]["data"]),
        (&json!("w1"), &json!("d1"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_does_not_bring_back_the_result_of_another_model() {
    let site = Site::new();
    let first = ask(&site, "/api/v1/runs", "one", &spec("plain")).await;
    let id = first["id"].as_str().unwrap();
    site.ended(id).await;
    let again = ask(&site, "/api/v1/runs", "one", &spec("plain")).await;
    assert_eq!(again["id"], first["id"]);
    replace_the_model(&site);
    let anew = ask(&site, "/api/v1/runs", "one", &spec("plain")).await;
    assert_ne!(anew["id"], first["id"]);
    assert_eq!(anew["repeat_of"], first["id"]);
    site.ended(anew["id"].as_str().unwrap()).await;
    let again = ask(&site, "/api/v1/runs", "one", &spec("plain")).await;
    assert_eq!(again["id"], anew["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_does_not_bring_back_the_batch_of_another_model() {
    let site = Site::new();
    let batch = json!({ "models": ["plain"], "attacks": [{"pgd": {"steps": 3}}], "data": {"set": "numbers", "count": 5} });
    let first = ask(&site, "/api/v1/batches", "one", &batch).await;
    site.ended(first["runs"][0]["id"].as_str().unwrap()).await;
    let again = ask(&site, "/api/v1/batches", "one", &batch).await;
    assert_eq!(again["id"], first["id"]);
    replace_the_model(&site);
    let anew = ask(&site, "/api/v1/batches", "one", &batch).await;
    assert_ne!(anew["id"], first["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_tells_of_every_epsilon() {
    let site = Site::new();
    let mut several = spec("plain");
    several["seed"] = json!([1, 2]);
    several["attack"] = json!({ "pgd": { "steps": 5, "random_start": true } });
    let run = site.finished(&several).await;
    let run = site.get(&format!("/api/v1/runs/{run}")).await.json();
    let rows = run["verdicts"].as_array().unwrap();
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(rows[0]["robust_accuracy"].as_array().unwrap().len(), 2);
}
