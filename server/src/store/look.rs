//! Looking at a store beside the server that may be using it.

use super::{DATABASE, Result, Store, StoreError, connect, embedded};
use std::path::Path;
use std::sync::{Mutex, RwLock};

impl Store {
    /// Opens the store in `folder` to look at it; nothing where there is none.
    ///
    /// It is not locked, so a server may use it at the same time; whoever changes it opens it with [`Store::open`].
    ///
    /// # Errors
    /// It cannot be read, or is of a newer version.
    pub fn look(folder: &Path) -> Result<Option<Self>> {
        if !folder.join(DATABASE).is_file() {
            return Ok(None);
        }
        let connection = connect(folder, DATABASE)?;
        let there: i64 = connection.query_row(
            "SELECT coalesce(max(version), 0) FROM refinery_schema_history",
            [],
            |row| row.get(0),
        )?;
        let newest = embedded::migrations::runner()
            .get_migrations()
            .iter()
            .map(|migration| i64::from(migration.version()))
            .max()
            .unwrap_or(0);
        if there < newest {
            return Self::open(folder).map(Some);
        }
        if there > newest {
            return Err(StoreError::Damaged {
                what: "runs",
                reason: format!(
                    "they are in form {there}, and this version knows {newest}; a newer valleyscope wrote them"
                ),
            });
        }
        Ok(Some(Self {
            folder: folder.to_owned(),
            writer: Mutex::new(connection),
            readers: Mutex::default(),
            age: RwLock::default(),
            lock: None,
        }))
    }
}
