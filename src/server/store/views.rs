//! What lists were asked for, kept under names.

use super::{Result, Sql, Tx, args, statements};
use crate::domain::id::AgentId;
use crate::domain::time::Instant;
use sqlx::FromRow;

statements! {
    LIST = Sql::same("select id, owner_id, name, query from views where owner_id = $1 union all select id, owner_id, name, query from views where owner_id is null");
    FIND = Sql::same("select id, owner_id, name, query from views where id = $1");
    ADD = Sql::same("insert into views (id, owner_id, name, query, created_at) values ($1, $2, $3, $4, $5)");
    DROP = Sql::same("delete from views where id = $1");
    LIST_WITH_LABELS = Sql::same("select id, owner_id, name, query from views where lower(query) like '%label%'");
    CHANGE = Sql::same("update views set query = $2 where id = $1");
}

/// A view as it is kept.
#[derive(Clone, Debug, FromRow)]
pub struct Stored {
    /// Our id.
    pub id: String,
    /// Whose; none: everybody's.
    pub owner_id: Option<String>,
    /// What it is called.
    pub name: String,
    /// What it asks for, as the query of an address.
    pub query: String,
}

/// An agent's own and everybody's, by name.
pub async fn list(tx: &mut Tx, agent: &AgentId) -> Result<Vec<Stored>> {
    let mut all: Vec<Stored> = tx.all(LIST, args![agent]).await?;
    all.sort_by(|one, other| (one.name.to_lowercase(), &one.id).cmp(&(other.name.to_lowercase(), &other.id)));
    Ok(all)
}

/// One by its id.
pub async fn find(tx: &mut Tx, id: &str) -> Result<Option<Stored>> {
    tx.find(FIND, args![id]).await
}

/// Adds one.
pub async fn add(tx: &mut Tx, view: &Stored, now: Instant) -> Result<()> {
    tx.run(ADD, args![&view.id, view.owner_id.clone(), &view.name, &view.query, now]).await?;
    Ok(())
}

/// Drops one.
pub async fn drop(tx: &mut Tx, id: &str) -> Result<()> {
    tx.run(DROP, args![id]).await?;
    Ok(())
}

/// Everybody's, and every agent's own, that may ask for a label.
pub async fn list_with_labels(tx: &mut Tx) -> Result<Vec<Stored>> {
    tx.all(LIST_WITH_LABELS, args![]).await
}

/// Lets one ask for something else.
pub async fn change(tx: &mut Tx, id: &str, query: &str) -> Result<()> {
    tx.run(CHANGE, args![id, query]).await?;
    Ok(())
}
