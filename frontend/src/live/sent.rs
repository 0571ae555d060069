//! A run's log as server-sent events.

use super::door::Loss;
use super::poll::position;
use super::{Live, missed};
use crate::api;
use crate::base::at;
use crate::clock::sleep;
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use futures_util::stream::select_all;
use gloo_net::eventsource::State;
use gloo_net::eventsource::futures::EventSource;
use std::pin::pin;
use valleyscope_shared::api::EventPage;
use valleyscope_shared::event::Frame;
use valleyscope_shared::route;

/// After silence of this length it is asked whether something was held back on the way.
const SILENCE_MS: u32 = 6_000;
/// The kinds of events: frames, the log begun anew, its end.
const KINDS: [&str; 3] = ["message", "reset", "end"];

/// Listens until something ends it.
pub async fn tail(live: Live, id: &str, epoch: u64, pause: &mut f64) -> Loss {
    let path = route::events(id);
    let after = |seq: u64| format!("{path}?after={epoch}:{seq}");
    let Ok(mut source) = EventSource::new(&at(&after(live.seq()))) else {
        return Loss::Silent;
    };
    let streams = KINDS.map(|kind| source.subscribe(kind));
    let mut events = select_all(streams.into_iter().flatten());
    let mut heard = false;
    loop {
        let event = match select(events.next(), pin!(sleep(SILENCE_MS))).await {
            Either::Left((event, _)) => event,
            Either::Right(_) => {
                // Nothing new, or held back on the way, or the connection is gone: an ordinary question tells.
                position(live, id).await;
                match api::get::<EventPage>(&after(live.seq())).await {
                    Ok(page) if page.frames.is_empty() && source.state() == State::Open => continue,
                    Ok(_) if heard && source.state() == State::Open => continue,
                    Ok(_) => return Loss::Silent,
                    Err(_) => return Loss::Closed,
                }
            }
        };
        let Some(Ok((kind, event))) = event else {
            return if heard { Loss::Closed } else { Loss::Silent };
        };
        heard = true;
        live.hears(pause);
        match kind.as_str() {
            "end" => return Loss::Ended,
            "reset" => return Loss::Reset,
            _ => {}
        }
        let text = event.data().as_string().unwrap_or_default();
        // A frame of a kind that this page does not know is left alone: the server may be newer.
        let Ok(frame) = serde_json::from_str::<Frame>(&text) else {
            continue;
        };
        if missed(live, &[frame]) {
            return Loss::Gap;
        }
    }
}
