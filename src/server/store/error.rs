//! Why the store could not do what was asked, and whether it may work later.

use sqlx::migrate::MigrateError;

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
    /// The disk failed to sync: what it holds is not known, so nothing more is written until the process has started anew.
    Broken,
    /// The database did not answer in time.
    TooSlow,
}

impl Error {
    /// Whether the engine itself is away or full, so that the same statement may work later.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Sql(sqlx::Error::Database(error)) => {
                // SQLite: busy 5, locked 6, no memory 7, I/O 10, full 13, cannot open 14, protocol 15.
                // PostgreSQL: connection 08, state of the transaction 25, deadlock 40, resources 53, state of an object 55, operator 57, system 58.
                let code = error.code().unwrap_or_default().into_owned();
                match code.parse::<u32>() {
                    Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 6 | 7 | 10 | 13 | 14 | 15),
                    _ => ["08", "25", "40", "53", "55", "57", "58"].iter().any(|class| code.starts_with(class)),
                }
            }
            Self::Sql(sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. } | sqlx::Error::RowNotFound | sqlx::Error::Encode(_)) => false,
            Self::Sql(_) | Self::Broken | Self::TooSlow => true,
            _ => false,
        }
    }

    /// Whether a statement was broken off because it took too long: SQLite's interrupt 9, PostgreSQL's 57014.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(error)) if matches!(error.code().as_deref(), Some("9" | "57014")))
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
            Self::TooSlow => write!(f, "the database did not answer in time"),
            Self::Broken => write!(f, "the disk failed to sync"),
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
