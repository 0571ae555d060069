//! Sessions of browsers: random, expiring, and known here only by their digests.

use super::digest;
use crate::ids::{NoRandomness, secret};
use crate::store::lock;
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How long a session lasts.
pub const LASTS: Duration = Duration::from_secs(12 * 60 * 60);
/// The most sessions at a time; beyond that the oldest ends.
const MOST: usize = 10_000;

/// The sessions that are open, with the time of their end. They end with the server.
#[derive(Default)]
pub struct Sessions(Mutex<HashMap<[u8; 32], Instant>>);

impl Sessions {
    /// Opens a session and returns its secret.
    pub fn open(&self) -> Result<String, NoRandomness> {
        let secret = secret()?;
        let (mut sessions, now) = (lock(&self.0), Instant::now());
        sessions.retain(|_, end| *end > now);
        if sessions.len() >= MOST
            && let Some(oldest) = sessions
                .iter()
                .min_by_key(|(_, end)| **end)
                .map(|(key, _)| *key)
        {
            sessions.remove(&oldest);
        }
        sessions.insert(digest(&secret), now + LASTS);
        Ok(secret)
    }

    /// Whether a session with this secret is open. The look-up is by digest, so its time tells nothing about the secret.
    pub fn holds(&self, secret: &str) -> bool {
        lock(&self.0)
            .get(&digest(secret))
            .is_some_and(|end| *end > Instant::now())
    }

    /// Ends a session.
    pub fn close(&self, secret: &str) {
        lock(&self.0).remove(&digest(secret));
    }
}
