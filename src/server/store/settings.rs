//! Small facts about this database: its epoch, whether it is a demo.

use super::{Result, Sql, Tx, args, statements};

statements! {
    FIND = Sql::same("select value from settings where key = $1");
    PUT = Sql::same("insert into settings (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value");
}

/// The database's random identity: another epoch has other event numbers.
pub const EPOCH: &str = "epoch";
/// Present in a demo's database; `serve` refuses it.
pub const DEMO: &str = "demo";

/// When it was last tried whether the database takes a write, after it did not.
pub const STORED_AT: &str = "stored_at";

/// A setting's value.
pub async fn find(tx: &mut Tx, key: &str) -> Result<Option<String>> {
    Ok(tx.find::<(String,)>(FIND, args![key]).await?.map(|row| row.0))
}

/// Sets it.
pub async fn put(tx: &mut Tx, key: &str, value: &str) -> Result<()> {
    tx.run(PUT, args![key, value]).await?;
    Ok(())
}
