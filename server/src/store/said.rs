//! What people say of a run: its title, a note, tags, and whether it is pinned. Beside what was computed, which never changes.

use super::{Result, Store};
use rusqlite::{OptionalExtension, Transaction, params};
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

/// What was said of a run: its title, note, tags and pin, as they are stored.
pub(super) type Said = (Option<String>, String, String, bool);

/// What was said of a run; nothing where there is none.
pub(super) fn of(transaction: &Transaction<'_>, id: &str) -> Result<Option<Said>> {
    let ask = "SELECT named, note, tags, pinned FROM run WHERE id = ?1";
    let row = transaction.query_row(ask, [id], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
    });
    Ok(row.optional()?)
}

/// Gives a run that takes the place of another what was said of that.
pub(super) fn give(transaction: &Transaction<'_>, number: i64, said: Option<Said>) -> Result<()> {
    if let Some((named, note, tags, pinned)) = said {
        transaction.execute(
            "UPDATE run SET named = ?2, note = ?3, tags = ?4, pinned = ?5 WHERE number = ?1",
            params![number, named, note, tags, pinned],
        )?;
    }
    Ok(())
}

/// Gives a run what was said of the one that it goes on with.
pub(super) fn take_over(transaction: &Transaction<'_>, number: i64, resumed: &str) -> Result<()> {
    let said = of(transaction, resumed)?;
    give(transaction, number, said)
}
