//! Connections: taken on, served with patience that ends, and never so many that nothing is left for the runs.
//!
//! A client that sends no request, that reads no answer or that is gone costs one descriptor for a while.
//! Where there is no room left, the connection that has been silent longest makes room for the next.

mod descriptors;
mod line;
mod room;

pub use descriptors::raise as raise_descriptors;

use crate::failure::Failure;
use crate::protect::add_headers;
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request};
use axum::http::{StatusCode, header};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::serve::Listener;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use line::Line;
use room::{Busy, Place, Room};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tower::Service;
use valleyscope_shared::problem::Problem;

/// How many connections there may be, and how long they may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most connections at a time.
    pub connections: usize,
    /// The most of one address that have a request under way. Behind a proxy, all have its address.
    pub of_one_address: usize,
    /// The longest wait for the head of a request, the first or the next.
    pub head: Duration,
    /// The longest that a client may take nothing of an answer.
    pub write: Duration,
    /// How long connections may take to end when the server stops.
    pub farewell: Duration,
}

/// More connections than this serve nobody.
const MOST: usize = 4096;
/// Descriptors that no connection gets: the database, the files of runs, models and data sets, the program's own.
const RESERVED: usize = 256;
/// How many are told at a time that there is no room.
const TURNED_AWAY: usize = 32;
/// How long that may take.
const LAST_WORD: Duration = Duration::from_secs(5);

impl Limits {
    /// The limits of a process that may have so many descriptors open.
    pub fn within(descriptors: usize) -> Self {
        // A connection may need a second one, for the file that it is sent.
        let connections = descriptors.saturating_sub(RESERVED) / 2;
        let connections = connections.max(descriptors / 8).clamp(1, MOST);
        Self {
            connections,
            of_one_address: connections.div_ceil(2),
            // Longer than proxies keep their idle connections (60 s is usual), so that none sends a request into a closing one.
            head: Duration::from_secs(75),
            write: Duration::from_secs(30),
            farewell: Duration::from_secs(5),
        }
    }
}

/// Answers what comes in until `stop`; then lets what is under way end, for a while.
pub async fn serve(
    mut listener: TcpListener,
    app: Router,
    limits: Limits,
    stop: impl Future<Output = ()>,
) {
    let room = Arc::new(Room::new(limits.connections, limits.of_one_address));
    let turned_away = Arc::new(Semaphore::new(TURNED_AWAY));
    let mut stop = pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            taken = Listener::accept(&mut listener) => taken,
            () = &mut stop => break,
        };
        match room.enter(peer.ip()) {
            Some(place) => {
                tokio::spawn(converse(stream, peer, Arc::new(place), app.clone(), limits));
            }
            // More than a few are let go without a word.
            None => {
                if let Ok(permit) = turned_away.clone().try_acquire_owned() {
                    tokio::spawn(async move {
                        turn_away(stream, limits).await;
                        drop(permit);
                    });
                }
            }
        }
    }
    drop(listener);
    room.close();
    // What has not ended by then is cut off.
    let _ = timeout(limits.farewell, room.emptied()).await;
}

/// All requests of one connection.
async fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    place: Arc<Place>,
    app: Router,
    limits: Limits,
) {
    let line = TokioIo::new(Line::new(stream, limits.write, place.clone()));
    let answering = place.clone();
    let service = service_fn(move |request| {
        let (app, busy) = (app.clone(), answering.busy());
        answer(app, request, peer, busy)
    });
    let connection = http(limits).serve_connection(line, service).with_upgrades();
    let mut connection = pin!(connection);
    let mut told = false;
    loop {
        tokio::select! {
            // Why a connection broke is nobody's concern.
            _ = connection.as_mut() => return,
            () = place.asked_to_go(), if !told => {
                if !place.is_busy() {
                    return;
                }
                told = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

fn http(limits: Limits) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.head);
    http
}

async fn answer(
    mut app: Router,
    request: hyper::Request<hyper::body::Incoming>,
    peer: SocketAddr,
    busy: Busy,
) -> Result<Response, Infallible> {
    let mut request: Request = request.map(Body::new);
    request.extensions_mut().insert(ConnectInfo(peer));
    let response = app.call(request).await?;
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        busy.for_good();
        return Ok(response);
    }
    Ok(response.map(|body| Body::new(UnderWay { body, _busy: busy })))
}

/// A body; its connection is busy until it is sent or given up.
struct UnderWay {
    body: Body,
    _busy: Busy,
}

impl HttpBody for UnderWay {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Says that there is no room.
async fn turn_away(stream: TcpStream, limits: Limits) {
    let app = Router::new().fallback(no_room).layer(from_fn(add_headers));
    let service = service_fn(move |request: hyper::Request<hyper::body::Incoming>| {
        app.clone().call(request.map(Body::new))
    });
    let mut http = http(limits);
    let said = http
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    // One who does not listen is not told.
    let _ = timeout(LAST_WORD, said).await;
}

async fn no_room() -> Response {
    tracing::warn!("a connection was turned away: as many as may be are in use");
    let detail =
        "as many connections as this server may have are in use; try again in a few seconds";
    let problem = Problem::new("busy", 503, "Too many connections", detail);
    let mut response = Failure(problem).into_response();
    response.headers_mut().insert(
        header::CONNECTION,
        axum::http::HeaderValue::from_static("close"),
    );
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_descriptors_for_everything_else() {
        for descriptors in [16, 256, 1024, 4096, 20_000, 1_000_000] {
            let limits = Limits::within(descriptors);
            let left = descriptors - 2 * limits.connections;
            assert!(limits.connections >= 1 && limits.connections <= MOST);
            assert!(left >= RESERVED.min(descriptors / 2), "{descriptors}");
            assert!(limits.of_one_address >= limits.connections / 2);
        }
    }
}
