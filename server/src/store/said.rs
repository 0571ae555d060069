//! What people say of a run: its title, a note, tags, and whether it is pinned. Beside what was computed, which never changes.

use super::{Result, Store};
use rusqlite::{Transaction, params};
use valleyscope_shared::listing::RunChange;

impl Store {
    /// Changes what is given, and leaves the rest. Whether there is such a run.
    pub fn change_run(&self, id: &str, change: &RunChange) -> Result<bool> {
        let note = change.note.as_ref().map(|note| note.as_deref());
        let tags = change.tags.as_ref().map(|tags| tags.as_deref());
        let tags = tags.map(|tags| tags.unwrap_or_default().join(SEPARATOR));
        let title = change.title.as_ref();
        self.write(|transaction| {
            let changed = transaction.execute(
                "UPDATE run SET named = CASE WHEN ?2 THEN ?3 ELSE named END, note = coalesce(?4, note), tags = coalesce(?5, tags), pinned = coalesce(?6, pinned) WHERE id = ?1",
                params![
                    id,
                    title.is_some(),
                    title.and_then(|title| title.as_deref()),
                    note.map(Option::unwrap_or_default),
                    tags,
                    change.pinned.map(Option::unwrap_or_default)
                ],
            )?;
            Ok(changed > 0)
        })
    }
}

/// Stands between tags, which are one line each.
const SEPARATOR: &str = "\n";

/// The tags as they are stored.
pub(super) fn tags(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

/// Gives a run what was said of the one that it goes on with.
pub(super) fn take_over(transaction: &Transaction<'_>, number: i64, resumed: &str) -> Result<()> {
    transaction.execute(
        "UPDATE run SET (named, note, tags, pinned) = (SELECT old.named, old.note, old.tags, old.pinned FROM run AS old WHERE old.id = ?2) \
         WHERE number = ?1 AND EXISTS (SELECT 1 FROM run AS old WHERE old.id = ?2)",
        params![number, resumed],
    )?;
    Ok(())
}
