//! One image on its way: how far it is, and whether anybody still asks for it.

use crate::store::lock;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use valleyscope_shared::problem::Problem;
use valleyscope_shared::runner::Cancel;

/// Nobody who asks waits longer before asking again.
const PATIENCE: Duration = Duration::from_secs(15);

/// How far an image is.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// How many recorded points are computed.
    pub done: usize,
    /// How many there are.
    pub points: usize,
    /// How it ended, once it has.
    pub ended: Option<Result<(), Problem>>,
}

/// See the module.
pub struct Task {
    /// Stops it within one step.
    pub cancel: Cancel,
    standing: watch::Sender<Standing>,
    asked: Mutex<Instant>,
    ended: Mutex<Option<Instant>>,
}

impl Task {
    /// Of an image with so many recorded points.
    pub fn new(points: usize) -> Self {
        let standing = Standing {
            done: 0,
            points,
            ended: None,
        };
        Self {
            cancel: Cancel::default(),
            standing: watch::Sender::new(standing),
            asked: Mutex::new(Instant::now()),
            ended: Mutex::default(),
        }
    }

    /// Rings whenever it has come further.
    pub fn standing(&self) -> watch::Receiver<Standing> {
        self.standing.subscribe()
    }

    /// Notes that somebody waits for it.
    pub fn asked_for(&self) {
        *lock(&self.asked) = Instant::now();
    }

    /// Stops it where nobody waits for it any more; whether it is to stop, for whatever reason.
    pub fn is_dropped(&self) -> bool {
        if lock(&self.asked).elapsed() > PATIENCE {
            self.cancel.cancel();
        }
        self.cancel.is_cancelled()
    }

    /// Notes that a point is computed.
    pub fn reached(&self, point: usize) {
        self.standing
            .send_modify(|standing| standing.done = standing.points.min(point + 1));
    }

    /// Tells everyone how it ended.
    pub fn end(&self, result: Result<(), Problem>) {
        *lock(&self.ended) = Some(Instant::now());
        self.standing
            .send_modify(|standing| standing.ended = Some(result));
    }

    /// Whether it has ended.
    pub fn has_ended(&self) -> bool {
        lock(&self.ended).is_some()
    }

    /// Whether it ended longer ago than `span`.
    pub fn failed_before(&self, span: Duration) -> bool {
        lock(&self.ended).is_some_and(|ended| ended.elapsed() > span)
    }
}
