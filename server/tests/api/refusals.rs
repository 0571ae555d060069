//! Requests that are no requests: every refusal is a problem document.

use crate::site::{Reply, Site, spec};
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::json;
use valleyscope::auth::{Auth, Names};

fn kind(reply: &Reply) -> String {
    assert_eq!(
        reply.header("content-type"),
        "application/problem+json",
        "{}",
        reply.text()
    );
    let problem = reply.json();
    assert_eq!(problem["status"], reply.status.as_u16());
    assert!(
        !problem["detail"].as_str().unwrap().is_empty()
            && !problem["title"].as_str().unwrap().is_empty()
    );
    problem["type"].as_str().unwrap().to_owned()
}

async fn raw(site: &Site, content_type: &str, body: impl Into<Body>) -> Reply {
    let request = Request::post("/api/v1/runs")
        .header("host", "localhost")
        .header("content-type", content_type);
    site.send(request.body(body.into()).unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_there_and_what_is_not_taken() {
    let site = Site::new();
    for path in [
        "/api",
        "/api/",
        "/api/v1",
        "/api/v1/nope",
        "/api/v2/runs",
        "/api/v1/runs/nope",
        "/api/v1/runs/..%2F..%2Fetc/snapshot",
        "/pkg/nope.js",
        "/api/v1/definitions/nope",
    ] {
        let reply = site.get(path).await;
        assert_eq!(
            (reply.status, kind(&reply).as_str()),
            (StatusCode::NOT_FOUND, "/problems/not-found"),
            "{path}"
        );
    }
    let reply = site.ask(Method::PUT, "/api/v1/runs", None, &[]).await;
    assert_eq!(
        (reply.status, kind(&reply).as_str()),
        (
            StatusCode::METHOD_NOT_ALLOWED,
            "/problems/method-not-allowed"
        )
    );
    assert!(reply.header("allow").contains("POST"));
    let reply = site.ask(Method::POST, "/somewhere", None, &[]).await;
    assert_eq!(
        (reply.status, reply.header("allow")),
        (StatusCode::METHOD_NOT_ALLOWED, "GET, HEAD")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_no_runs() {
    let site = Site::new();
    let reply = raw(&site, "text/plain", spec("plain").to_string()).await;
    assert_eq!(
        (reply.status, kind(&reply).as_str()),
        (StatusCode::UNSUPPORTED_MEDIA_TYPE, "/problems/not-json")
    );
    for junk in ["", "{", "[1, 2", "nonsense", "{} {}"] {
        let reply = raw(&site, "application/json", junk).await;
        assert!(reply.status.is_client_error(), "{junk}");
        kind(&reply);
    }
    let reply = raw(&site, "application/json", vec![0xff, 0xfe]).await;
    assert_eq!(
        (reply.status, kind(&reply).as_str()),
        (StatusCode::BAD_REQUEST, "/problems/not-json")
    );
    let deep = "[".repeat(100_000);
    assert!(
        raw(&site, "application/json", deep)
            .await
            .status
            .is_client_error()
    );
    let reply = raw(&site, "application/json", vec![b' '; 3 * 1024 * 1024]).await;
    assert_eq!(
        (reply.status, kind(&reply).as_str()),
        (StatusCode::PAYLOAD_TOO_LARGE, "/problems/too-large")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_queue_answers_429_and_when_to_ask_again() {
    let site = Site::with(Auth::new(Names::new("127.0.0.1", None), None), 1);
    let running = site.create(&spec("slow")).await;
    site.until(&running, |run| run["phase"] == "running").await;
    site.create(&spec("plain")).await;
    let reply = site.post("/api/v1/runs", &spec("plain")).await;
    assert_eq!(
        (reply.status, kind(&reply).as_str()),
        (StatusCode::TOO_MANY_REQUESTS, "/problems/queue-full")
    );
    assert!(reply.header("retry-after").parse::<u32>().unwrap() > 0);
    assert_eq!(site.get("/api/v1/runs").await.json()["matching"], 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn readings_of_a_run_that_has_not_started_are_a_conflict() {
    let site = Site::new();
    site.create(&spec("slow")).await;
    let waiting = site.create(&spec("plain")).await;
    for path in [
        "summary",
        "bands",
        "aligned",
        "examples",
        "examples/0",
        "images/0/1/difference.png",
        "export.json",
        "export.csv",
        "export.npz",
    ] {
        let reply = site.get(&format!("/api/v1/runs/{waiting}/{path}")).await;
        assert_eq!(
            (reply.status, kind(&reply).as_str()),
            (StatusCode::CONFLICT, "/problems/not-started"),
            "{path}"
        );
    }
}

/// What a run will have is not "not found": whoever asked for it and looks at once is told to wait.
#[tokio::test(flavor = "multi_thread")]
async fn examples_that_have_not_begun_are_a_conflict_and_those_that_never_will_are_not_found() {
    let site = Site::new();
    let id = site.create(&spec("slow")).await;
    site.until(&id, |run| run["phase"] == "running").await;
    let last = spec("slow")["data"]["count"].as_u64().unwrap() - 1;
    for (path, status) in [
        (format!("examples/{last}"), StatusCode::CONFLICT),
        (format!("examples/{}", last + 1), StatusCode::NOT_FOUND),
        (
            format!("images/{}/1/clean.png", last + 1),
            StatusCode::NOT_FOUND,
        ),
    ] {
        let reply = site.get(&format!("/api/v1/runs/{id}/{path}")).await;
        assert_eq!(reply.status, status, "{path}: {}", reply.text());
        kind(&reply);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_gives_the_same_run_and_another_body_is_refused() {
    let site = Site::new();
    let ask = async |site: &Site, key: &str, body: &serde_json::Value| {
        site.ask(
            Method::POST,
            "/api/v1/runs",
            Some(body),
            &[
                ("content-type", "application/json"),
                ("idempotency-key", key),
            ],
        )
        .await
    };
    let first = ask(&site, "k1", &spec("plain")).await.json();
    let again = ask(&site, "k1", &spec("plain")).await;
    assert_eq!(
        (again.status, &again.json()["id"]),
        (StatusCode::ACCEPTED, &first["id"])
    );
    let other = ask(&site, "k1", &spec("fails")).await;
    assert_eq!(
        (other.status, kind(&other).as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, "/problems/key-reused")
    );
    site.ended(first["id"].as_str().unwrap()).await;
    let site = site.restart();
    assert_eq!(
        ask(&site, "k1", &spec("plain")).await.json()["id"],
        first["id"]
    );
    assert_eq!(site.get("/api/v1/runs").await.json()["matching"], 1);
    assert_eq!(
        ask(&site, &"k".repeat(201), &json!({})).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let (one, two) = (spec("plain"), spec("plain"));
    let (one, two) = tokio::join!(ask(&site, "k2", &one), ask(&site, "k2", &two));
    assert_eq!(one.json()["id"], two.json()["id"]);
}
