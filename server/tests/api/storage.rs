//! Restarts and full disks.

use crate::site::{Site, spec};
use axum::http::{Method, StatusCode};
use serde_json::json;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restart_everything_finished_is_there() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let paths = [
        "",
        "/snapshot",
        "/events",
        "/examples",
        "/bands",
        "/aligned",
        "/export.csv",
        "/images/3/4/difference.png",
    ];
    let mut before = Vec::new();
    for path in paths {
        before.push(site.get(&format!("/api/v1/runs/{id}{path}")).await.body);
    }
    let site = site.restart();
    for (path, before) in paths.iter().zip(before) {
        assert_eq!(
            site.get(&format!("/api/v1/runs/{id}{path}")).await.body,
            before,
            "{path}"
        );
    }
}

/// E35, without the browser.
#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_run_says_so_keeps_what_it_had_and_can_be_repeated() {
    let site = Site::new();
    let running = site.create(&spec("slow")).await;
    site.until(&running, |run| run["done"].as_u64() >= Some(16))
        .await;
    let site = site.restart();
    let run = site.get(&format!("/api/v1/runs/{running}")).await.json();
    assert_eq!(run["phase"], "interrupted", "{run}");
    assert!(run["done"].as_u64() >= Some(16) && run["reason"].is_string());
    let repeat = site
        .ask(
            Method::POST,
            &format!("/api/v1/runs/{running}/repeat"),
            None,
            &[],
        )
        .await;
    assert_eq!(
        site.ended(repeat.json()["id"].as_str().unwrap()).await["phase"],
        "finished"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_full_disk_a_run_fails_and_says_so_and_the_server_goes_on() {
    let site = Site::new();
    let finished = site.finished(&spec("plain")).await;
    let id = site.create(&spec("slow")).await;
    site.until(&id, |run| run["done"].as_u64() >= Some(16))
        .await;
    // SQLite takes a limit below the present size as the present size: not one page more.
    site.state.store.limit_pages(1).unwrap();
    let run = site.ended(&id).await;
    assert_eq!(run["phase"], "failed", "{run}");
    assert!(run["reason"].as_str().unwrap().contains("disk"), "{run}");
    assert!(run["done"].as_u64() >= Some(16));
    // Reading goes on, writing says why it cannot.
    assert_eq!(
        site.get(&format!("/api/v1/runs/{finished}/snapshot"))
            .await
            .status,
        StatusCode::OK
    );
    assert_eq!(
        site.get(&format!("/api/v1/runs/{id}/export.csv"))
            .await
            .status,
        StatusCode::OK
    );
    let mut refused = site.post("/api/v1/runs", &large()).await;
    for _ in 0..50 {
        if refused.status != StatusCode::ACCEPTED {
            break;
        }
        refused = site.post("/api/v1/runs", &large()).await;
    }
    assert_eq!(
        (refused.status, &refused.json()["type"]),
        (
            StatusCode::INSUFFICIENT_STORAGE,
            &json!("/problems/disk-full")
        )
    );
    // With room again, everything works again, and the failure is on record.
    site.state.store.limit_pages(1_000_000).unwrap();
    let next = site.create(&spec("plain")).await;
    assert_eq!(site.ended(&next).await["phase"], "finished");
    let deadline = Instant::now() + Duration::from_secs(10);
    while site.state.log.live(&id).is_some() {
        assert!(
            Instant::now() < deadline,
            "the end of the failed run was never written"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let site = site.restart();
    let run = site.get(&format!("/api/v1/runs/{id}")).await.json();
    assert_eq!(
        (
            &run["phase"],
            run["reason"].as_str().unwrap().contains("disk")
        ),
        (&json!("failed"), true),
        "{run}"
    );
}

/// A run whose description alone needs pages of its own.
fn large() -> serde_json::Value {
    let mut spec = spec("slow");
    spec["data"] = json!({ "set": "numbers", "indices": (0..900).collect::<Vec<_>>() });
    spec
}

#[tokio::test(flavor = "multi_thread")]
async fn one_folder_serves_one_server() {
    let site = Site::new();
    let error = valleyscope::store::Store::open(site.folder.path())
        .err()
        .unwrap();
    assert!(error.to_string().contains("in use"), "{error}");
}
