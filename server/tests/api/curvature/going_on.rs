//! Waiting, stopping, crashing and going on.

use super::*;
use crate::site::spec;
use rusqlite::Connection;
use std::sync::atomic::Ordering;

/// A job of the model `slow` that takes a while: 8 examples at 6 points, 20 ms each.
fn long() -> Value {
    json!({ "measures": ["trace"], "layers": "head", "examples": 8, "points": "all" })
}

async fn computing(site: &Site) -> (String, u64) {
    let id = site.finished(&spec("slow")).await;
    let number = asked(site, &id, &long()).await;
    let computed = site.engine.computed.clone();
    until(site, &id, number, |job| {
        job["phase"] == "running" && computed.load(Ordering::Relaxed) > 5
    })
    .await;
    (id, number)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_of_a_run_that_computes_waits_behind_it() {
    let site = Site::new();
    let id = site.create(&spec("slow")).await;
    site.until(&id, |run| run["phase"] == "running").await;
    let number = asked(&site, &id, &small()).await;
    let waits = job(&site, &id, number).await;
    assert_eq!(
        (&waits["phase"], &waits["position"]),
        (&json!("queued"), &json!(1))
    );
    let run = site.ended(&id).await;
    assert_eq!(run["phase"], "finished");
    let done = ended(&site, &id, number).await;
    assert_eq!(done["phase"], "finished", "{done}");
    assert!(done["started_ms"].as_u64() >= run["ended_ms"].as_u64());
    // What came after it is not the run's own end.
    let later = site.get(&format!("/api/v1/runs/{id}")).await.json();
    assert_eq!(
        (&later["ended_ms"], &later["phase"]),
        (&run["ended_ms"], &run["phase"])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_waits_is_cancelled_at_once() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let busy = site.create(&spec("slow")).await;
    site.until(&busy, |run| run["phase"] == "running").await;
    let numbers = [
        asked(&site, &id, &small()).await,
        asked(&site, &id, &small()).await,
    ];
    assert_eq!(numbers, [1, 2]);
    assert_eq!(job(&site, &id, 2).await["position"], 2);
    let reply = act(&site, &id, 1, "cancel").await;
    assert_eq!(
        (reply.status, &reply.json()["phase"]),
        (StatusCode::ACCEPTED, &json!("cancelled"))
    );
    assert_eq!(job(&site, &id, 2).await["position"], 1);
    // Cancelling again, and cancelling the run that has ended, change nothing.
    act(&site, &id, 1, "cancel").await;
    let path = format!("/api/v1/runs/{id}/cancel");
    assert_eq!(
        site.ask(Method::POST, &path, None, &[]).await.json()["phase"],
        "finished"
    );
    assert_eq!(job(&site, &id, 2).await["phase"], "queued");
    assert_eq!(ended(&site, &id, 2).await["phase"], "finished");
    assert_eq!(job(&site, &id, 1).await["phase"], "cancelled");
    assert!(site.state.log.live(&id).is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_computes_is_cancelled_and_goes_on_without_computing_again() {
    let site = Site::new();
    let (id, number) = computing(&site).await;
    let run = format!("/api/v1/runs/{id}");
    let refused = site.ask(Method::DELETE, &run, None, &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert!(
        refused.text().contains("cancel its measures on demand"),
        "{}",
        refused.text()
    );
    let (status, kind, _) = problem(&act(&site, &id, number, "resume").await);
    assert_eq!((status, kind.as_str()), (409, "/problems/not-stopped"));
    act(&site, &id, number, "cancel").await;
    let stopped = ended(&site, &id, number).await;
    let computed = site.engine.computed.load(Ordering::Relaxed);
    assert_eq!(stopped["phase"], "cancelled");
    assert_eq!(
        (&stopped["done"], &stopped["total"]),
        (&json!(computed), &json!(48))
    );
    assert!(computed < 48);
    let part = values(&site, &id, number).await;
    assert_eq!(part["rows"].as_array().unwrap().len(), computed);
    assert!(!stopped["aggregates"].as_array().unwrap().is_empty());

    let reply = act(&site, &id, number, "resume").await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
    let done = ended(&site, &id, number).await;
    assert_eq!(
        (&done["phase"], &done["done"]),
        (&json!("finished"), &json!(48))
    );
    assert_eq!(site.engine.computed.load(Ordering::Relaxed), 48);
    // Going on gives what computing at once gives.
    let again = asked(&site, &id, &long()).await;
    let at_once = ended(&site, &id, again).await;
    assert_eq!(at_once["aggregates"], done["aggregates"]);
    assert_eq!(
        values(&site, &id, again).await,
        values(&site, &id, number).await
    );
    let deleted = site.ask(Method::DELETE, &run, None, &[]).await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_that_is_left_is_told_while_it_computes() {
    let site = Site::new();
    let id = site.finished(&spec("slow")).await;
    let mut longer = long();
    longer["examples"] = json!(20);
    let number = asked(&site, &id, &longer).await;
    let now = until(&site, &id, number, |job| job["seconds_left"].is_number()).await;
    let (done, left) = (
        now["done"].as_f64().unwrap(),
        now["seconds_left"].as_f64().unwrap(),
    );
    assert!(done > 0.0 && left > 0.0 && left < 60.0, "{now}");
    assert_eq!(now["total"], 120);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_fails_or_panics_says_so_and_the_next_one_is_computed() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    for (seed, says) in [
        (13, "the engine panicked: the test job panics"),
        (14, "the test job fails"),
    ] {
        let mut wanted = small();
        wanted["seed"] = json!(seed);
        let number = asked(&site, &id, &wanted).await;
        let failed = ended(&site, &id, number).await;
        assert_eq!(
            (&failed["phase"], &failed["reason"]),
            (&json!("failed"), &json!(says))
        );
        assert_eq!(
            values(&site, &id, number).await["rows"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
    }
    let number = asked(&site, &id, &small()).await;
    assert_eq!(
        (number, ended(&site, &id, number).await["phase"].clone()),
        (3, json!("finished"))
    );
    assert_eq!(
        site.get(&format!("/api/v1/runs/{id}")).await.json()["phase"],
        "finished"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stopped_server_interrupts_what_computes_and_what_waited_waits_again() {
    let site = Site::new();
    let other = site.finished(&spec("plain")).await;
    let (id, number) = computing(&site).await;
    let waits = asked(&site, &other, &small()).await;
    let site = site.restart();
    let stopped = job(&site, &id, number).await;
    assert_eq!(stopped["phase"], "interrupted", "{stopped}");
    assert_eq!(
        stopped["reason"],
        "the server was stopped; what was computed is kept"
    );
    let had = values(&site, &id, number).await["rows"]
        .as_array()
        .unwrap()
        .len();
    assert!(had > 5);
    assert_eq!(ended(&site, &other, waits).await["phase"], "finished");
    let before = site.engine.computed.load(Ordering::Relaxed);
    act(&site, &id, number, "resume").await;
    assert_eq!(ended(&site, &id, number).await["phase"], "finished");
    let after = site.engine.computed.load(Ordering::Relaxed);
    assert_eq!(after - before, 48 - had);
}

/// As a server that was killed leaves it.
#[tokio::test(flavor = "multi_thread")]
async fn after_a_crash_what_computed_is_interrupted_in_a_new_epoch() {
    let site = Site::new();
    let (id, number) = computing(&site).await;
    let folder = site.stop();
    let database = Connection::open(folder.path().join("valleyscope.sqlite")).unwrap();
    for change in [
        "DELETE FROM event WHERE body LIKE '%\"interrupted\"%'",
        "UPDATE curvature SET phase = 'running', ended_ms = NULL, reason = NULL",
    ] {
        assert_eq!(database.execute(change, []).unwrap(), 1);
    }
    drop(database);
    let site = Site::again(folder);
    let stopped = job(&site, &id, number).await;
    assert_eq!(stopped["phase"], "interrupted", "{stopped}");
    let snapshot = site
        .get(&format!("/api/v1/runs/{id}/snapshot"))
        .await
        .json();
    assert!(
        snapshot["cursor"].as_str().unwrap().starts_with("2:"),
        "{}",
        snapshot["cursor"]
    );
    assert_eq!(snapshot["state"]["curvature"][0]["phase"], "interrupted");
    assert_eq!(snapshot["state"]["phase"], "finished");
    let log = site.get(&format!("/api/v1/runs/{id}/events")).await.json();
    let frames = log["frames"].as_array().unwrap();
    assert!(
        frames
            .iter()
            .zip(1..)
            .all(|(frame, seq)| frame["seq"] == seq)
    );
    act(&site, &id, number, "resume").await;
    assert_eq!(ended(&site, &id, number).await["phase"], "finished");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_of_a_cancelled_run_is_about_what_was_computed() {
    let site = Site::new();
    let id = site.create(&spec("slow")).await;
    site.until(&id, |run| run["done"].as_u64() >= Some(50))
        .await;
    let number = asked(
        &site,
        &id,
        &json!({ "measures": ["trace"], "layers": "head", "points": [0] }),
    )
    .await;
    site.ask(
        Method::POST,
        &format!("/api/v1/runs/{id}/cancel"),
        None,
        &[],
    )
    .await;
    let run = site.ended(&id).await;
    assert_eq!(run["phase"], "cancelled");
    let done = ended(&site, &id, number).await;
    // Batches of 8 with 6 points each, of which only the whole ones count.
    let whole = run["done"].as_u64().unwrap() / 48 * 8;
    assert_eq!(
        (&done["phase"], &done["total"]),
        (&json!("finished"), &json!(whole)),
        "{done}"
    );
}
