//! Clients that say nothing, take nothing or go away cost little, and for a while only.

use crate::site::{Site, spec};
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::time::{Instant, sleep, timeout};
use valleyscope::connection::Limits;
use valleyscope::shelf::Passes;

/// Limits that a test can wait for.
fn short() -> Limits {
    Limits {
        connections: 40,
        of_one_address: 40,
        head: Duration::from_millis(600),
        write: Duration::from_millis(600),
        farewell: Duration::from_secs(1),
    }
}

/// A connection that takes little at a time, so that the system's buffers do not hide what is not read.
async fn connect(address: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    socket.connect(address).await.unwrap()
}

async fn ask(stream: &mut TcpStream, path: &str, more: &str) {
    let head = format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n{more}\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
}

/// The head of the answer; the rest stays where it is.
async fn head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

/// Whatever comes until the other side ends it, in one way or another.
async fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut all = Vec::new();
    let mut piece = vec![0; 1 << 16];
    let reading = async {
        while let Ok(count) = stream.read(&mut piece).await {
            if count == 0 {
                break;
            }
            all.extend(&piece[..count]);
        }
    };
    timeout(Duration::from_secs(20), reading)
        .await
        .expect("the connection stays open");
    all
}

/// Asks over a connection of its own.
async fn answer(address: SocketAddr, path: &str) -> String {
    let mut stream = connect(address).await;
    ask(&mut stream, path, "connection: close\r\n").await;
    String::from_utf8_lossy(&rest(&mut stream).await).into_owned()
}

/// A run whose files are larger than what the system takes in advance.
fn large() -> Value {
    let mut large = spec("plain");
    large["data"] = json!({ "set": "numbers", "first": 0, "count": 1000 });
    large["batch_size"] = 1000.into();
    large["attack"]["pgd"]["steps"] = 40.into();
    large["keep_examples"] = 0.into();
    large
}

#[tokio::test(flavor = "multi_thread")]
async fn silent_connections_give_way_to_the_next() {
    let site = Site::new();
    let limits = Limits {
        head: Duration::from_secs(600),
        ..short()
    };
    let address = site.listen_within(limits).await;
    let mut silent = Vec::new();
    for _ in 0..200 {
        silent.push(connect(address).await);
    }
    // Half a head is as good as none.
    for stream in &mut silent {
        let _ = stream.write_all(b"GET / HTTP/1.1\r\nhost: loc").await;
    }
    assert!(
        answer(address, "/api/v1/health")
            .await
            .starts_with("HTTP/1.1 200"),
        "the server is held up"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_does_not_come_ends_the_connection() {
    let site = Site::new();
    let address = site.listen_within(short()).await;
    let begun = Instant::now();
    let mut silent = connect(address).await;
    let mut slow = connect(address).await;
    slow.write_all(b"GET / HTTP/1.1\r\nhost: loc")
        .await
        .unwrap();
    let mut again = connect(address).await;
    ask(&mut again, "/api/v1/health", "").await;
    for stream in [&mut silent, &mut slow, &mut again] {
        rest(stream).await;
    }
    assert!(begun.elapsed() >= short().head);
    assert!(begun.elapsed() < 5 * short().head, "{:?}", begun.elapsed());
}

/// The login page is open to everyone, so nobody may hold a request to it open by sending half of it.
#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_come_ends_the_request() {
    let site = Site::new();
    let address = site.listen().await;
    let mut half = connect(address).await;
    let head = "POST /login HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n        content-type: application/x-www-form-urlencoded\r\n\r\ntoken=";
    half.write_all(head.as_bytes()).await.unwrap();
    let answer = String::from_utf8(rest(&mut half).await).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}

/// All connections have a request under way, so none can be sent away: the next is told, not left waiting.
#[tokio::test(flavor = "multi_thread")]
async fn where_all_are_busy_the_next_is_told() {
    let site = Site::new();
    let id = site.create(&spec("slow")).await;
    let limits = Limits {
        connections: 3,
        ..short()
    };
    let address = site.listen_within(limits).await;
    let mut viewers = Vec::new();
    for _ in 0..3 {
        let mut viewer = connect(address).await;
        let path = format!("/api/v1/runs/{id}/events");
        ask(&mut viewer, &path, "accept: text/event-stream\r\n").await;
        assert!(head(&mut viewer).await.contains("x-accel-buffering: no"));
        viewers.push(viewer);
    }
    let told = answer(address, "/api/v1/health").await;
    assert!(
        told.starts_with("HTTP/1.1 503")
            && told.contains("retry-after: 10")
            && told.contains("application/problem+json")
            && told.contains("/problems/busy"),
        "{told}"
    );
    viewers.pop();
    sleep(Duration::from_millis(100)).await;
    let told = answer(address, "/api/v1/health").await;
    assert!(told.starts_with("HTTP/1.1 200"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn stalled_downloads_hold_neither_threads_nor_exports() {
    let site = Site::new();
    let id = site.finished(&large()).await;
    let address = site.listen_within(short()).await;
    let path = format!("/api/v1/runs/{id}/export.json");
    let mut stalled = Vec::new();
    for _ in 0..16 {
        let mut stream = connect(address).await;
        ask(&mut stream, &path, "").await;
        assert!(head(&mut stream).await.starts_with("HTTP/1.1 200"));
        stalled.push(stream);
    }
    let one_more = answer(address, &path).await;
    assert!(
        one_more.starts_with("HTTP/1.1 503") && one_more.contains("retry-after: 10"),
        "{one_more}"
    );
    assert!(
        answer(address, "/api/v1/health")
            .await
            .starts_with("HTTP/1.1 200")
    );
    // Those who take nothing are cut off, and there is room again.
    let deadline = Instant::now() + Duration::from_secs(20);
    while site.state.exports.available_permits() < 16 {
        assert!(Instant::now() < deadline, "stalled downloads stay");
        sleep(Duration::from_millis(20)).await;
    }
    let mut whole = connect(address).await;
    ask(&mut whole, &path, "connection: close\r\n").await;
    assert!(rest(&mut whole).await.ends_with(b"\r\n0\r\n\r\n"));
    // Half a file does not end like a whole one.
    assert!(!rest(&mut stalled[0]).await.ends_with(b"\r\n0\r\n\r\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stalled_event_stream_ends() {
    let site = Site::new();
    let mut long = large();
    long["batch_size"] = 20.into();
    long["attack"]["pgd"]["steps"] = 30.into();
    let id = site.finished(&long).await;
    let address = site.listen_within(short()).await;
    let mut viewer = connect(address).await;
    let path = format!("/api/v1/runs/{id}/events");
    ask(&mut viewer, &path, "accept: text/event-stream\r\n").await;
    assert!(head(&mut viewer).await.starts_with("HTTP/1.1 200"));
    sleep(4 * short().write).await;
    let rest = rest(&mut viewer).await;
    assert!(
        !String::from_utf8_lossy(&rest).contains("event: end"),
        "{} bytes were sent to one who did not read",
        rest.len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn exports_of_one_run_share_its_readings() {
    let site = Site::new();
    let id = site.finished(&spec("plain")).await;
    let row = site.state.run(&id).unwrap();
    let run = site.state.run_state(&row).unwrap();
    let share = || {
        let look = site
            .state
            .shelf
            .look(&site.state.store, row.number, &run, Passes::share);
        look.unwrap()
    };
    let (one, other) = (share(), share());
    assert!(Arc::ptr_eq(&one, &other));
}

/// What is exported stays as it was, while the run goes on and others look at it.
#[tokio::test(flavor = "multi_thread")]
async fn an_export_of_a_running_run_does_not_change_under_its_reader() {
    let site = Site::new();
    let id = site.create(&spec("slow")).await;
    site.until(&id, |run| run["done"].as_u64() > Some(0)).await;
    let look = || {
        let row = site.state.run(&id).unwrap();
        let run = site.state.run_state(&row).unwrap();
        let look = site
            .state
            .shelf
            .look(&site.state.store, row.number, &run, Passes::share);
        look.unwrap()
    };
    let reached = |tables: &[valleyscope_shared::readings::Readings]| {
        let pass = &tables[0];
        (0..pass.examples().len())
            .map(|row| pass.reached(row))
            .sum::<usize>()
    };
    let early = look();
    let before = reached(&early);
    site.ended(&id).await;
    let late = look();
    assert_eq!(reached(&early), before);
    assert_eq!(reached(&late), 20 * 6);
    assert!(before < 20 * 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_no_file_can_have_is_not_found() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::with_pages(folder.path());
    for length in [10, 255, 300, 5000] {
        let path = format!("/pkg/{}.js", "a".repeat(length));
        assert_eq!(
            site.get(&path).await.status,
            StatusCode::NOT_FOUND,
            "{length}"
        );
    }
    let reply = site.get(&format!("/pkg/{}/x%00y", "a/".repeat(300))).await;
    assert!(reply.status.is_client_error(), "{}", reply.status);
}
