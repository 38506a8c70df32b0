//! What the disk has said to SQLite, and what follows from it.

use super::Error;
use sqlx::migrate::MigrateError;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// The disk under the database.
#[derive(Clone, Default)]
pub struct Disk {
    /// It was full or failed: SQLite is known to report that only once for a connection, so the writer is opened anew.
    pub suspect: Arc<AtomicBool>,
    /// It failed to sync. What a disk says after that cannot be trusted.
    pub broken: CancellationToken,
    truncated_at: Arc<Mutex<Option<Instant>>>,
}

/// How long between two attempts to shorten the log's file: each may hold up the writer for a fifth of a second.
const TRUNCATE_EVERY: Duration = Duration::from_secs(3);

impl Disk {
    /// Whether it is time to try to shorten the log's file again.
    pub fn may_truncate(&self) -> bool {
        // invariant: no code panics while it holds this lock.
        let mut tried = self.truncated_at.lock().expect("not poisoned");
        let may = tried.is_none_or(|at| at.elapsed() > TRUNCATE_EVERY);
        if may {
            *tried = Some(Instant::now());
        }
        may
    }

    /// Takes note of what an error says about the disk.
    pub fn heed(&self, error: sqlx::Error) -> Error {
        let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code).and_then(|code| code.parse::<u32>().ok()).unwrap_or(0);
        match code {
            IOERR_FSYNC | IOERR_DIR_FSYNC => self.broken.cancel(),
            _ if matches!(code & 0xff, 10 | 13) => self.suspect.store(true, Ordering::SeqCst),
            _ => {}
        }
        Error::Sql(error)
    }
}

/// `SQLITE_IOERR_FSYNC`.
const IOERR_FSYNC: u32 = 1034;
/// `SQLITE_IOERR_DIR_FSYNC`.
const IOERR_DIR_FSYNC: u32 = 1290;

/// SQLite's write-ahead log beside this database.
pub fn log_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

/// The index of words beside this database.
pub fn words_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-words");
    PathBuf::from(name)
}

/// Whether a file is no SQLite database, a damaged one (`SQLITE_CORRUPT`, `SQLITE_NOTADB`), or one of another version.
pub fn is_unfit(error: &MigrateError) -> bool {
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => {
            let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code).and_then(|code| code.parse::<u32>().ok());
            code.is_some_and(|code| matches!(code & 0xff, 11 | 26))
        }
        MigrateError::VersionMissing(_) | MigrateError::VersionMismatch(_) | MigrateError::Dirty(_) => true,
        _ => false,
    }
}

/// The size of a file; 0 if there is none.
pub fn bytes_of(path: &Path) -> i64 {
    std::fs::metadata(path).map_or(0, |file| i64::try_from(file.len()).unwrap_or(i64::MAX))
}

/// The database holds customers' words: nobody else on the machine may read it.
pub fn restrict_to_owner(path: &Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if let Err(error) = std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)) {
            tracing::warn!(%error, "the database file could not be restricted to its owner");
        }
    }
}
