//! What differs between the two engines. Every statement is a named constant; most are one text for both.
//!
//! Forks, and why:
//! - [`over_rows`]: a whole batch travels as one JSON array; SQLite unnests it with `jsonb_each`
//!   (elements stay parsed: `json_each` would print each one, and `->>` parse it again for every column), PostgreSQL with `json_array_elements`.
//! - `Sql { .. }` written out: row locks and `skip locked` (SQLite has one writer and needs none), and raw bytes in a batch.

/// One statement in both dialects.
#[derive(Clone, Copy, Debug)]
pub struct Sql {
    /// For SQLite.
    pub sqlite: &'static str,
    /// For PostgreSQL.
    pub postgres: &'static str,
}

impl Sql {
    /// One text for both engines.
    #[must_use]
    pub const fn same(text: &'static str) -> Self {
        Self { sqlite: text, postgres: text }
    }
}

/// A statement over the JSON array bound as `$1`; each element is `r.value`.
macro_rules! over_rows {
    ($head:literal, $tail:literal) => {
        $crate::server::store::dialect::Sql {
            sqlite: concat!($head, " jsonb_each($1) as r ", $tail),
            postgres: concat!($head, " jsonb_array_elements($1::jsonb) as r(value) ", $tail),
        }
    };
}
pub(crate) use over_rows;

/// Declares a file's statements and lists them, so that a test can prepare every one on both engines.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)*) => {
        $($(#[$doc])* const $name: $crate::server::store::dialect::Sql = $sql;)*
        /// Every statement of this file, by name.
        pub const STATEMENTS: &[(&str, $crate::server::store::dialect::Sql)] = &[$((stringify!($name), $name)),*];
    };
}
pub(crate) use statements;
