//! The connection to either engine. The only file that names both drivers.
//!
//! SQLite: one writer connection (WAL, `synchronous=FULL`) and a pool of readers. PostgreSQL: one pool.

use super::dialect::Sql;
use crate::domain::id::{AccountId, AgentId, ClientId, ContactId, ConversationId, MessageId, Wamid};
use crate::domain::time::Instant;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgListener, PgPool, PgPoolOptions, PgRow};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow, SqliteSynchronous};
use sqlx::{Executor, FromRow, Postgres, Sqlite, Transaction};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

/// The channel that wakes the processes that share a PostgreSQL.
const CHANNEL: &str = "inbox_events";

/// Why the store could not do what was asked.
#[derive(Debug)]
pub enum Error {
    /// The address is not one of a database we know.
    Url(String),
    /// A migration could not be applied, or the database is newer than this program.
    Migrate(MigrateError),
    /// The engine refused or is away.
    Sql(sqlx::Error),
    /// A row does not read as what it must be; names the table and the row.
    Inconsistent(String),
}

impl Error {
    /// Whether the engine itself is away or full, so that the same statement may work later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Sql(sqlx::Error::Database(error)) => {
                // SQLite: busy 5, locked 6, I/O 10, full 13. PostgreSQL: connection 08, resources 53, operator 57, deadlock 40.
                let code = error.code().unwrap_or_default().into_owned();
                match code.parse::<u32>() {
                    Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 6 | 10 | 13),
                    _ => ["08", "53", "57", "40", "58"].iter().any(|class| code.starts_with(class)),
                }
            }
            Self::Sql(sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } | sqlx::Error::RowNotFound | sqlx::Error::Encode(_)) => false,
            Self::Sql(_) => true,
            _ => false,
        }
    }

    /// Whether a uniqueness constraint said no.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(error)) if error.is_unique_violation())
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Url(url) => write!(f, "`{url}` is neither sqlite: nor postgres:"),
            Self::Migrate(error) => write!(f, "the database could not be brought up to date: {error}"),
            Self::Sql(error) => write!(f, "{error}"),
            Self::Inconsistent(what) => write!(f, "inconsistent row: {what}"),
        }
    }
}

impl std::error::Error for Error {}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        Self::Sql(error)
    }
}

/// What the store answers.
pub type Result<T> = std::result::Result<T, Error>;

/// A database, open and migrated.
#[derive(Clone)]
pub struct Store {
    pools: Pools,
    wake: Arc<Notify>,
}

#[derive(Clone)]
enum Pools {
    Sqlite { writer: SqlitePool, readers: SqlitePool, path: Option<PathBuf> },
    Postgres(PgPool),
}

impl Store {
    /// Opens `sqlite:<path>`, `sqlite::memory:` is refused (readers could not see the writer), or `postgres:…`.
    pub async fn open(url: &str) -> Result<Self> {
        let pools = if url.starts_with("sqlite:") {
            open_sqlite(url).await?
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            let options = PgPoolOptions::new().max_connections(16).acquire_timeout(Duration::from_secs(5));
            Pools::Postgres(options.connect(url).await?)
        } else {
            return Err(Error::Url(url.split(':').next().unwrap_or_default().to_owned()));
        };
        let store = Self { pools, wake: Arc::new(Notify::new()) };
        match &store.pools {
            Pools::Sqlite { writer, .. } => SQLITE_MIGRATIONS.run(writer).await.map_err(Error::Migrate)?,
            Pools::Postgres(pool) => POSTGRES_MIGRATIONS.run(pool).await.map_err(Error::Migrate)?,
        }
        Ok(store)
    }

    /// Begins a transaction that may write. SQLite: waits for the one writer and locks at once.
    pub async fn write(&self) -> Result<Tx> {
        let inner = match &self.pools {
            Pools::Sqlite { writer, .. } => Inner::Sqlite(writer.begin_with("begin immediate").await?),
            Pools::Postgres(pool) => Inner::Postgres(pool.begin().await?),
        };
        Ok(Tx { inner, wake: self.wake.clone(), appended: false })
    }

    /// Begins a read-only transaction: all its statements see one state.
    pub async fn read(&self) -> Result<Tx> {
        let inner = match &self.pools {
            Pools::Sqlite { readers, .. } => Inner::Sqlite(readers.begin().await?),
            Pools::Postgres(pool) => Inner::Postgres(pool.begin_with("begin isolation level repeatable read read only").await?),
        };
        Ok(Tx { inner, wake: self.wake.clone(), appended: false })
    }

    /// Resolves after something was appended to the log, here or (PostgreSQL) in another process. May resolve for nothing.
    pub async fn woken(&self) {
        self.wake.notified().await;
    }

    /// Wakes readers of the log when another process says so. Returns only when the connection is lost; SQLite has none.
    pub async fn listen(&self) -> Result<()> {
        let Pools::Postgres(pool) = &self.pools else { return std::future::pending().await };
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(CHANNEL).await?;
        loop {
            listener.recv().await?;
            self.wake.notify_one();
        }
    }

    /// The database file, if it is one.
    #[must_use]
    pub fn file(&self) -> Option<PathBuf> {
        match &self.pools {
            Pools::Sqlite { path, .. } => path.clone(),
            Pools::Postgres(_) => None,
        }
    }

    /// Whether several processes may share this database.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        matches!(self.pools, Pools::Postgres(_))
    }

    /// Closes all connections; the WAL is folded into the database.
    pub async fn close(&self) {
        match &self.pools {
            Pools::Sqlite { writer, readers, .. } => {
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }

    /// Prepares one statement; the tests prepare all of them.
    pub async fn prepare(&self, sql: Sql) -> Result<()> {
        use sqlx::SqlSafeStr;
        match &self.pools {
            Pools::Sqlite { writer, .. } => drop(writer.prepare(sql.sqlite.into_sql_str()).await?),
            Pools::Postgres(pool) => drop(pool.prepare(sql.postgres.into_sql_str()).await?),
        }
        Ok(())
    }
}

async fn open_sqlite(url: &str) -> Result<Pools> {
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
        .foreign_keys(true)
        .optimize_on_close(true, None);
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(Duration::from_secs(10))
        .connect_with(options.clone())
        .await?;
    restrict_to_owner(&path);
    let readers = SqlitePoolOptions::new().max_connections(4).acquire_timeout(Duration::from_secs(5)).connect_with(options.read_only(true)).await?;
    Ok(Pools::Sqlite { writer, readers, path: Some(path) })
}

/// The database holds customers' words: nobody else on the machine may read it.
fn restrict_to_owner(path: &std::path::Path) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if let Err(error) = std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)) {
            tracing::warn!(%error, "the database file could not be restricted to its owner");
        }
    }
}

/// A transaction. Dropped without [`Tx::commit`], nothing has happened.
pub struct Tx {
    inner: Inner,
    wake: Arc<Notify>,
    appended: bool,
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
            Inner::Sqlite(tx) => Ok(bind_all!(sqlx::query_as(sql.sqlite), args).fetch_all(&mut **tx).await?),
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
            Inner::Sqlite(tx) => Ok(bind_all!(sqlx::query(sql.sqlite), args).execute(&mut **tx).await?.rows_affected()),
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

    /// Says that this transaction appended to the log: its commit wakes the readers.
    pub fn mark_appended(&mut self) {
        self.appended = true;
    }

    /// Makes it so.
    pub async fn commit(self) -> Result<()> {
        match self.inner {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(mut tx) => {
                if self.appended {
                    sqlx::query("select pg_notify($1, '')").bind(CHANNEL).execute(&mut *tx).await?;
                }
                tx.commit().await?;
            }
        }
        if self.appended {
            self.wake.notify_one();
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
}

/// A bound value.
pub enum Value {
    /// Text, also of ids, enums and JSON.
    Text(Option<String>),
    /// A number, a time or a truth value.
    Int(Option<i64>),
    /// Raw bytes.
    Bytes(Vec<u8>),
}

impl Value {
    /// A text that both engines take: PostgreSQL refuses NUL, so it is left out on both.
    fn text(text: String) -> Self {
        Self::Text(Some(if text.contains('\0') { text.replace('\0', "") } else { text }))
    }
}

/// Writes `Value::from` for the types that are stored.
macro_rules! values {
    ($($type:ty => |$it:ident| $value:expr;)*) => {$(
        impl From<$type> for Value {
            fn from($it: $type) -> Self {
                $value
            }
        }
    )*};
}

values! {
    String => |it| Self::text(it);
    &str => |it| Self::text(it.to_owned());
    &String => |it| Self::text(it.clone());
    Option<String> => |it| Self::Text(it);
    Option<&str> => |it| it.map_or(Self::Text(None), |text| Self::text(text.to_owned()));
    i64 => |it| Self::Int(Some(it));
    Option<i64> => |it| Self::Int(it);
    bool => |it| Self::Int(Some(i64::from(it)));
    Instant => |it| Self::Int(Some(it.0));
    Option<Instant> => |it| Self::Int(it.map(|at| at.0));
    Vec<u8> => |it| Self::Bytes(it);
    &AccountId => |it| Self::text(it.0.clone());
    &AgentId => |it| Self::Text(Some(it.0.clone()));
    &ContactId => |it| Self::Text(Some(it.0.clone()));
    &ConversationId => |it| Self::text(it.0.clone());
    &MessageId => |it| Self::text(it.0.clone());
    &ClientId => |it| Self::Text(Some(it.0.clone()));
    &Wamid => |it| Self::Text(Some(it.0.clone()));
    Option<&ClientId> => |it| Self::Text(it.map(|id| id.0.clone()));
    Option<&Wamid> => |it| Self::Text(it.map(|id| id.0.clone()));
    Option<&MessageId> => |it| Self::Text(it.map(|id| id.0.clone()));
}

/// The values of a statement, in order.
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::server::store::backend::Value::from($value)),*] };
}
pub(crate) use args;
