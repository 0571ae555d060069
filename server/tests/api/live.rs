//! The log's three doors.

use crate::site::{Site, spec};
use axum::http::{Method, StatusCode};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Message as Wire, protocol::CloseFrame};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use valleyscope_shared::api::Message;
use valleyscope_shared::event::Frame;
use valleyscope_shared::run::RunState;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn connect(address: SocketAddr, id: &str, query: &str) -> Socket {
    connect_async(format!("ws://{address}/api/v1/runs/{id}/events{query}"))
        .await
        .unwrap()
        .0
}

/// Everything up to the close, and why it was closed.
async fn listen(socket: &mut Socket) -> (Vec<Message>, Option<CloseFrame>) {
    let mut messages = Vec::new();
    loop {
        match timeout(Duration::from_secs(20), socket.next())
            .await
            .expect("the server fell silent")
        {
            Some(Ok(Wire::Text(text))) => messages.push(serde_json::from_str(&text).unwrap()),
            Some(Ok(Wire::Close(frame))) => return (messages, frame),
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return (messages, None),
        }
    }
}

fn frames(messages: &[Message]) -> Vec<Frame> {
    let of = |message: &Message| {
        if let Message::Frames(frames) = message {
            frames.clone()
        } else {
            vec![]
        }
    };
    messages.iter().flat_map(of).collect()
}

async fn state(site: &Site, id: &str) -> RunState {
    let snapshot: valleyscope_shared::api::Snapshot =
        serde_json::from_slice(&site.get(&format!("/api/v1/runs/{id}/snapshot")).await.body)
            .unwrap();
    snapshot.state
}

fn dense(frames: &[Frame], from: u64) {
    for (frame, seq) in frames.iter().zip(from..) {
        assert_eq!(frame.seq, seq);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_gets_the_whole_log_of_a_run_while_it_computes() {
    let site = Site::new();
    let address = site.listen().await;
    let id = site.create(&spec("slow")).await;
    let mut socket = connect(address, &id, "?after=0").await;
    let (messages, close) = listen(&mut socket).await;
    assert!(
        matches!(messages[0], Message::Hello { epoch: 1, .. }),
        "{messages:?}"
    );
    assert_eq!(messages.last(), Some(&Message::End));
    assert_eq!(u16::from(close.unwrap().code), 1000);
    let frames = frames(&messages);
    dense(&frames, 1);
    assert_eq!(RunState::of(&frames), state(&site, &id).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_socket_that_comes_back_goes_on_where_it_was() {
    let site = Site::new();
    let address = site.listen().await;
    let id = site.create(&spec("slow")).await;
    let mut seen: Vec<Frame> = Vec::new();
    // Cut after every few messages, as a bad network would.
    for _ in 0..200 {
        let mut socket = connect(address, &id, &format!("?after=1:{}", seen.len())).await;
        for _ in 0..3 {
            match timeout(Duration::from_secs(20), socket.next())
                .await
                .unwrap()
            {
                Some(Ok(Wire::Text(text))) => {
                    seen.extend(frames(&[serde_json::from_str(&text).unwrap()]))
                }
                _ => break,
            }
        }
        if seen
            .last()
            .is_some_and(|frame| matches!(frame.event, valleyscope_shared::event::Event::Ended(_)))
        {
            break;
        }
    }
    dense(&seen, 1);
    assert_eq!(RunState::of(&seen), state(&site, &id).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_beyond_the_end_or_of_another_epoch_is_reset() {
    let site = Site::new();
    let address = site.listen().await;
    let id = site.finished(&spec("plain")).await;
    for query in [
        "?after=1:100000",
        "?after=7:3",
        "?after=1:18446744073709551615",
    ] {
        let (messages, _) = listen(&mut connect(address, &id, query).await).await;
        assert_eq!(messages[1], Message::Reset { epoch: 1 }, "{query}");
        dense(&frames(&messages), 1);
        assert_eq!(messages.last(), Some(&Message::End));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_may_also_come_as_the_first_message() {
    let site = Site::new();
    let address = site.listen().await;
    let id = site.finished(&spec("plain")).await;
    let mut socket = connect(address, &id, "").await;
    let wish = json!({"subscribe": {"run": id, "after": "1:5"}}).to_string();
    socket.send(Wire::text(wish)).await.unwrap();
    let (messages, _) = listen(&mut socket).await;
    dense(&frames(&messages), 6);
    // Who says nothing gets everything.
    let (messages, _) = listen(&mut connect(address, &id, "").await).await;
    dense(&frames(&messages), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn junk_closes_the_socket_with_a_reason() {
    let site = Site::new();
    let address = site.listen().await;
    let id = site.create(&spec("slow")).await;
    let junk = [
        Wire::text("junk"),
        Wire::text("{\"subscribe\": 1}"),
        Wire::text(json!({"subscribe": {"run": "another", "after": "0"}}).to_string()),
        Wire::text(json!({"subscribe": {"run": id, "after": "junk"}}).to_string()),
        Wire::binary(vec![1, 2, 3]),
        Wire::text(" ".repeat(5000)),
    ];
    for message in junk {
        let mut socket = connect(address, &id, "?after=0").await;
        socket.send(message.clone()).await.unwrap();
        let (_, close) = listen(&mut socket).await;
        let close = close.unwrap_or_else(|| panic!("no reason for {message}"));
        assert!(
            [1003, 1008].contains(&u16::from(close.code)) && !close.reason.is_empty(),
            "{close:?}"
        );
    }
    assert_eq!(site.ended(&id).await["phase"], "finished");
}

/// E36: a tab that does not read costs the run nothing, and others nothing.
#[tokio::test(flavor = "multi_thread")]
async fn stalled_viewers_slow_nothing() {
    let site = Site::new();
    let address = site.listen().await;
    let mut long = spec("plain");
    long["data"]["count"] = json!(400);
    long["attack"]["pgd"]["steps"] = json!(60);
    long["batch_size"] = json!(10);
    let alone = Instant::now();
    site.finished(&long).await;
    let alone = alone.elapsed();
    let id = site.create(&long).await;
    let started = Instant::now();
    let mut stalled = Vec::new();
    for _ in 0..20 {
        stalled.push(connect(address, &id, "?after=0").await);
    }
    let mut reader = connect(address, &id, "?after=0").await;
    let (messages, _) = listen(&mut reader).await;
    let watched = started.elapsed();
    // 2,440 points and what stands around them, some megabytes: more than any socket buffers.
    assert!(frames(&messages).len() > 2440);
    dense(&frames(&messages), 1);
    // Twenty handshakes and one reader cost something; a run that waits for a viewer would take for ever.
    assert!(
        watched < 3 * alone + Duration::from_secs(5),
        "{watched:?} with stalled viewers, {alone:?} without"
    );
    drop(stalled);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_run_tells_its_place() {
    let site = Site::new();
    let address = site.listen().await;
    let running = site.create(&spec("slow")).await;
    site.until(&running, |run| run["phase"] == "running").await;
    site.create(&spec("plain")).await;
    let id = site.create(&spec("plain")).await;
    let (messages, _) = listen(&mut connect(address, &id, "?after=0").await).await;
    let places: Vec<u64> = messages
        .iter()
        .filter_map(|message| {
            if let Message::Position(place) = message {
                Some(*place)
            } else {
                None
            }
        })
        .collect();
    assert_eq!(places.first(), Some(&2), "{messages:?}");
    assert!(places.is_sorted_by(|a, b| a > b), "{places:?}");
    dense(&frames(&messages), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn server_sent_events_resume_from_the_last_id() {
    let site = Site::new();
    let id = site.create(&spec("slow")).await;
    let address = format!("/api/v1/runs/{id}/events");
    let accept = ("accept", "text/event-stream");
    let whole = site.ask(Method::GET, &address, None, &[accept]).await;
    assert_eq!(whole.header("content-type"), "text/event-stream");
    let read = |text: &str| -> Vec<(String, Value)> {
        let field = |block: &str, name: &str| {
            block
                .lines()
                .find_map(|line| line.strip_prefix(name))
                .map(|value| value.trim().to_owned())
        };
        let events = text
            .split("\n\n")
            .filter(|block| block.contains("data:") && !block.contains("event:"));
        events
            .map(|block| {
                (
                    field(block, "id:").unwrap(),
                    serde_json::from_str(&field(block, "data:").unwrap()).unwrap(),
                )
            })
            .collect()
    };
    let events = read(&whole.text());
    assert!(whole.text().contains("event: end"));
    assert_eq!(
        events
            .iter()
            .map(|(_, frame)| frame["seq"].as_u64().unwrap())
            .collect::<Vec<_>>(),
        (1..=events.len() as u64).collect::<Vec<_>>()
    );
    let rest = site
        .ask(
            Method::GET,
            &address,
            None,
            &[accept, ("last-event-id", &events[4].0)],
        )
        .await;
    assert_eq!(read(&rest.text()), events[5..]);
    // A browser reconnects to the address where it began, and says beside it how far it came.
    let later = format!("{address}?after={}", events[1].0);
    let last = ("last-event-id", events[4].0.as_str());
    let rest = site.ask(Method::GET, &later, None, &[accept, last]).await;
    assert_eq!(read(&rest.text()), events[5..]);
    let junk = ("last-event-id", "junk");
    let refused = site.ask(Method::GET, &later, None, &[accept, junk]).await;
    assert_eq!(refused.fields(), ["Last-Event-ID"]);
    let reset = site
        .ask(
            Method::GET,
            &address,
            None,
            &[accept, ("last-event-id", "9:1")],
        )
        .await;
    assert!(reset.text().starts_with("event: reset"), "{}", reset.text());
    assert_eq!(read(&reset.text()), events);
}

#[tokio::test(flavor = "multi_thread")]
async fn polling_gives_the_log_page_by_page() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let (mut seen, mut cursor) = (Vec::new(), "0".to_owned());
    loop {
        let page: valleyscope_shared::api::EventPage = serde_json::from_slice(
            &site
                .get(&format!("/api/v1/runs/{id}/events?limit=7&after={cursor}"))
                .await
                .body,
        )
        .unwrap();
        assert!(page.frames.len() <= 7);
        seen.extend(page.frames);
        cursor = page.cursor;
        if page.ended {
            break;
        }
    }
    dense(&seen, 1);
    assert_eq!(RunState::of(&seen), state(&site, &id).await);
    let lines = site
        .ask(
            Method::GET,
            &format!("/api/v1/runs/{id}/events"),
            None,
            &[("accept", "application/x-ndjson")],
        )
        .await;
    let read: Vec<Frame> = lines
        .text()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(read, seen);
    let beyond = site
        .get(&format!("/api/v1/runs/{id}/events?after=1:99999"))
        .await;
    assert_eq!(
        (beyond.status, &beyond.json()["frames"][0]["seq"]),
        (StatusCode::OK, &json!(1))
    );
}
