//! The websocket: header, replay, tail.

use super::batch::{News, Place};
use crate::log::{Cursor, Feed};
use crate::state::State;
use crate::store::Entry;
use axum::extract::ws::{CloseFrame, Message as Wire, WebSocket, WebSocketUpgrade, close_code};
use axum::response::Response;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};
use valleyscope_shared::api::Message;

/// The largest message of a client; an honest one has a hundred bytes.
const MOST_FROM_CLIENT: usize = 4 * 1024;
/// The most entries of one message.
const MOST_ENTRIES: usize = 256;
/// The least time between two flushes: 30 a second.
const FLUSH: Duration = Duration::from_millis(33);
const PING: Duration = Duration::from_secs(20);
/// Scripts in a page never see pings, so they get a message too.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How often it is looked whether results are held up.
const NOTICE: Duration = Duration::from_secs(1);
/// So many pings without an answer end the connection.
const MISSED_PONGS: u32 = 2;
/// A client that takes nothing for this long is gone.
const STALLED: Duration = Duration::from_secs(40);
/// How long a client that gave no cursor in the address may take to give one in a message.
const FIRST_WORD: Duration = Duration::from_millis(500);

/// Answers an upgrade.
pub fn socket(
    upgrade: WebSocketUpgrade,
    state: State,
    run: String,
    feed: Feed,
    cursor: Option<Cursor>,
) -> Response {
    upgrade
        .max_message_size(MOST_FROM_CLIENT)
        .max_frame_size(MOST_FROM_CLIENT)
        .on_upgrade(move |socket| async move {
            let (sink, stream) = socket.split();
            let viewer = Viewer {
                sink,
                state,
                run,
                place: Place::new(feed, cursor.unwrap_or(Cursor::START)),
                waits_for_word: cursor.is_none(),
            };
            viewer.serve(stream).await;
        })
}

/// What a client may say.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
enum Word {
    Subscribe(Subscribe),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Subscribe {
    run: String,
    #[serde(default)]
    after: Option<String>,
}

struct Viewer {
    sink: SplitSink<WebSocket, Wire>,
    state: State,
    run: String,
    place: Place,
    waits_for_word: bool,
}

/// The connection is over.
struct Over;

impl Viewer {
    async fn serve(mut self, stream: SplitStream<WebSocket>) {
        // However it ended, there is no one left to tell.
        let _ = self.talk(stream).await;
    }

    async fn talk(&mut self, mut stream: SplitStream<WebSocket>) -> Result<(), Over> {
        let (epoch, seq) = (self.place.feed.epoch(), self.place.feed.last());
        self.say(&Message::Hello { epoch, seq }).await?;
        let (mut closing, mut moved) = (self.state.closing(), self.state.queue.moved());
        let mut ping = interval_at(Instant::now() + PING, PING);
        let mut heartbeat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
        let mut notice = interval_at(Instant::now() + NOTICE, NOTICE);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        notice.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut missed, mut told, mut noticed) = (0, None, String::new());
        let mut flush = Some(
            Instant::now()
                + if self.waits_for_word {
                    FIRST_WORD
                } else {
                    Duration::ZERO
                },
        );
        loop {
            tokio::select! {
                heard = stream.next() => match heard {
                    Some(Ok(Wire::Text(text))) => {
                        self.hear(&text).await?;
                        flush = Some(Instant::now());
                    }
                    Some(Ok(Wire::Pong(_))) => missed = 0,
                    Some(Ok(Wire::Ping(_))) => {}
                    Some(Ok(Wire::Binary(_))) => return self.close(close_code::UNSUPPORTED, "text only, please").await,
                    Some(Ok(Wire::Close(_))) | None => return Err(Over),
                    Some(Err(_)) => return self.close(close_code::POLICY, "that is no message of at most 4 KiB").await,
                },
                () = sleep_until(flush.unwrap_or_else(Instant::now)), if flush.is_some() => {
                    self.tell_position(&mut told).await?;
                    flush = self.flush().await?;
                }
                () = self.place.feed.changed(), if flush.is_none() => flush = Some(Instant::now()),
                _ = moved.changed(), if flush.is_none() && self.place.feed.waits() => flush = Some(Instant::now()),
                _ = heartbeat.tick() => self.say(&Message::Heartbeat(self.place.feed.last())).await?,
                _ = notice.tick() => self.tell_notice(&mut noticed).await?,
                _ = ping.tick() => {
                    if missed >= MISSED_PONGS {
                        return self.close(close_code::POLICY, "pings are not answered").await;
                    }
                    missed += 1;
                    self.send(Wire::Ping(Default::default())).await?;
                }
                () = super::closed(&mut closing) => return self.close(close_code::AWAY, "the server stops").await,
            }
        }
    }

    /// Sends what there is. Returns when to look again; nothing when the bell will tell.
    async fn flush(&mut self) -> Result<Option<Instant>, Over> {
        let news = match self.place.next(MOST_ENTRIES).await {
            Ok(news) => news,
            Err(error) => {
                tracing::error!(run = self.run, %error, "a viewer's events could not be read");
                self.close(close_code::ERROR, "the events cannot be read")
                    .await?;
                return Err(Over);
            }
        };
        match news {
            News::Entries(entries) => {
                let full = entries.len() == MOST_ENTRIES;
                self.send(Wire::Text(frames(&entries).into())).await?;
                Ok(Some(
                    Instant::now() + if full { Duration::ZERO } else { FLUSH },
                ))
            }
            News::Reset => {
                self.say(&Message::Reset {
                    epoch: self.place.feed.epoch(),
                })
                .await?;
                Ok(Some(Instant::now()))
            }
            News::Nothing => Ok(None),
            News::End => {
                self.say(&Message::End).await?;
                self.close(close_code::NORMAL, "the run has ended").await?;
                Err(Over)
            }
        }
    }

    /// Says the place in the line when it is another than the one told last.
    async fn tell_position(&mut self, told: &mut Option<u64>) -> Result<(), Over> {
        let position = if self.place.feed.waits() {
            self.state.queue.position(&self.run)
        } else {
            None
        };
        if let Some(position) = position.filter(|position| *told != Some(*position)) {
            *told = Some(position);
            self.say(&Message::Position(position)).await?;
        }
        Ok(())
    }

    /// Says what holds results up, when it is something else than what was told last.
    async fn tell_notice(&mut self, told: &mut String) -> Result<(), Over> {
        let words = self.state.log.notice().unwrap_or_default();
        if *told != words {
            self.say(&Message::Notice(words.clone())).await?;
            *told = words;
        }
        Ok(())
    }

    async fn hear(&mut self, text: &str) -> Result<(), Over> {
        let Ok(Word::Subscribe(wish)) = serde_json::from_str(text) else {
            let _ = self
                .close(
                    close_code::POLICY,
                    "say {\"subscribe\": {\"run\": id, \"after\": \"epoch:seq\"}}, or nothing",
                )
                .await;
            return Err(Over);
        };
        if wish.run != self.run {
            let _ = self
                .close(close_code::POLICY, "this address is about another run")
                .await;
            return Err(Over);
        }
        match wish.after.as_deref().unwrap_or("0").parse() {
            Ok(cursor) => self.place.move_to(cursor),
            Err(_) => {
                let _ = self
                    .close(close_code::POLICY, "the cursor is not epoch:seq")
                    .await;
                return Err(Over);
            }
        }
        Ok(())
    }

    async fn say(&mut self, message: &Message) -> Result<(), Over> {
        let text = serde_json::to_string(message).map_err(|_| Over)?;
        self.send(Wire::Text(text.into())).await
    }

    async fn send(&mut self, message: Wire) -> Result<(), Over> {
        match timeout(STALLED, self.sink.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(Over),
        }
    }

    async fn close(&mut self, code: u16, reason: &'static str) -> Result<(), Over> {
        self.send(Wire::Close(Some(CloseFrame {
            code,
            reason: reason.into(),
        })))
        .await
    }
}

/// [`Message::Frames`] around frames that are JSON already.
fn frames(entries: &[Entry]) -> String {
    let frames: Vec<&str> = entries.iter().map(|entry| &*entry.json).collect();
    format!("{{\"frames\":[{}]}}", frames.join(","))
}
