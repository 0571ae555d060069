//! One websocket connection to a run's log.

use super::door::Loss;
use super::{Live, missed};
use crate::base::at;
use crate::clock::sleep;
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use gloo_net::websocket::Message as Packet;
use gloo_net::websocket::futures::WebSocket;
use leptos::prelude::*;
use std::pin::pin;
use valleyscope_shared::api::Message;
use valleyscope_shared::route;

/// Silence of this length means that the connection is dead; the server says something every 15 s.
const SILENCE_MS: u32 = 45_000;

/// Listens from the last frame that is known until something ends it.
pub async fn tail(live: Live, id: &str, epoch: u64, pause: &mut f64) -> Loss {
    let Some(mut socket) = open(id, epoch, live.seq()) else {
        return Loss::Silent;
    };
    let mut heard = false;
    loop {
        let packet = match select(socket.next(), pin!(sleep(SILENCE_MS))).await {
            Either::Left((Some(Ok(packet)), _)) => packet,
            _ if heard => return Loss::Closed,
            _ => return Loss::Silent,
        };
        let Packet::Text(text) = packet else { continue };
        // A message of a kind that this page does not know is left alone: the server may be newer.
        let Some(message) = message(&text) else {
            continue;
        };
        heard = true;
        live.hears(pause);
        if let Some(loss) = hear(live, epoch, message) {
            return loss;
        }
    }
}

fn message(text: &str) -> Option<Message> {
    serde_json::from_str(text).ok()
}

fn hear(live: Live, epoch: u64, message: Message) -> Option<Loss> {
    match message {
        Message::Hello { epoch: now, .. } if now != epoch => Some(Loss::Reset),
        Message::Reset { .. } => Some(Loss::Reset),
        Message::Frames(frames) if missed(live, &frames) => Some(Loss::Gap),
        Message::End => Some(Loss::Ended),
        Message::Position(place) => {
            live.run.try_update(|run| {
                if let Some(Ok(run)) = run {
                    run.position = Some(place);
                }
            });
            None
        }
        Message::Notice(words) => {
            live.notice.try_set(words);
            None
        }
        Message::Hello { .. } | Message::Frames(_) | Message::Heartbeat(_) => None,
    }
}

fn open(id: &str, epoch: u64, seq: u64) -> Option<WebSocket> {
    let location = window().location();
    let scheme = match location.protocol().ok()?.as_str() {
        "https:" => "wss:",
        _ => "ws:",
    };
    let host = location.host().ok()?;
    let path = at(&route::events(id));
    WebSocket::open(&format!("{scheme}//{host}{path}?after={epoch}:{seq}")).ok()
}
