//! Another program has locked the database: a shell, a backup.

use crate::site::{Site, spec};
use axum::http::StatusCode;
use rusqlite::Connection;
use std::time::{Duration, Instant};

/// Longer than SQLite itself waits for a lock.
const LOCKED: Duration = Duration::from_millis(6500);

#[tokio::test(flavor = "multi_thread")]
async fn runs_outlast_a_lock_and_the_server_says_so() {
    let site = Site::new();
    let mut long = spec("slow");
    long["batch_size"] = 2.into();
    let id = site.create(&long).await;
    site.until(&id, |run| run["done"].as_u64() >= Some(4)).await;
    let other = Connection::open(site.folder.path().join("valleyscope.sqlite")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let since = Instant::now();
    let before = site.get(&format!("/api/v1/runs/{id}")).await.json();
    tokio::time::sleep(LOCKED).await;
    let during = site.get(&format!("/api/v1/runs/{id}")).await.json();
    assert_eq!(during["phase"], "running", "{during}");
    assert!(during["done"].as_u64() <= before["done"].as_u64().map(|done| done + 4));
    let health = site.get("/api/v1/health").await.json();
    let words = health["problems"][0].as_str().unwrap();
    assert!(words.contains("locked the database"), "{words}");
    // Whoever wants to write now is told why that does not work.
    let refused = site.post("/api/v1/runs", &spec("plain")).await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.json()["type"], "/problems/database-locked");
    other.execute_batch("COMMIT").unwrap();
    assert!(since.elapsed() > LOCKED);
    let run = site.ended(&id).await;
    assert_eq!(run["phase"], "finished", "{run}");
    assert_eq!(run["done"], run["total"]);
    let log = site.get(&format!("/api/v1/runs/{id}/events")).await.json();
    let seqs: Vec<u64> = (log["frames"].as_array().unwrap().iter())
        .map(|frame| frame["seq"].as_u64().unwrap())
        .collect();
    assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>());
    let health = site.get("/api/v1/health").await.json();
    assert_eq!(health["problems"].as_array().unwrap().len(), 0, "{health}");
}
