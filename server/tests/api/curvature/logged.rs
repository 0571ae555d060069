//! Measures on demand in the run's log: streams, snapshots and the stored state.

use super::*;
use crate::site::spec;
use futures_util::StreamExt;
use tokio::time::timeout;
use tokio_tungstenite::connect_async;
use tokio_tungstenite::tungstenite::Message as Wire;
use valleyscope_shared::api::{Message, Snapshot};
use valleyscope_shared::event::Frame;
use valleyscope_shared::run::RunState;

async fn snapshot(site: &Site, id: &str) -> Snapshot {
    let reply = site.get(&format!("/api/v1/runs/{id}/snapshot")).await;
    serde_json::from_slice(&reply.body).unwrap()
}

/// Everything that a socket says until it is closed.
async fn hear(site: &Site, id: &str, after: &str) -> Vec<Message> {
    let address = site.listen().await;
    let url = format!("ws://{address}/api/v1/runs/{id}/events?after={after}");
    let (mut socket, _) = connect_async(url).await.unwrap();
    let mut messages = Vec::new();
    loop {
        let next = timeout(Duration::from_secs(20), socket.next()).await;
        match next.expect("the server fell silent") {
            Some(Ok(Wire::Text(text))) => messages.push(serde_json::from_str(&text).unwrap()),
            Some(Ok(Wire::Close(_)) | Err(_)) | None => return messages,
            Some(Ok(_)) => {}
        }
    }
}

fn frames(messages: &[Message]) -> Vec<Frame> {
    let of = |message: &Message| match message {
        Message::Frames(frames) => frames.clone(),
        _ => vec![],
    };
    messages.iter().flat_map(of).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stream_of_a_finished_run_is_open_as_long_as_a_job_is() {
    let site = Site::new();
    let id = site.finished(&spec("slow")).await;
    let before = snapshot(&site, &id).await;
    assert!(before.state.is_over());
    let number = asked(&site, &id, &small()).await;
    // From the cursor before the job, and from the beginning.
    let (tail, whole) = tokio::join!(hear(&site, &id, &before.cursor), hear(&site, &id, "0"));
    assert_eq!(
        (tail.last(), whole.last()),
        (Some(&Message::End), Some(&Message::End))
    );
    assert_eq!(ended(&site, &id, number).await["phase"], "finished");
    let after = snapshot(&site, &id).await.state;
    let mut state = before.state.clone();
    for frame in frames(&tail) {
        assert!(state.apply(&frame));
    }
    assert_eq!(state, after);
    assert_eq!(RunState::of(&frames(&whole)), after);
    let job = &after.curvature[0];
    assert_eq!((job.done, job.total, job.points.len()), (9, 9, 4));
    assert_eq!(job.points[0].bands[0].0.median.0, 101.0);
    // Once it is over, the stream ends at once, and what is stored is the same.
    let late = hear(&site, &id, "0").await;
    assert_eq!(RunState::of(&frames(&late)), after);
    let run = site.state.store.run(&id).unwrap().unwrap();
    let stored = site.state.store.final_state(run.number).unwrap();
    assert_eq!(stored, Some(after));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_poll_says_that_more_will_come_until_the_job_has_ended() {
    let site = Site::new();
    let id = site.finished(&spec("slow")).await;
    let path = format!("/api/v1/runs/{id}/events?limit=512");
    assert_eq!(site.get(&path).await.json()["ended"], true);
    let number = asked(&site, &id, &small()).await;
    let page = site.get(&path).await.json();
    assert_eq!(page["ended"], false);
    let asks = page["frames"].as_array().unwrap().iter();
    let mut asks = asks.filter(|frame| frame["event"]["type"] == "curvature");
    let first = asks.next().unwrap();
    assert_eq!(
        (&first["event"]["job"], &first["event"]["spec"]["layers"]),
        (&json!(1), &json!(["head"]))
    );
    ended(&site, &id, number).await;
    assert_eq!(site.get(&path).await.json()["ended"], true);
}

/// Those who have a snapshot from before are not told that it is still true.
#[tokio::test(flavor = "multi_thread")]
async fn the_tag_of_a_snapshot_changes_with_what_was_computed() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let path = format!("/api/v1/runs/{id}/snapshot");
    let tag = site.get(&path).await.header("etag").to_owned();
    let asks = |tag: &str| {
        let tag = tag.to_owned();
        let (site, path) = (&site, &path);
        async move {
            site.ask(Method::GET, path, None, &[("if-none-match", &tag)])
                .await
        }
    };
    assert_eq!(asks(&tag).await.status, StatusCode::NOT_MODIFIED);
    let number = asked(&site, &id, &small()).await;
    ended(&site, &id, number).await;
    assert_eq!(asks(&tag).await.status, StatusCode::OK);
    let now = asks(&tag).await.header("etag").to_owned();
    assert_eq!(asks(&now).await.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_without_jobs_is_stored_and_sent_as_before() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let text = site
        .get(&format!("/api/v1/runs/{id}/snapshot"))
        .await
        .text();
    assert!(!text.contains("curvature"));
}
