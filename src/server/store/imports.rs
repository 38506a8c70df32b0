//! Tables of contacts that somebody brought and has not confirmed yet.

use super::{Result, Sql, Tx, args, statements};
use crate::domain::id::AgentId;
use crate::domain::time::Instant;

statements! {
    ADD = Sql::same("insert into imports (id, agent_id, body, at) values ($1, $2, $3, $4)");
    FIND = Sql::same("select body from imports where id = $1 and agent_id = $2");
    TAKE = Sql::same("delete from imports where id = $1 and agent_id = $2");
    EXPIRE = Sql::same("delete from imports where at < $1");
}

/// Keeps one.
pub async fn add(tx: &mut Tx, id: &str, agent: &AgentId, body: &str, now: Instant) -> Result<()> {
    tx.run(ADD, args![id, agent, body, now]).await?;
    Ok(())
}

/// One of an agent's.
pub async fn find(tx: &mut Tx, id: &str, agent: &AgentId) -> Result<Option<String>> {
    Ok(tx.find::<(String,)>(FIND, args![id, agent]).await?.map(|row| row.0))
}

/// Takes one of an agent's out: it can be confirmed once. Whether it was there.
pub async fn take(tx: &mut Tx, id: &str, agent: &AgentId) -> Result<bool> {
    Ok(tx.run(TAKE, args![id, agent]).await? > 0)
}

/// Forgets what is older.
pub async fn expire(tx: &mut Tx, before: Instant) -> Result<u64> {
    tx.run(EXPIRE, args![before]).await
}
