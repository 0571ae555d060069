//! A run's log by questions once a second.

use super::door::Loss;
use super::{Live, missed};
use crate::api;
use crate::clock::sleep;
use leptos::prelude::*;
use valleyscope_shared::api::{EventPage, RunView};
use valleyscope_shared::route;
use valleyscope_shared::run::Phase;

/// The pause between two questions.
const EVERY_MS: u32 = 1_000;

/// Asks until the log has ended or there is no answer.
pub async fn tail(live: Live, id: &str, epoch: u64, pause: &mut f64) -> Loss {
    loop {
        let path = format!("{}?after={epoch}:{}", route::events(id), live.seq());
        let Ok(page) = api::get::<EventPage>(&path).await else {
            return Loss::Closed;
        };
        live.hears(pause);
        if page.epoch != epoch {
            return Loss::Reset;
        }
        if missed(live, &page.frames) {
            return Loss::Gap;
        }
        if page.frames.is_empty() {
            if page.ended {
                return Loss::Ended;
            }
            position(live, id).await;
            sleep(EVERY_MS).await;
        }
    }
}

/// While it waits, its place in the queue is no part of its log.
pub async fn position(live: Live, id: &str) {
    let queued = live.known_untracked(|run| run.phase == Phase::Queued) == Some(true);
    if queued
        && live.seq() <= 1
        && let Ok(run) = api::get::<RunView>(&route::run(id)).await
    {
        live.run.try_set(Some(Ok(run)));
    }
}
