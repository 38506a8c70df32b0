//! SQLite: one writer, readers, and the index of words as a file of its own.

use super::PATIENCE;
use crate::server::store::disk::{Disk, is_unfit, log_of, restrict_to_owner, words_of};
use crate::server::store::error::{Error, Result};
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::atomic::Ordering;
use std::time::Duration;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");
static WORDS_MIGRATIONS: Migrator = sqlx::migrate!("migrations/words");

/// The connections to a database.
#[derive(Clone)]
pub struct Pools {
    /// The one that writes.
    pub writer: SqlitePool,
    /// The one that writes the index of words.
    pub words: SqlitePool,
    /// The one that folds the log.
    pub folder: SqlitePool,
    /// For requests; the index of words is attached to them.
    pub readers: SqlitePool,
    /// For what requests must not hold up.
    pub reserved: SqlitePool,
    /// The database's file.
    pub path: PathBuf,
}

impl Pools {
    /// Opens and migrates `sqlite:<path>`.
    pub async fn open(url: &str, disk: &Disk) -> Result<Self> {
        let options = SqliteConnectOptions::from_str(url)?;
        let path = options.get_filename().to_path_buf();
        if path.to_string_lossy().contains(":memory:") || path.as_os_str().is_empty() {
            return Err(Error::Url("sqlite::memory".to_owned()));
        }
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder).map_err(sqlx::Error::Io)?;
        }
        let options = options
            .create_if_missing(true)
            .busy_timeout(Duration::from_secs(5))
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .pragma("fullfsync", "on")
            .pragma("checkpoint_fullfsync", "on")
            .pragma("cache_size", "-65536")
            // What a statement may have to undo is kept in memory, not in a file of its own.
            .pragma("temp_store", "memory")
            // Folding is done beside the writer (`fold`); this is for commands, where nobody does it.
            .pragma("wal_autocheckpoint", "16384")
            .foreign_keys(true)
            .optimize_on_close(true, None);
        let suspect = disk.suspect.clone();
        let writer = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            // Longer than a locked database is waited for: a queue behind it must not give up first.
            .acquire_timeout(Duration::from_secs(10))
            .after_release(move |_, _| {
                let is_sound = !suspect.swap(false, Ordering::SeqCst);
                Box::pin(async move { Ok(is_sound) })
            })
            .connect_with(options.clone())
            .await?;
        restrict_to_owner(&path);
        let words_path = words_of(&path);
        let words = open_words(options.clone(), &words_path).await?;
        let pool = |connections| SqlitePoolOptions::new().max_connections(connections).acquire_timeout(PATIENCE);
        let folder = pool(1).connect_lazy_with(options.clone());
        let read_only = options.clone().read_only(true).pragma("cache_size", "-16384");
        let reserved = pool(2).connect_lazy_with(read_only.clone());
        let readers = pool(4).after_connect(move |connection, _| {
            let attach = sqlx::query("attach database $1 as words").bind(words_path.to_string_lossy().into_owned());
            Box::pin(async move {
                // Only searches do without it; a restart makes it anew.
                if let Err(error) = attach.execute(connection).await {
                    tracing::error!(%error, "the index of words cannot be read: nothing is found until the inbox is started again");
                }
                Ok(())
            })
        });
        let readers = readers.connect_lazy_with(read_only);
        MIGRATIONS.run(&writer).await.map_err(Error::Migrate)?;
        Ok(Self { writer, words, folder, readers, reserved, path })
    }
}

/// The index of words: what the power takes of it is indexed again, and one that is no database any more is made anew.
async fn open_words(options: SqliteConnectOptions, path: &Path) -> Result<SqlitePool> {
    let options = options.filename(path).synchronous(SqliteSynchronous::Normal).pragma("wal_autocheckpoint", "1000").pragma("cache_size", "-16384");
    let open = async || {
        let pool = SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None).connect_with(options.clone()).await?;
        WORDS_MIGRATIONS.run(&pool).await?;
        Ok(pool)
    };
    let pool = match open().await {
        Err(error) if is_unfit(&error) => {
            tracing::warn!(%error, "the index of words is damaged, or of another version; it is made anew");
            for file in [path.to_path_buf(), log_of(path)] {
                std::fs::remove_file(file).or_else(|error| if error.kind() == ErrorKind::NotFound { Ok(()) } else { Err(sqlx::Error::Io(error)) })?;
            }
            open().await
        }
        opened => opened,
    };
    restrict_to_owner(path);
    pool.map_err(Error::Migrate)
}
