//! What outlives the process: one SQLite file, written by one connection and read by several.

mod batch;
mod code;
mod curvature;
mod idempotency;
mod import;
mod keys;
mod list;
mod log;
mod look;
mod rebuild;
mod repair;
mod room;
mod row;
mod run;
mod said;
mod setting;

pub use batch::BatchRow;
pub use code::{deflate, inflate};
pub use curvature::{JobRow, JobWrite};
pub use idempotency::Replay;
pub use list::{Filter, Key, Place, Sorting};
pub use log::{Batch, Entry, Write, event_json};
pub use row::{NewRun, RunRow};

use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};
use std::time::Duration;
use valleyscope_shared::problem::Problem;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No room is left for the database.
    #[error("the disk that holds {folder} is full")]
    Full {
        /// The data directory.
        folder: PathBuf,
    },
    /// Another process uses the data directory.
    #[error(
        "the data directory {folder} is in use by another valleyscope; stop it, or give another --data-dir"
    )]
    InUse {
        /// The data directory.
        folder: PathBuf,
    },
    /// A file cannot be used.
    #[error("cannot use {path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The database refused.
    #[error("the database refused: {0}")]
    Database(#[from] rusqlite::Error),
    /// The database could not be brought up to date.
    #[error("the database could not be brought up to date: {0}")]
    Migration(#[from] Box<refinery::Error>),
    /// Something stored cannot be read.
    #[error("stored {what} cannot be read: {reason}")]
    Damaged {
        /// What.
        what: &'static str,
        /// Why.
        reason: String,
    },
}

impl StoreError {
    /// Whether the cause is a full disk, whichever way SQLite or the system put it.
    pub fn is_full(&self) -> bool {
        match self {
            Self::Full { .. } => true,
            Self::Database(_) | Self::Migration(_) => self.sqlite().is_some_and(room::is_full),
            Self::File { source, .. } => source.kind() == std::io::ErrorKind::StorageFull,
            _ => false,
        }
    }

    /// Whether another program has the database locked.
    pub fn is_locked(&self) -> bool {
        matches!(
            self.code(),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked)
        )
    }

    /// Whether a page of the database is not what SQLite wrote.
    pub fn is_damaged(&self) -> bool {
        matches!(
            self.code(),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
        )
    }

    fn code(&self) -> Option<ErrorCode> {
        self.sqlite()?.sqlite_error_code()
    }

    /// What SQLite said, where it was SQLite.
    fn sqlite(&self) -> Option<&rusqlite::Error> {
        match self {
            Self::Database(error) => Some(error),
            Self::Migration(error) => {
                let mut cause = std::error::Error::source(error.as_ref());
                while let Some(error) = cause {
                    if let Some(error) = error.downcast_ref() {
                        return Some(error);
                    }
                    cause = error.source();
                }
                None
            }
            _ => None,
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        if error.is_locked() {
            return Problem::new(
                "database-locked",
                503,
                "The database is locked",
                "another program has locked the database; try again when it has let go",
            );
        }
        if error.is_full() {
            return Problem::new(
                "disk-full",
                507,
                "The disk is full",
                "the disk with the data directory is full; free some space, then try again",
            );
        }
        Problem::internal(error.to_string())
    }
}

/// The result of asking the store.
pub type Result<T> = std::result::Result<T, StoreError>;

mod embedded {
    refinery::embed_migrations!("migrations");
}

/// The store of one data directory.
pub struct Store {
    folder: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    /// How often the database was made anew; no one looks at it meanwhile.
    age: RwLock<u64>,
    // Held as long as the store: a second server on the same folder would declare our runs interrupted.
    // Nothing where the store is only looked at.
    lock: Option<File>,
}

/// The database's file in the data directory.
const DATABASE: &str = "valleyscope.sqlite";

/// How long a request waits for another program's lock.
const LOCK_WAIT: Duration = Duration::from_secs(5);

/// Idle read connections beyond this many are closed.
const IDLE_READERS: usize = 4;

impl Store {
    /// Opens the store in `folder`, making both where they are missing.
    ///
    /// # Errors
    /// [`StoreError::InUse`] when another process has it open.
    pub fn open(folder: &Path) -> Result<Self> {
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| StoreError::File { path, source }
        };
        std::fs::create_dir_all(folder.join("kept")).map_err(failed(folder))?;
        let lock_path = folder.join("valleyscope.lock");
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(failed(&lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::InUse {
                    folder: folder.to_owned(),
                });
            }
            Err(TryLockError::Error(source)) => {
                return Err(StoreError::File {
                    path: lock_path,
                    source,
                });
            }
        }
        rebuild::finish(folder)?;
        let mut losses = None;
        let writer = match open_writer(folder) {
            Err(error) if error.is_damaged() => {
                tracing::error!(%error, "the database is damaged");
                losses = Some(rebuild::rebuild(folder)?);
                rebuild::put_in_place(folder)?;
                open_writer(folder)?
            }
            result => result?,
        };
        room::set_aside(folder);
        let store = Self {
            folder: folder.to_owned(),
            writer: Mutex::new(writer),
            readers: Mutex::default(),
            age: RwLock::new(0),
            lock: Some(lock),
        };
        if let Some(losses) = losses {
            store.mark_losses(&losses)?;
        }
        Ok(store)
    }

    /// The data directory.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where the iterates of a run are kept. `id` is one of our own, never a client's text.
    pub fn kept_path(&self, id: &str) -> PathBuf {
        self.folder.join("kept").join(format!("{id}.kept"))
    }

    /// All of `change`, or nothing of it.
    pub fn write<T>(&self, change: impl FnMut(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.write_within(LOCK_WAIT, change)
    }

    /// As [`Store::write`], waiting so long for another program's lock.
    fn write_within<T>(
        &self,
        wait: Duration,
        mut change: impl FnMut(&Transaction<'_>) -> Result<T>,
    ) -> Result<T> {
        self.with_repair(|| {
            let mut writer = lock(&self.writer);
            writer.busy_timeout(wait)?;
            let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = change(&transaction)?;
            transaction.commit()?;
            Ok(value)
        })
    }

    /// Looks at what is committed; never waits for a writer.
    pub fn read<T>(&self, mut look: impl FnMut(&Connection) -> Result<T>) -> Result<T> {
        self.with_repair(|| {
            // The file stays the same while someone looks at it.
            let _age = self.age.read().unwrap_or_else(PoisonError::into_inner);
            let idle = lock(&self.readers).pop();
            let reader = match idle {
                Some(reader) => reader,
                None => connect(&self.folder, DATABASE)?,
            };
            let value = look(&reader);
            let mut readers = lock(&self.readers);
            if readers.len() < IDLE_READERS {
                readers.push(reader);
            }
            value
        })
    }

    /// Limits the database to `pages` pages, so that a test can fill it.
    pub fn limit_pages(&self, pages: u32) -> Result<()> {
        Ok(lock(&self.writer).pragma_update(None, "max_page_count", pages)?)
    }
}

fn open_writer(folder: &Path) -> Result<Connection> {
    room::or_with_reserve(folder, || {
        let mut writer = connect(folder, DATABASE)?;
        migrate(&mut writer)?;
        keys::fill(&mut writer)?;
        Ok(writer)
    })
}

/// Brings a database up to date.
fn migrate(connection: &mut Connection) -> Result<()> {
    connection.pragma_update(None, "journal_mode", "wal")?;
    embedded::migrations::runner()
        .run(connection)
        .map_err(Box::new)?;
    Ok(())
}

fn connect(folder: &Path, name: &str) -> Result<Connection> {
    let connection = Connection::open(folder.join(name))?;
    connection.busy_timeout(LOCK_WAIT)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // With a write-ahead log this survives the death of the process; only a power cut may lose the last commits, and corrupts nothing.
    connection.pragma_update(None, "synchronous", "normal")?;
    Ok(connection)
}

/// A panic elsewhere leaves the connection itself sound, so its lock is taken over.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
