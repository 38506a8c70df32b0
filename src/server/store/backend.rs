//! The connection to either engine. The only file that names both drivers.
//!
//! SQLite: one writer connection (WAL, `synchronous=FULL`) and pools of readers; the index of words is a file of its own with a writer of
//! its own, attached to the readers: no webhook waits for words. PostgreSQL: two pools. Either keeps connections
//! that requests cannot exhaust, for what must go on: see [`Store::reserved`].

mod hurry;
mod sqlite;

use super::dialect::Sql;
use super::disk::{Disk, bytes_of, log_of};
use super::error::{Error, Result};
use super::events;
use super::value::Value;
use super::wake::Wake;
use futures_util::TryStreamExt;
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgListener, PgPool, PgPoolOptions, PgRow};
use sqlx::sqlite::{SqliteConnection, SqliteRow};
use sqlx::{Executor, FromRow, Postgres, Sqlite, Transaction};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// How long a request waits for a connection before it is told to come again.
const PATIENCE: Duration = Duration::from_secs(2);

/// The channel that wakes the processes that share a PostgreSQL.
const CHANNEL: &str = "inbox_events";
/// The one on which they tell each other what need not be kept.
const TOLD: &str = "inbox_told";

/// A database, open and migrated.
#[derive(Clone)]
pub struct Store {
    pools: Pools,
    wake: Arc<Wake>,
    disk: Disk,
    reserved: bool,
}

#[derive(Clone)]
enum Pools {
    Sqlite(sqlite::Pools),
    Postgres { requests: PgPool, reserved: PgPool },
}

/// How many pages of SQLite's log may wait to be folded into the database: 16 MB.
const FOLD_PAGES: i64 = 4096;
/// How large the log's file may stay.
const LOG_BYTES: i64 = 64 * 1024 * 1024;

impl Store {
    /// Opens `sqlite:<path>`, `sqlite::memory:` is refused (readers could not see the writer), or `postgres:…`.
    pub async fn open(url: &str) -> Result<Self> {
        let disk = Disk::default();
        let pools = if url.starts_with("sqlite:") {
            Pools::Sqlite(sqlite::Pools::open(url, &disk).await?)
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            open_postgres(url).await?
        } else {
            return Err(Error::Url(url.split(':').next().unwrap_or_default().to_owned()));
        };
        Ok(Self { pools, wake: Arc::default(), disk, reserved: false })
    }

    /// The same database over connections that requests cannot exhaust: for intake, ingest and the log.
    #[must_use]
    pub fn reserved(&self) -> Self {
        Self { reserved: true, ..self.clone() }
    }

    /// Resolves when the disk has failed to sync: the process must end without answering anybody.
    pub async fn broken(&self) {
        self.disk.broken.cancelled().await;
    }

    /// Begins a transaction that may write. SQLite: waits for the one writer and locks at once.
    pub async fn write(&self) -> Result<Tx> {
        if self.disk.broken.is_cancelled() {
            return Err(Error::Broken);
        }
        let inner = match &self.pools {
            Pools::Sqlite(sqlite::Pools { writer, .. }) => Inner::Sqlite(writer.begin_with("begin immediate").await.map_err(|error| self.disk.heed(error))?),
            Pools::Postgres { requests, reserved } => Inner::Postgres(if self.reserved { reserved } else { requests }.begin().await?),
        };
        Ok(self.begun(inner))
    }

    /// Begins a transaction that writes the index of words and reads nothing else: one at a time.
    pub async fn index(&self) -> Result<Tx> {
        let Pools::Sqlite(sqlite::Pools { words, .. }) = &self.pools else {
            let mut tx = self.write().await?;
            tx.lock(Lock::Search).await?;
            return Ok(tx);
        };
        Ok(self.begun(Inner::Sqlite(words.begin_with("begin immediate").await.map_err(|error| self.disk.heed(error))?)))
    }

    fn begun(&self, inner: Inner) -> Tx {
        Tx { inner, wake: self.wake.clone(), disk: self.disk.clone(), appended: None, hurry: None }
    }

    /// Begins a read-only transaction: all its statements see one state.
    pub async fn read(&self) -> Result<Tx> {
        let inner = match &self.pools {
            Pools::Sqlite(sqlite::Pools { readers, reserved, .. }) => Inner::Sqlite(if self.reserved { reserved } else { readers }.begin().await?),
            Pools::Postgres { requests, reserved } => {
                let pool = if self.reserved { reserved } else { requests };
                Inner::Postgres(pool.begin_with("begin isolation level repeatable read read only").await?)
            }
        };
        Ok(self.begun(inner))
    }

    /// Resolves after something was appended to the log, here or (PostgreSQL) in another process. May resolve for nothing.
    pub async fn woken(&self) {
        self.wake.rung().await;
    }

    /// See [`Wake::take_after`].
    #[must_use]
    pub fn handed_over(&self, head: i64) -> Vec<events::Stored> {
        self.wake.take_after(head)
    }

    /// Tells the other processes on this PostgreSQL something that need not be kept; SQLite has none.
    pub async fn tell(&self, what: &str) -> Result<()> {
        if let Pools::Postgres { requests, .. } = &self.pools {
            sqlx::query("select pg_notify($1, $2)").bind(TOLD).bind(what).execute(requests).await?;
        }
        Ok(())
    }

    /// Wakes readers of the log when another process says so, and hands over what is told. Returns only when the connection is lost; SQLite has none.
    pub async fn listen(&self, hear: impl Fn(&str)) -> Result<()> {
        let Pools::Postgres { reserved, .. } = &self.pools else { return std::future::pending().await };
        let mut listener = PgListener::connect_with(reserved).await?;
        listener.listen_all([CHANNEL, TOLD]).await?;
        loop {
            let heard = listener.recv().await?;
            match heard.channel() {
                TOLD => hear(heard.payload()),
                _ => self.wake.ring(Vec::new()),
            }
        }
    }

    /// The database file, if it is one.
    #[must_use]
    pub fn file(&self) -> Option<PathBuf> {
        match &self.pools {
            Pools::Sqlite(sqlite::Pools { path, .. }) => Some(path.clone()),
            Pools::Postgres { .. } => None,
        }
    }

    /// Bytes of the database, and of SQLite's write-ahead log.
    pub async fn size(&self) -> Result<(i64, i64)> {
        match &self.pools {
            Pools::Sqlite(sqlite::Pools { path, .. }) => Ok((bytes_of(path), bytes_of(&log_of(path)))),
            Pools::Postgres { requests, .. } => Ok((sqlx::query_scalar("select pg_database_size(current_database())").fetch_one(requests).await?, 0)),
        }
    }

    /// Folds SQLite's log into the database once it has grown; bytes of the log afterwards. Most of the work is done beside the
    /// writer, which waits only for the rest. A reader of long ago may prevent it: nothing waits for that, the next call tries again.
    pub async fn fold(&self) -> Result<i64> {
        let Pools::Sqlite(sqlite::Pools { writer, folder, path, .. }) = &self.pools else { return Ok(0) };
        let mut beside = folder.acquire().await?;
        let (_, pages, folded) = self.checkpoint(&mut beside, "pragma wal_checkpoint(noop)").await?;
        let is_long = bytes_of(&log_of(path)) > LOG_BYTES;
        if pages - folded > FOLD_PAGES || is_long {
            // Twice: what was written during the first pass is folded by the second, and little is left for the third.
            self.checkpoint(&mut beside, "pragma wal_checkpoint(passive)").await?;
            self.checkpoint(&mut beside, "pragma wal_checkpoint(passive)").await?;
            let mut connection = writer.acquire().await?;
            // Once everything is folded, the next write begins the log anew from its start; the file keeps its size.
            let (busy, pages, folded) = self.checkpoint(&mut connection, "pragma wal_checkpoint(passive)").await?;
            if busy == 0 && pages == folded && is_long && self.disk.may_truncate() {
                // A reader that is still there is hardly waited for: all webhooks stand behind the writer. The next call tries again.
                sqlx::query("pragma busy_timeout = 5").execute(&mut *connection).await?;
                let truncated = self.checkpoint(&mut connection, "pragma wal_checkpoint(truncate)").await;
                sqlx::query("pragma busy_timeout = 5000").execute(&mut *connection).await?;
                truncated?;
            }
        }
        Ok(bytes_of(&log_of(path)))
    }

    /// Whether something was in the way, how many pages the log has, and how many of them are in the database.
    async fn checkpoint(&self, connection: &mut SqliteConnection, how: &'static str) -> Result<(i64, i64, i64)> {
        sqlx::query_as(how).fetch_one(connection).await.map_err(|error| self.disk.heed(error))
    }

    /// Whether several processes may share this database.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        matches!(self.pools, Pools::Postgres { .. })
    }

    /// Closes all connections; the WAL is folded into the database.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite(sqlite::Pools { writer, words, folder, readers, reserved, .. }) => {
                readers.close().await;
                folder.close().await;
                reserved.close().await;
                words.close().await;
                writer.close().await;
            }
            Pools::Postgres { requests, reserved } => {
                requests.close().await;
                reserved.close().await;
            }
        }
    }

    /// Prepares one statement; the tests prepare all of them.
    pub async fn prepare(&self, sql: Sql) -> Result<()> {
        use sqlx::SqlSafeStr;
        match &self.pools {
            Pools::Sqlite(sqlite::Pools { readers, .. }) => drop(readers.prepare(sql.sqlite.into_sql_str()).await?),
            Pools::Postgres { requests, .. } => drop(requests.prepare(sql.postgres.into_sql_str()).await?),
        }
        Ok(())
    }
}

async fn open_postgres(url: &str) -> Result<Pools> {
    // Migrations may take their time; nothing else may.
    let patient = PgPoolOptions::new().max_connections(1).connect(url).await?;
    POSTGRES_MIGRATIONS.run(&patient).await.map_err(Error::Migrate)?;
    patient.close().await;
    // Whoever vanishes in the middle of a transaction must not hold the log's lock for hours.
    let limits = [("lock_timeout", "10s"), ("statement_timeout", "30s"), ("idle_in_transaction_session_timeout", "15s")];
    let options = PgConnectOptions::from_str(url)?.options(limits);
    let pool = |connections| PgPoolOptions::new().max_connections(connections).acquire_timeout(PATIENCE).connect_lazy_with(options.clone());
    Ok(Pools::Postgres { requests: pool(12), reserved: pool(6) })
}

/// A transaction. Dropped without [`Tx::commit`], nothing has happened.
pub struct Tx {
    inner: Inner,
    wake: Arc<Wake>,
    disk: Disk,
    /// What was appended to the log; empty where followers must read the table.
    appended: Option<Vec<events::Stored>>,
    /// How long it may take.
    hurry: Option<hurry::Hurry>,
}

enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// A row that both engines can give.
pub trait Row: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T> Row for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// Binds values in their order to either engine's query.
macro_rules! bind_all {
    ($query:expr, $args:expr) => {{
        let mut query = $query;
        for value in $args {
            query = match value {
                Value::Text(text) => query.bind(text),
                Value::Int(int) => query.bind(int),
                Value::Bytes(bytes) => query.bind(bytes),
            };
        }
        query
    }};
}

impl Tx {
    /// All rows.
    pub async fn all<T: Row>(&mut self, sql: Sql, args: Vec<Value>) -> Result<Vec<T>> {
        match &mut self.inner {
            Inner::Sqlite(tx) => bind_all!(sqlx::query_as(sql.sqlite), args).fetch_all(&mut **tx).await.map_err(|error| self.disk.heed(error)),
            Inner::Postgres(tx) => Ok(bind_all!(sqlx::query_as(sql.postgres), args).fetch_all(&mut **tx).await?),
        }
    }

    /// The row, if there is one.
    pub async fn find<T: Row>(&mut self, sql: Sql, args: Vec<Value>) -> Result<Option<T>> {
        Ok(self.all(sql, args).await?.into_iter().next())
    }

    /// Runs a statement; how many rows it touched.
    pub async fn run(&mut self, sql: Sql, args: Vec<Value>) -> Result<u64> {
        match &mut self.inner {
            Inner::Sqlite(tx) => {
                let done = bind_all!(sqlx::query(sql.sqlite), args).execute(&mut **tx).await;
                Ok(done.map_err(|error| self.disk.heed(error))?.rows_affected())
            }
            Inner::Postgres(tx) => Ok(bind_all!(sqlx::query(sql.postgres), args).execute(&mut **tx).await?.rows_affected()),
        }
    }

    /// On PostgreSQL, takes a lock that is held to the end of the transaction; SQLite's one writer needs none.
    pub async fn lock(&mut self, lock: Lock) -> Result<()> {
        if let Inner::Postgres(tx) = &mut self.inner {
            sqlx::query("select pg_advisory_xact_lock($1)").bind(lock as i64).execute(&mut **tx).await?;
        }
        Ok(())
    }

    /// Says that this transaction appended to the log: its commit wakes the readers. With several processes the table alone says
    /// in which order events became visible.
    pub fn mark_appended(&mut self, events: Vec<events::Stored>) {
        let handed = if matches!(self.inner, Inner::Sqlite(_)) { events } else { Vec::new() };
        self.appended.get_or_insert_default().extend(handed);
    }

    /// The first rows, as long as `takes` wants one more.
    pub async fn some<T: Row>(&mut self, sql: Sql, args: Vec<Value>, mut takes: impl FnMut(&T) -> bool) -> Result<Vec<T>> {
        let mut rows = Vec::new();
        let mut query = match &mut self.inner {
            Inner::Sqlite(tx) => bind_all!(sqlx::query_as(sql.sqlite), args).fetch(&mut **tx),
            Inner::Postgres(tx) => bind_all!(sqlx::query_as(sql.postgres), args).fetch(&mut **tx),
        };
        while let Some(row) = query.try_next().await.map_err(|error| self.disk.heed(error))? {
            if !takes(&row) {
                break;
            }
            rows.push(row);
        }
        Ok(rows)
    }

    /// Makes it so.
    pub async fn commit(self) -> Result<()> {
        match self.inner {
            Inner::Sqlite(tx) => tx.commit().await.map_err(|error| self.disk.heed(error))?,
            Inner::Postgres(mut tx) => {
                if self.appended.is_some() {
                    sqlx::query("select pg_notify($1, '')").bind(CHANNEL).execute(&mut *tx).await?;
                }
                tx.commit().await?;
            }
        }
        if let Some(events) = self.appended {
            self.wake.ring(events);
        }
        Ok(())
    }
}

/// Locks shared by the processes on one PostgreSQL.
#[derive(Clone, Copy)]
pub enum Lock {
    /// One process at a time applies deliveries.
    Ingest = 0x1b0c_0001,
    /// Taken last, before events are inserted, so that commit order is sequence order.
    Log = 0x1b0c_0002,
    /// One process at a time makes first-start rows.
    Setup = 0x1b0c_0003,
    /// One process at a time adds to the index of words.
    Search = 0x1b0c_0004,
}
