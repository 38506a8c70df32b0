//! Quick replies.

use super::{Result, Sql, Tx, args, statements};
use crate::domain::id::AgentId;
use crate::domain::time::Instant;
use sqlx::FromRow;

statements! {
    LIST = Sql::same("select id, owner_id, shortcut, body from replies where owner_id = $1 union all select id, owner_id, shortcut, body from replies where owner_id is null");
    FIND = Sql::same("select id, owner_id, shortcut, body from replies where id = $1");
    ADD = Sql::same("insert into replies (id, owner_id, shortcut, body, created_at) values ($1, $2, $3, $4, $5)");
    CHANGE = Sql::same("update replies set shortcut = $2, body = $3 where id = $1");
    DROP = Sql::same("delete from replies where id = $1");
}

/// A quick reply as it is kept.
#[derive(Clone, Debug, FromRow)]
pub struct Stored {
    /// Our id.
    pub id: String,
    /// Whose; none: everybody's.
    pub owner_id: Option<String>,
    /// What is typed after the slash.
    pub shortcut: String,
    /// The words.
    pub body: String,
}

/// An agent's own and everybody's, by their short names.
pub async fn list(tx: &mut Tx, agent: &AgentId) -> Result<Vec<Stored>> {
    let mut all: Vec<Stored> = tx.all(LIST, args![agent]).await?;
    all.sort_by(|one, other| (&one.shortcut, &one.id).cmp(&(&other.shortcut, &other.id)));
    Ok(all)
}

/// One by its id.
pub async fn find(tx: &mut Tx, id: &str) -> Result<Option<Stored>> {
    tx.find(FIND, args![id]).await
}

/// Adds one; a taken short name is a unique violation.
pub async fn add(tx: &mut Tx, reply: &Stored, now: Instant) -> Result<()> {
    tx.run(ADD, args![&reply.id, reply.owner_id.clone(), &reply.shortcut, &reply.body, now]).await?;
    Ok(())
}

/// Changes one. A taken short name is a unique violation.
pub async fn change(tx: &mut Tx, reply: &Stored) -> Result<()> {
    tx.run(CHANGE, args![&reply.id, &reply.shortcut, &reply.body]).await?;
    Ok(())
}

/// Drops one.
pub async fn drop(tx: &mut Tx, id: &str) -> Result<()> {
    tx.run(DROP, args![id]).await?;
    Ok(())
}
