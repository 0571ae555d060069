//! Server-sent events: the same log for `curl`, scripts and a browser's `EventSource`.

use super::batch::{News, Place};
use crate::log::{Cursor, Feed};
use crate::state::State;
use axum::http::HeaderName;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use futures_util::stream::unfold;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::watch;

const MOST_ENTRIES: usize = 256;
/// The least time between two readings of the log.
const PAUSE: Duration = Duration::from_millis(33);
/// A comment line when nothing else was sent for so long.
const HEARTBEAT: Duration = Duration::from_secs(15);

struct Viewer {
    place: Place,
    waiting: std::vec::IntoIter<Event>,
    closing: watch::Receiver<bool>,
    run: String,
    over: bool,
}

/// Events from the cursor on; each has its cursor as id, and the frame as data. The last is of the kind `end`.
pub fn server_sent(state: State, run: String, feed: Feed, cursor: Cursor) -> Response {
    let viewer = Viewer {
        place: Place::new(feed, cursor),
        waiting: Vec::new().into_iter(),
        closing: state.closing(),
        run,
        over: false,
    };
    let stream = unfold(viewer, |mut viewer| async move {
        viewer
            .next()
            .await
            .map(|event| (Ok::<_, Infallible>(event), viewer))
    })
    .fuse();
    // Proxies that gather answers before they pass them on would hold the events back.
    let at_once = [(HeaderName::from_static("x-accel-buffering"), "no")];
    let events =
        Sse::new(stream).keep_alive(KeepAlive::new().interval(HEARTBEAT).text("heartbeat"));
    (at_once, events).into_response()
}

impl Viewer {
    async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(event) = self.waiting.next() {
                return Some(event);
            }
            if self.over || *self.closing.borrow() {
                return None;
            }
            match self.place.next(MOST_ENTRIES).await {
                Ok(News::Entries(entries)) => {
                    let epoch = self.place.feed.epoch();
                    let event = |entry: &crate::store::Entry| {
                        Event::default()
                            .id(format!("{epoch}:{}", entry.seq))
                            .data(&*entry.json)
                    };
                    self.waiting = entries.iter().map(event).collect::<Vec<_>>().into_iter();
                }
                Ok(News::Reset) => {
                    let epoch = self.place.feed.epoch();
                    return Some(
                        Event::default()
                            .event("reset")
                            .id(format!("{epoch}:0"))
                            .data(format!("{{\"epoch\":{epoch}}}")),
                    );
                }
                Ok(News::End) => {
                    self.over = true;
                    return Some(
                        Event::default()
                            .event("end")
                            .id(self.place.cursor().to_string())
                            .data("{}"),
                    );
                }
                Ok(News::Nothing) => {
                    tokio::select! {
                        () = self.place.feed.changed() => tokio::time::sleep(PAUSE).await,
                        () = super::closed(&mut self.closing) => return None,
                    }
                }
                Err(error) => {
                    tracing::error!(run = self.run, %error, "a viewer's events could not be read");
                    return None;
                }
            }
        }
    }
}
