//! A server that is stopped and started again, whichever way.

use crate::site::{Site, spec};
use axum::http::StatusCode;
use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;

/// The database of a server that is stopped.
fn database(folder: &TempDir) -> Connection {
    Connection::open(folder.path().join("valleyscope.sqlite")).unwrap()
}

/// One that computes, three that wait, and a batch behind them; the ids in their order.
async fn busy(site: &Site) -> Vec<String> {
    let mut ids = vec![site.create(&spec("slow")).await];
    for _ in 0..3 {
        ids.push(site.create(&spec("plain")).await);
    }
    let batch = json!({
        "models": ["plain"],
        "attacks": [{"pgd": {"steps": 5}}, {"fgsm": {}}],
        "data": spec("plain")["data"],
    });
    let reply = site.post("/api/v1/batches", &batch).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
    for run in reply.json()["runs"].as_array().unwrap() {
        ids.push(run["id"].as_str().unwrap().to_owned());
    }
    site.until(&ids[0], |run| run["done"].as_u64() >= Some(16))
        .await;
    ids
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waited_waits_again_in_its_order() {
    let site = Site::new();
    let ids = busy(&site).await;
    let site = site.restart();
    let first = site.get(&format!("/api/v1/runs/{}", ids[0])).await.json();
    assert_eq!(first["phase"], "interrupted", "{first}");
    let mut started = Vec::new();
    for id in &ids[1..] {
        let run = site.ended(id).await;
        assert_eq!(run["phase"], "finished", "{run}");
        assert!(run["created_ms"].as_u64() <= run["started_ms"].as_u64());
        started.push(run["started_ms"].as_u64().unwrap());
    }
    assert!(started.is_sorted(), "{started:?}");
    // Nothing of it is done twice, and a third server finds nothing to do.
    let site = site.restart();
    assert_eq!(site.state.queue.load().waiting, 0);
    assert_eq!(site.get("/api/v1/runs").await.json()["matching"], 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_a_dying_server_had_just_taken_does_not_kill_the_next_one() {
    let site = Site::new();
    let ids = busy(&site).await;
    let folder = site.stop();
    let taken = "UPDATE run SET started_ms = created_ms WHERE id = ?1";
    database(&folder).execute(taken, [&ids[1]]).unwrap();
    let site = Site::again(folder);
    let run = site.ended(&ids[1]).await;
    assert_eq!(
        (&run["phase"], &run["reason"]),
        (
            &json!("interrupted"),
            &json!("the server stopped as the run began")
        )
    );
    assert_eq!(site.ended(&ids[2]).await["phase"], "finished");
}

/// The clock is set back by a day while the server is stopped.
#[tokio::test(flavor = "multi_thread")]
async fn times_do_not_run_backwards_after_a_jump_of_the_clock() {
    let site = Site::new();
    let ids = busy(&site).await;
    let folder = site.stop();
    let day = 24 * 60 * 60 * 1000;
    let connection = database(&folder);
    for later in [
        "UPDATE run SET created_ms = created_ms + ?1, started_ms = started_ms + ?1, ended_ms = ended_ms + ?1",
        "UPDATE event SET at_ms = at_ms + ?1",
        // As a server that was killed leaves it.
        "DELETE FROM event WHERE body LIKE '%\"ended\"%' AND ?1 > 0",
        "UPDATE run SET phase = 'running', state = NULL, ended_ms = NULL WHERE phase = 'interrupted' AND ?1 > 0",
    ] {
        connection.execute(later, [day]).unwrap();
    }
    drop(connection);
    let site = Site::again(folder);
    for id in &ids {
        let run = site.ended(id).await;
        let at = |key: &str| run[key].as_u64().unwrap();
        assert!(at("created_ms") <= at("started_ms"), "{run}");
        assert!(at("started_ms") <= at("ended_ms"), "{run}");
        let log = site.get(&format!("/api/v1/runs/{id}/events")).await.json();
        let times: Vec<u64> = log["frames"]
            .as_array()
            .unwrap()
            .iter()
            .map(at_ms)
            .collect();
        assert!(
            times.is_sorted() && times[0] >= at("created_ms"),
            "{times:?}"
        );
    }
}

fn at_ms(frame: &Value) -> u64 {
    frame["at_ms"].as_u64().unwrap()
}
