//! One thing in the data directory that cannot be read keeps no one from the rest.

use crate::site::{Site, spec};
use axum::http::{Method, StatusCode};
use rusqlite::Connection;
use serde_json::{Value, json};
use std::fs::OpenOptions;
use std::io::{Seek, SeekFrom, Write};
use tempfile::TempDir;

/// Stops the server, changes its database, and starts it again.
async fn after(site: Site, change: &str, id: &str) -> Site {
    let folder = site.stop();
    let database = Connection::open(folder.path().join("valleyscope.sqlite")).unwrap();
    assert!(database.execute(change, [id]).unwrap() > 0, "{change}");
    drop(database);
    Site::again(folder)
}

async fn deleted(site: &Site, path: &str) {
    let gone = site.ask(Method::DELETE, path, None, &[]).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.text());
}

/// The runs of the list, by id.
async fn listed(site: &Site, id: &str) -> Option<Value> {
    let page = site.get("/api/v1/runs").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let page = page.json();
    let runs = page["runs"].as_array().unwrap();
    runs.iter().find(|run| run["id"] == id).cloned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_whose_spec_cannot_be_read_is_listed_with_its_problem_and_can_be_deleted() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let sound = site.finished(&spec("plain")).await;
    let spoil = "UPDATE run SET spec = '{\"model\": 3}' WHERE id = ?1";
    let site = after(site, spoil, &id).await;
    let run = listed(&site, &id).await.unwrap();
    let problem = run["problem"].as_str().unwrap();
    assert!(problem.contains("a run's spec cannot be read"), "{run}");
    assert_eq!(run["spec"]["model"], "plain");
    assert!(
        listed(&site, &sound)
            .await
            .unwrap()
            .get("problem")
            .is_none()
    );
    let address = format!("/api/v1/runs/{id}");
    assert_eq!(site.get(&address).await.status, StatusCode::OK);
    for path in ["repeat", "resume"] {
        let refused = site.post(&format!("{address}/{path}"), &json!({})).await;
        assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.text());
    }
    let refused = site.get(&format!("{address}/export.json")).await;
    assert_eq!(refused.json()["type"], "/problems/damaged");
    deleted(&site, &address).await;
    assert_eq!(listed(&site, &id).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_run_that_cannot_be_read_fails_and_the_others_go_on() {
    let site = Site::new();
    site.create(&spec("slow")).await;
    let bad = site.create(&spec("plain")).await;
    let good = site.create(&spec("plain")).await;
    let site = after(site, "UPDATE run SET spec = '' WHERE id = ?1", &bad).await;
    let run = site.ended(&bad).await;
    assert_eq!(run["phase"], "failed", "{run}");
    assert_eq!(site.ended(&good).await["phase"], "finished");
    deleted(&site, &format!("/api/v1/runs/{bad}")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_run_whose_log_cannot_be_read_fails_and_the_server_starts() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let spoil = "UPDATE event SET body = '{' WHERE seq = 3 AND run = (SELECT number FROM run WHERE id = ?1)";
    let site = after(site, spoil, &id).await;
    let unend = "UPDATE run SET phase = 'running', state = NULL WHERE id = ?1";
    let site = after(site, unend, &id).await;
    let run = site.get(&format!("/api/v1/runs/{id}")).await.json();
    assert_eq!(run["phase"], "failed", "{run}");
    let reason = run["reason"].as_str().unwrap();
    assert!(reason.contains("its log cannot be read"), "{run}");
    let next = site.finished(&spec("plain")).await;
    assert!(listed(&site, &next).await.is_some());
    deleted(&site, &format!("/api/v1/runs/{id}")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_whose_spec_cannot_be_read_can_be_deleted() {
    let site = Site::new();
    let batch = json!({
        "models": ["plain"], "attacks": [{"fgsm": {}}], "data": spec("plain")["data"],
    });
    let id = site.post("/api/v1/batches", &batch).await.json()["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let site = after(site, "UPDATE batch SET spec = '[]' WHERE id = ?1", &id).await;
    let list = site.get("/api/v1/batches").await.json();
    assert_eq!(list["batches"][0]["id"], id.as_str());
    let problem = list["batches"][0]["problem"].as_str().unwrap();
    assert!(problem.contains("a batch's spec cannot be read"), "{list}");
    let address = format!("/api/v1/batches/{id}");
    let run = list["batches"][0]["runs"].as_u64();
    assert_eq!(run, Some(1));
    let runs = site.get(&format!("/api/v1/runs?batch={id}")).await.json();
    site.ended(runs["runs"][0]["id"].as_str().unwrap()).await;
    deleted(&site, &address).await;
    assert_eq!(site.get("/api/v1/runs").await.json()["matching"], 0);
}

/// Overwrites pages of the database that hold rows of a table.
fn spoil_pages(folder: &TempDir, table: &str, which: &str) {
    let path = folder.path().join("valleyscope.sqlite");
    let database = Connection::open(&path).unwrap();
    database
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .unwrap();
    let size: u64 = database
        .query_row("PRAGMA page_size", [], |row| row.get(0))
        .unwrap();
    let sql = format!(
        "SELECT pageno FROM dbstat WHERE name = '{table}' AND pagetype = 'leaf' ORDER BY path {which} LIMIT 1"
    );
    let page: u64 = database.query_row(&sql, [], |row| row.get(0)).unwrap();
    drop(database);
    let mut file = OpenOptions::new().write(true).open(&path).unwrap();
    file.seek(SeekFrom::Start((page - 1) * size)).unwrap();
    file.write_all(&vec![0x5a; size as usize]).unwrap();
}

/// Many runs, so that their rows take several pages.
async fn many(site: &Site) -> Vec<String> {
    let mut ids = Vec::new();
    for _ in 0..12 {
        ids.push(site.finished(&spec("plain")).await);
    }
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_page_of_runs_costs_those_runs_and_no_others() {
    let site = Site::new();
    let ids = many(&site).await;
    let folder = site.stop();
    spoil_pages(&folder, "run", "ASC");
    let site = Site::again(folder);
    let page = site.get("/api/v1/runs").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert_eq!(page.json()["matching"], 12);
    let mut lost = Vec::new();
    for id in &ids {
        let run = listed(&site, id).await.unwrap();
        if run.get("problem").is_some() {
            assert!(
                run["reason"].as_str().unwrap().contains("damaged page"),
                "{run}"
            );
            lost.push(id);
            continue;
        }
        assert_eq!(run["phase"], "finished", "{run}");
        let export = site.get(&format!("/api/v1/runs/{id}/export.csv")).await;
        assert_eq!(export.status, StatusCode::OK, "{}", export.text());
    }
    assert!(!lost.is_empty() && lost.len() < 12, "{lost:?}");
    let health = site.get("/api/v1/health").await.json();
    let note = health["problems"][0].as_str().unwrap();
    assert!(
        note.contains(&format!("of {} only the id is left", lost.len())),
        "{note}"
    );
    for id in lost {
        deleted(&site, &format!("/api/v1/runs/{id}")).await;
    }
    let next = site.finished(&spec("plain")).await;
    assert_eq!(listed(&site, &next).await.unwrap()["phase"], "finished");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_page_of_readings_is_found_when_they_are_read_and_names_its_run() {
    let site = Site::new();
    let ids = many(&site).await;
    let folder = site.stop();
    spoil_pages(&folder, "block", "DESC");
    let site = Site::again(folder);
    let (mut sound, mut lost) = (0, 0);
    for id in &ids {
        // Whoever reads them first meets the damage, and is answered all the same.
        let export = site.get(&format!("/api/v1/runs/{id}/export.csv")).await;
        assert_eq!(export.status, StatusCode::OK, "{}", export.text());
    }
    for id in &ids {
        let run = listed(&site, id).await.unwrap();
        match run["phase"].as_str().unwrap() {
            "finished" => sound += 1,
            "failed" => {
                assert!(
                    run["reason"].as_str().unwrap().contains("damaged page"),
                    "{run}"
                );
                deleted(&site, &format!("/api/v1/runs/{id}")).await;
                lost += 1;
            }
            _ => panic!("{run}"),
        }
    }
    assert!(lost > 0 && sound > 0, "{lost} lost, {sound} sound");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_no_database_is_kept_and_begun_anew() {
    let site = Site::new();
    site.finished(&spec("plain")).await;
    let folder = site.stop();
    let path = folder.path().join("valleyscope.sqlite");
    std::fs::write(&path, vec![7; 100_000]).unwrap();
    let site = Site::again(folder);
    assert_eq!(site.get("/api/v1/runs").await.json()["matching"], 0);
    let kept = site.folder.path().join("valleyscope.sqlite.damaged");
    assert_eq!(std::fs::read(kept).unwrap(), vec![7; 100_000]);
    site.finished(&spec("plain")).await;
}
