//! Measures on demand: asked for of a run that is there, computed behind it, and part of its log, whatever stops them.

mod asking;
mod exported;
mod going_on;
mod logged;

use crate::site::{Reply, Site};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

async fn ask(site: &Site, id: &str, wanted: &Value) -> Reply {
    site.post(&format!("/api/v1/runs/{id}/curvature"), wanted)
        .await
}

/// Asks, and gives the number of the job.
async fn asked(site: &Site, id: &str, wanted: &Value) -> u64 {
    let reply = ask(site, id, wanted).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
    let job = reply.json()["job"].as_u64().unwrap();
    let place = format!("/api/v1/runs/{id}/curvature/{job}");
    assert_eq!(reply.header("location"), place);
    job
}

async fn job(site: &Site, id: &str, job: u64) -> Value {
    let reply = site
        .get(&format!("/api/v1/runs/{id}/curvature/{job}"))
        .await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
    reply.json()
}

async fn act(site: &Site, id: &str, job: u64, what: &str) -> Reply {
    let path = format!("/api/v1/runs/{id}/curvature/{job}/{what}");
    site.ask(Method::POST, &path, None, &[]).await
}

/// Waits until something holds of a job.
async fn until(site: &Site, id: &str, number: u64, holds: impl Fn(&Value) -> bool) -> Value {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        let now = job(site, id, number).await;
        if holds(&now) {
            return now;
        }
        assert!(Instant::now() < deadline, "it never came to pass: {now}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Waits until a job has ended.
async fn ended(site: &Site, id: &str, number: u64) -> Value {
    until(site, id, number, |job| {
        !matches!(job["phase"].as_str(), Some("queued" | "running"))
    })
    .await
}

/// What is told of a problem: status, kind and detail.
fn problem(reply: &Reply) -> (u16, String, String) {
    let problem = reply.json();
    let text = |key: &str| problem[key].as_str().unwrap_or_default().to_owned();
    (reply.status.as_u16(), text("type"), text("detail"))
}

/// A job of the test engine: 3 examples, one layer, at the marks.
fn small() -> Value {
    json!({ "measures": ["trace", "grad_norm"], "layers": "head", "examples": 3 })
}

/// Every value as one list, by example and point.
async fn values(site: &Site, id: &str, job: u64) -> Value {
    let path = format!("/api/v1/runs/{id}/curvature/{job}/values");
    site.get(&path).await.json()
}
