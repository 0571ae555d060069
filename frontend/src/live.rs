//! A run as it happens: a snapshot, then the log's tail.
//!
//! The page folds the same frames with the same code as the server.
//! Frames must follow each other without a gap; otherwise, and after a lost connection, the page asks again from the last one it has.
//! Before it tries again it asks over HTTP why: a run that is gone and a session that has ended do not come back by waiting.

mod beat;
mod door;
mod narrowed;
mod poll;
mod sent;
mod socket;

pub use beat::Beat;
pub use narrowed::narrowed;

use crate::api::{self, Answer, Failure};
use crate::clock::{now_ms, sleep};
use door::{Door, Loss};
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;
use valleyscope_shared::api::{RunView, Snapshot};
use valleyscope_shared::event::Frame;
use valleyscope_shared::route;
use valleyscope_shared::run::RunState;

/// The pause before the first new attempt to connect, and the longest.
const BACK_OFF_MS: (f64, f64) = (500.0, 15_000.0);

/// How the page is connected to the run.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Link {
    /// Nothing to listen to, or not yet.
    #[default]
    Idle,
    /// Listening.
    Open,
    /// The connection is lost, for this reason; the next attempt is at this moment.
    Lost { retry_at_ms: f64, why: String },
    /// The server asks who one is, and trying again is no answer.
    Barred,
}

/// What is known of the run that is followed.
#[derive(Clone, Copy, Debug)]
pub struct Live {
    /// The run as a resource, once there was an answer.
    pub run: RwSignal<Option<Answer<RunView>>>,
    /// The fold over its log.
    pub state: RwSignal<RunState>,
    /// The connection.
    pub link: RwSignal<Link>,
    /// What the server says while results wait; mostly nothing.
    pub notice: RwSignal<String>,
}

impl Live {
    fn new() -> Self {
        Self {
            run: RwSignal::new(None),
            state: RwSignal::new(RunState::default()),
            link: RwSignal::new(Link::Idle),
            notice: RwSignal::new(String::new()),
        }
    }

    fn take(self, snapshot: Snapshot) {
        self.state.try_set(snapshot.state);
        self.run.try_set(Some(Ok(snapshot.run)));
        self.notice.try_set(String::new());
    }

    /// Whether there was an answer: the run is there, or why not. What a page shows instead of the run follows this alone.
    pub fn there(self) -> Memo<Option<Result<(), Failure>>> {
        Memo::new(move |_| {
            self.run.with(|run| {
                let run = run.as_ref()?;
                Some(run.as_ref().map(|_| ()).map_err(Clone::clone))
            })
        })
    }

    /// Looks at the run, where it is known.
    pub fn known<T>(self, look: impl FnOnce(&RunView) -> T) -> Option<T> {
        self.run.with(|run| run.as_ref()?.as_ref().ok().map(look))
    }

    fn known_untracked<T>(self, look: impl FnOnce(&RunView) -> T) -> Option<T> {
        untrack(|| self.known(look))
    }

    /// Folds in frames; false when one is missing before them.
    fn apply(self, frames: &[Frame]) -> bool {
        let fold = |state: &mut RunState| {
            frames
                .iter()
                .all(|frame| frame.seq <= state.seq || state.apply(frame))
        };
        self.state.try_update(fold).unwrap_or(false)
    }

    /// Something came through.
    fn hears(self, pause: &mut f64) {
        *pause = BACK_OFF_MS.0;
        if self.link.try_with_untracked(|link| *link == Link::Open) == Some(false) {
            self.link.try_set(Link::Open);
        }
    }

    fn seq(self) -> u64 {
        self.state
            .try_with_untracked(|state| state.seq)
            .unwrap_or_default()
    }
}

/// Follows the run with this id until the current owner is gone.
pub fn follow(id: String) -> Live {
    let live = Live::new();
    spawn_local_scoped_with_cancellation(listen(live, id));
    live
}

/// Whether a frame is missing before these.
fn missed(live: Live, frames: &[Frame]) -> bool {
    !live.apply(frames)
}

/// The connection will not come back.
struct Over;

async fn listen(live: Live, id: String) {
    // Who asked in vain knows why from `live`.
    let _ = until_ended(live, &id).await;
}

async fn until_ended(live: Live, id: &str) -> Result<(), Over> {
    let (mut pause, mut door) = (BACK_OFF_MS.0, Door::Socket);
    loop {
        let snapshot = match api::get::<Snapshot>(&route::snapshot(id)).await {
            Ok(snapshot) => snapshot,
            Err(failure) => {
                if live.known_untracked(|_| ()).is_none() {
                    live.run.try_set(Some(Err(failure.clone())));
                }
                after(live, failure, &mut pause).await?;
                continue;
            }
        };
        let ended = snapshot.run.phase.ended();
        let epoch = epoch_of(&snapshot.cursor);
        live.take(snapshot);
        live.link.try_set(Link::Idle);
        if ended {
            return Ok(());
        }
        stay(live, id, epoch, &mut pause, &mut door).await?;
        // Either the log ended or was begun anew: in both cases the next snapshot says what is true.
    }
}

/// Listens, and connects again after every loss, until the log's end or a new beginning.
async fn stay(
    live: Live,
    id: &str,
    epoch: u64,
    pause: &mut f64,
    door: &mut Door,
) -> Result<(), Over> {
    loop {
        let loss = door.tail(live, id, epoch, pause).await;
        if matches!(loss, Loss::Ended | Loss::Reset) {
            return Ok(());
        }
        if loss == Loss::Gap {
            continue;
        }
        match api::get::<RunView>(&route::run(id)).await {
            // The server is there, and nothing comes through: it is the way that is closed.
            Ok(_) if loss == Loss::Silent && *door != Door::Poll => *door = door.next(),
            Ok(_) => sleep(spread(pause)).await,
            Err(failure) => after(live, failure, pause).await?,
        }
    }
}

/// What follows on an answer that is none: the end, or a pause that is told with its reason.
async fn after(live: Live, failure: Failure, pause: &mut f64) -> Result<(), Over> {
    match failure.status() {
        Some(401 | 403) => {
            live.link.try_set(Link::Barred);
            return Err(Over);
        }
        // It is not there, or the question itself is wrong.
        Some(400..500) => {
            live.run.try_set(Some(Err(failure)));
            return Err(Over);
        }
        _ if matches!(failure, Failure::Unreadable(_)) => {
            live.run.try_set(Some(Err(failure)));
            return Err(Over);
        }
        _ => {}
    }
    let milliseconds = spread(pause);
    live.link.try_set(Link::Lost {
        retry_at_ms: now_ms() + f64::from(milliseconds),
        why: failure.words(),
    });
    sleep(milliseconds).await;
    Ok(())
}

/// The next pause with a random part, so that many viewers of one server do not come back in step.
fn spread(pause: &mut f64) -> u32 {
    let milliseconds = *pause * (0.75 + 0.5 * js_sys::Math::random());
    *pause = (*pause * 2.0).min(BACK_OFF_MS.1);
    milliseconds as u32
}

fn epoch_of(cursor: &str) -> u64 {
    cursor
        .split_once(':')
        .and_then(|(epoch, _)| epoch.parse().ok())
        .unwrap_or_default()
}
