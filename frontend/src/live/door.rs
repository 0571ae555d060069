//! The ways to a run's log, the best first: a websocket, server-sent events, questions once a second.
//!
//! Some proxies let no upgrade through, and some hold a stream back until it ends; a question always gets through.

use super::Live;
use super::{poll, sent, socket};

/// A way to the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    Socket,
    Sent,
    Poll,
}

/// Why a connection is over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Loss {
    /// The log has ended.
    Ended,
    /// The log was begun anew: what is known is void.
    Reset,
    /// A frame is missing.
    Gap,
    /// The connection broke.
    Closed,
    /// Nothing ever came through.
    Silent,
}

impl Door {
    /// The way to take where this one lets nothing through.
    pub fn next(self) -> Self {
        match self {
            Self::Socket => Self::Sent,
            Self::Sent | Self::Poll => Self::Poll,
        }
    }

    /// Listens from the last frame that is known until something ends it.
    pub async fn tail(self, live: Live, id: &str, epoch: u64, pause: &mut f64) -> Loss {
        match self {
            Self::Socket => socket::tail(live, id, epoch, pause).await,
            Self::Sent => sent::tail(live, id, epoch, pause).await,
            Self::Poll => poll::tail(live, id, epoch, pause).await,
        }
    }
}
