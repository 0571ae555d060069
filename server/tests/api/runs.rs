//! The life of a run.

use crate::site::{Site, spec};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn a_run_is_accepted_computed_and_then_never_changes() {
    let site = Site::new();
    let reply = site.post("/api/v1/runs", &spec("plain")).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
    let id = reply.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(reply.header("location"), format!("/api/v1/runs/{id}"));
    let run = site.ended(&id).await;
    assert_eq!(
        (&run["phase"], &run["done"], &run["total"]),
        (&json!("finished"), &json!(120), &json!(120)),
        "{run}"
    );
    assert_eq!(
        (run["warnings"].as_u64(), &run["position"]),
        (Some(1), &Value::Null)
    );
    assert_eq!(run["results"]["n"], 20);
    let address = format!("/api/v1/runs/{id}");
    let first = site.get(&address).await;
    let again = site
        .ask(
            Method::GET,
            &address,
            None,
            &[("if-none-match", first.header("etag"))],
        )
        .await;
    assert_eq!(
        (again.status, again.body.len()),
        (StatusCode::NOT_MODIFIED, 0)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_is_the_fold_over_the_events() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let snapshot: valleyscope_shared::api::Snapshot =
        serde_json::from_slice(&site.get(&format!("/api/v1/runs/{id}/snapshot")).await.body)
            .unwrap();
    let page: valleyscope_shared::api::EventPage =
        serde_json::from_slice(&site.get(&format!("/api/v1/runs/{id}/events")).await.body).unwrap();
    assert_eq!(
        valleyscope_shared::run::RunState::of(&page.frames),
        snapshot.state
    );
    assert_eq!(snapshot.cursor, page.cursor);
    assert!(page.ended);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_list_pages_newest_first_and_filters() {
    let site = Site::new();
    let mut ids = Vec::new();
    for model in ["plain", "fails", "plain", "plain", "fails"] {
        ids.insert(0, site.finished(&spec(model)).await);
    }
    let (mut seen, mut address) = (Vec::new(), "/api/v1/runs?limit=2".to_owned());
    loop {
        let page = site.get(&address).await.json();
        assert_eq!(page["matching"], 5);
        seen.extend(
            page["runs"]
                .as_array()
                .unwrap()
                .iter()
                .map(|run| run["id"].as_str().unwrap().to_owned()),
        );
        match page["next"].as_str() {
            Some(next) => address = format!("/api/v1/runs?limit=2&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, ids);
    for (query, matching) in [
        ("phase=failed", 2),
        ("model=plain", 3),
        ("attack=pgd", 5),
        ("attack=fgsm", 0),
        ("text=numbers", 5),
        ("text=100%25", 0),
        ("phase=failed&model=plain", 0),
    ] {
        assert_eq!(
            site.get(&format!("/api/v1/runs?{query}")).await.json()["matching"],
            matching,
            "{query}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn waiting_runs_know_their_place_and_cancel_at_once() {
    let site = Site::new();
    let running = site.create(&spec("slow")).await;
    site.until(&running, |run| run["phase"] == "running").await;
    let (second, third) = (
        site.create(&spec("plain")).await,
        site.create(&spec("plain")).await,
    );
    let place = |run: Value| run["position"].clone();
    assert_eq!(
        place(site.get(&format!("/api/v1/runs/{third}")).await.json()),
        2
    );
    let reply = site
        .post(&format!("/api/v1/runs/{second}/cancel"), &json!(null))
        .await;
    assert_eq!(
        (reply.status, &reply.json()["phase"]),
        (StatusCode::ACCEPTED, &json!("cancelled"))
    );
    assert_eq!(
        place(site.get(&format!("/api/v1/runs/{third}")).await.json()),
        1
    );
    let again = site
        .post(&format!("/api/v1/runs/{second}/cancel"), &json!(null))
        .await;
    assert_eq!(
        (again.status, &again.json()["phase"]),
        (StatusCode::ACCEPTED, &json!("cancelled"))
    );
    site.post(&format!("/api/v1/runs/{running}/cancel"), &json!(null))
        .await;
    assert_eq!(site.ended(&third).await["phase"], "finished");
}

/// E12, seen through the API.
#[tokio::test(flavor = "multi_thread")]
async fn a_running_run_cancels_within_a_step_and_keeps_what_it_computed() {
    let site = Site::new();
    let id = site.create(&spec("slow")).await;
    site.until(&id, |run| run["done"].as_u64() >= Some(16))
        .await;
    let asked = Instant::now();
    site.post(&format!("/api/v1/runs/{id}/cancel"), &json!(null))
        .await;
    let run = site.ended(&id).await;
    // A step of the test engine takes 20 ms; the interface allows half a second more.
    assert!(
        asked.elapsed() < Duration::from_millis(520),
        "{:?}",
        asked.elapsed()
    );
    assert_eq!(run["phase"], "cancelled");
    let done = run["done"].as_u64().unwrap();
    assert!((16..120).contains(&done), "{run}");
    let export = site
        .get(&format!("/api/v1/runs/{id}/export.json"))
        .await
        .json();
    let computed = export["trajectory"]["loss"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|point| point.as_array().unwrap())
        .filter(|value| !value.is_null())
        .count();
    assert_eq!(computed as u64, done);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_fails_its_run_readably_and_the_next_run_works() {
    let site = Site::new();
    let id = site.create(&spec("panics")).await;
    let next = site.create(&spec("plain")).await;
    let run = site.ended(&id).await;
    assert_eq!(run["phase"], "failed");
    assert_eq!(
        run["reason"],
        "the engine panicked: the test model panics at point 2"
    );
    assert_eq!(run["done"], 24);
    assert_eq!(site.ended(&next).await["phase"], "finished");
    let id = site.finished(&spec("fails")).await;
    let run = site.get(&format!("/api/v1/runs/{id}")).await.json();
    assert_eq!(
        (&run["phase"], &run["reason"]),
        (&json!("failed"), &json!("the test model fails at point 2"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_run_leaves_nothing() {
    let site = Site::new();
    let id = site.create(&spec("slow")).await;
    let address = format!("/api/v1/runs/{id}");
    let early = site.ask(Method::DELETE, &address, None, &[]).await;
    assert_eq!(
        (early.status, &early.json()["type"]),
        (StatusCode::CONFLICT, &json!("/problems/not-ended"))
    );
    site.ended(&id).await;
    let kept = site.folder.path().join("kept").join(format!("{id}.kept"));
    assert!(kept.is_file());
    assert_eq!(
        site.ask(Method::DELETE, &address, None, &[]).await.status,
        StatusCode::NO_CONTENT
    );
    assert!(!kept.exists());
    for path in ["", "/snapshot", "/events", "/export.csv", "/examples"] {
        assert_eq!(
            site.get(&format!("{address}{path}")).await.status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
    assert_eq!(
        site.ask(Method::DELETE, &address, None, &[]).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_is_the_same_run_again() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let reply = site
        .ask(
            Method::POST,
            &format!("/api/v1/runs/{id}/repeat"),
            None,
            &[],
        )
        .await;
    assert_eq!(reply.status, StatusCode::ACCEPTED);
    let (old, new) = (
        site.get(&format!("/api/v1/runs/{id}")).await.json(),
        reply.json(),
    );
    assert_eq!(
        (&new["spec"], &new["repeat_of"]),
        (&old["spec"], &json!(id))
    );
    assert_eq!(
        site.ended(new["id"].as_str().unwrap()).await["results"],
        old["results"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_is_estimated_only_once_the_model_was_timed() {
    let site = Site::new();
    let before = site
        .post("/api/v1/runs/estimate", &spec("slow"))
        .await
        .json();
    assert_eq!(
        (
            &before["examples"],
            &before["points"],
            &before["passes"],
            &before["seconds"]
        ),
        // 6 forward and 6 backward passes of 20 images.
        (&json!(20), &json!(6), &json!(240), &Value::Null)
    );
    site.finished(&spec("slow")).await;
    let after = site
        .post("/api/v1/runs/estimate", &spec("slow"))
        .await
        .json();
    // 18 steps of at least 20 ms.
    assert!(after["seconds"].as_f64() >= Some(0.36), "{after}");
}
