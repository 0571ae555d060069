//! What one flush sends.

use crate::log::{Cursor, Feed};
use crate::store::{Entry, Result};

/// What there is for a viewer at some moment.
pub enum News {
    /// The cursor does not hold: begin again.
    Reset,
    /// Entries, the first right after the cursor.
    Entries(Vec<Entry>),
    /// Nothing now.
    Nothing,
    /// Nothing ever again.
    End,
}

/// A viewer's place in a log.
pub struct Place {
    /// The log.
    pub feed: Feed,
    cursor: Cursor,
}

impl Place {
    /// A viewer that has seen everything up to `cursor`.
    pub fn new(feed: Feed, cursor: Cursor) -> Self {
        Self { feed, cursor }
    }

    /// The last entry that was handed out.
    pub fn cursor(&self) -> Cursor {
        Cursor {
            epoch: Some(self.feed.epoch()),
            seq: self.cursor.seq,
        }
    }

    /// Goes elsewhere in the log.
    pub fn move_to(&mut self, cursor: Cursor) {
        self.cursor = cursor;
    }

    /// What comes next, some of it at a time.
    pub async fn next(&mut self, limit: usize) -> Result<News> {
        if !self.cursor.holds(self.feed.epoch(), self.feed.last()) {
            self.cursor = Cursor::START;
            return Ok(News::Reset);
        }
        let entries = self.feed.after(self.cursor.seq, limit).await?;
        if let Some(last) = entries.last() {
            self.cursor = Cursor {
                epoch: Some(self.feed.epoch()),
                seq: last.seq,
            };
            return Ok(News::Entries(entries));
        }
        // Entries that should be there and are not: the run was deleted.
        let gone = self.cursor.seq < self.feed.last();
        Ok(if gone || self.feed.ends_at(self.cursor.seq) {
            News::End
        } else {
            News::Nothing
        })
    }
}
