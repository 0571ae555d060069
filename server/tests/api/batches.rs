//! Batches: many runs with one id.

use crate::site::{Site, spec};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn batch(models: &[&str]) -> Value {
    let run: Value = spec("plain");
    let mut batch = json!({
        "models": models,
        "attacks": [{"pgd": {"steps": 5}}, {"pgd": {"steps": 3, "random_start": true}}, {"fgsm": {}}],
        "data": run["data"],
    });
    if let Some(size) = run.get("batch_size") {
        batch["batch_size"] = size.clone();
    }
    batch
}

async fn ended(site: &Site, id: &str) -> Value {
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        let view = site.get(&format!("/api/v1/batches/{id}")).await.json();
        if view["ended"] == view["runs"].as_array().unwrap().len() {
            return view;
        }
        assert!(Instant::now() < until, "{view}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_every_model_under_every_attack() {
    let site = Site::new();
    let reply = site
        .post("/api/v1/batches", &batch(&["plain", "fails"]))
        .await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
    let id = reply.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(reply.header("location"), format!("/api/v1/batches/{id}"));
    let view = ended(&site, &id).await;
    let runs = view["runs"].as_array().unwrap();
    let models: Vec<&str> = runs
        .iter()
        .map(|run| run["spec"]["model"].as_str().unwrap())
        .collect();
    assert_eq!(
        models,
        ["plain", "plain", "plain", "fails", "fails", "fails"]
    );
    let phases: Vec<&str> = runs
        .iter()
        .map(|run| run["phase"].as_str().unwrap())
        .collect();
    // One step is too short for the model that fails to fail.
    assert_eq!(
        phases,
        [
            "finished", "finished", "finished", "failed", "failed", "finished"
        ]
    );
    assert_eq!(runs[0]["spec"]["attack"]["pgd"]["steps"], 5);
    assert!(runs[2]["spec"]["attack"]["fgsm"].is_object());
    assert!(runs.iter().all(|run| run["batch"] == id.as_str()));

    let page = site.get(&format!("/api/v1/runs?batch={id}")).await.json();
    assert_eq!(page["matching"], 6);
    let list = site.get("/api/v1/batches").await.json();
    assert_eq!(
        (&list["batches"][0]["id"], &list["batches"][0]["runs"]),
        (&json!(id), &json!(6))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_batch_names_the_place_and_nothing_is_taken_on() {
    let site = Site::new();
    let mut wrong = batch(&["plain", "nobody", "plain"]);
    wrong["attacks"][1]["pgd"]["epsilon"] = json!(-1);
    wrong["attacks"]
        .as_array_mut()
        .unwrap()
        .push(json!({"pgd": {"steps": 5}}));
    let reply = site.post("/api/v1/batches", &wrong).await;
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    let mut fields = reply.fields();
    fields.sort();
    assert_eq!(
        fields,
        ["attacks.1.pgd.epsilon", "attacks.3", "models.1", "models.2"]
    );
    assert_eq!(site.get("/api/v1/runs").await.json()["matching"], 0);

    let empty = json!({"models": [], "attacks": [], "data": {"set": "numbers"}});
    let reply = site.post("/api/v1/batches", &empty).await;
    assert_eq!(reply.fields(), ["models", "attacks"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_gives_the_same_batch_and_another_body_is_refused() {
    let site = Site::new();
    let ask = |body: Value| {
        let site = &site;
        async move {
            let headers = [
                ("content-type", "application/json"),
                ("idempotency-key", "one"),
            ];
            site.ask(Method::POST, "/api/v1/batches", Some(&body), &headers)
                .await
        }
    };
    let first = ask(batch(&["plain"])).await;
    let again = ask(batch(&["plain"])).await;
    assert_eq!(first.json()["id"], again.json()["id"]);
    let other = ask(batch(&["fails"])).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(site.get("/api/v1/runs").await.json()["matching"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_cancel_stops_all_and_then_it_can_be_deleted() {
    let site = Site::new();
    let id = site.post("/api/v1/batches", &batch(&["slow"])).await.json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let address = format!("/api/v1/batches/{id}");
    let early = site.ask(Method::DELETE, &address, None, &[]).await;
    assert_eq!(early.status, StatusCode::CONFLICT);
    for _ in 0..2 {
        let reply = site.post(&format!("{address}/cancel"), &json!({})).await;
        assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
    }
    let view = ended(&site, &id).await;
    let runs = view["runs"].as_array().unwrap();
    assert!(runs.iter().all(|run| run["phase"] == "cancelled"), "{view}");
    let gone = site.ask(Method::DELETE, &address, None, &[]).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.text());
    assert_eq!(site.get(&address).await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.get("/api/v1/runs").await.json()["matching"], 0);
}
