//! What Meta told about accounts, numbers and templates: of each subject the newest.

use super::{Result, Sql, Tx, args, json, over_rows, statements};
use crate::domain::time::Instant;
use serde::Serialize;

statements! {
    /// Of two of the same second the greater text counts, so that the order in which they come does not matter.
    PUT = over_rows!(
        "insert into warnings (key, at, is_bad, warning)
         select r.value->>'key', cast(r.value->>'at' as bigint), cast(r.value->>'is_bad' as bigint), r.value->>'warning' from",
        "where true on conflict (key) do update set at = excluded.at, is_bad = excluded.is_bad, warning = excluded.warning, seen = 0
         where excluded.at > warnings.at or (excluded.at = warnings.at and excluded.warning > warnings.warning)"
    );
    LIST = Sql::same("select key, at, warning from warnings where is_bad = 1 and seen = 0 order by at desc, key limit 20");
    SEE = Sql::same("update warnings set seen = 1 where key = $1 and at = $2 and seen = 0");
}

/// One, as it is kept.
#[derive(Debug, Serialize)]
pub struct Row {
    /// What it is about.
    pub key: String,
    /// When Meta told it.
    pub at: Instant,
    /// 1 if somebody must see to it.
    pub is_bad: i64,
    /// The [`crate::domain::warning::Warning`] as JSON.
    pub warning: String,
}

/// Keeps what was told. No key may occur twice in one call.
pub async fn put(tx: &mut Tx, rows: &[Row]) -> Result<()> {
    tx.run(PUT, args![json(&rows)]).await?;
    Ok(())
}

/// What nobody has seen to yet, newest first: its key, when it was told, and the warning as JSON.
pub async fn list(tx: &mut Tx) -> Result<Vec<(String, Instant, String)>> {
    tx.all(LIST, args![]).await
}

/// Somebody has seen to what was told then; whether that still is the newest.
pub async fn see(tx: &mut Tx, key: &str, at: Instant) -> Result<bool> {
    Ok(tx.run(SEE, args![key, at]).await? > 0)
}
