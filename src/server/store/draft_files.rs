//! Files that wait above an agent's composers, each under the client id of the message it will be.

use super::{Result, Sql, Tx, args, statements};
use crate::domain::id::{AgentId, ClientId, ConversationId};
use crate::domain::time::Instant;
use sqlx::FromRow;

statements! {
    LIST = Sql::same("select client_id, conversation_id, name, mime, hash, size, caption from draft_files where agent_id = $1 order by at, client_id");
    FIND = Sql::same("select client_id, conversation_id, name, mime, hash, size, caption from draft_files where agent_id = $1 and client_id = $2");
    PUT = Sql::same(
        "insert into draft_files (agent_id, client_id, conversation_id, name, mime, hash, size, caption, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (agent_id, client_id) do update set caption = excluded.caption"
    );
    CAPTION = Sql::same("update draft_files set caption = $3 where agent_id = $1 and client_id = $2");
    DROP = Sql::same("delete from draft_files where agent_id = $1 and client_id = $2");
    MOVE = Sql::same("update draft_files set conversation_id = $2 where conversation_id = $1");
}

/// One of them.
#[derive(Clone, Debug, FromRow)]
pub struct File {
    /// Of the message it will be.
    pub client_id: ClientId,
    /// Above whose composer.
    pub conversation_id: ConversationId,
    /// What it is called.
    pub name: String,
    /// Its type, told by its content.
    pub mime: String,
    /// Its place in the blob store.
    pub hash: String,
    /// Bytes.
    pub size: i64,
    /// The words that go along with it.
    pub caption: String,
}

/// An agent's, in the order in which they came.
pub async fn list(tx: &mut Tx, agent: &AgentId) -> Result<Vec<File>> {
    tx.all(LIST, args![agent]).await
}

/// One of an agent's.
pub async fn find(tx: &mut Tx, agent: &AgentId, id: &ClientId) -> Result<Option<File>> {
    tx.find(FIND, args![agent, id]).await
}

/// Keeps one; of one that is there, the words are changed.
pub async fn put(tx: &mut Tx, agent: &AgentId, file: &File, now: Instant) -> Result<()> {
    let File { client_id, conversation_id, name, mime, hash, size, caption } = file;
    tx.run(PUT, args![agent, client_id, conversation_id, name, mime, hash, *size, caption, now]).await?;
    Ok(())
}

/// Changes the words that go along with one.
pub async fn set_caption(tx: &mut Tx, agent: &AgentId, id: &ClientId, caption: &str) -> Result<()> {
    tx.run(CAPTION, args![agent, id, caption]).await?;
    Ok(())
}

/// Forgets one: it was sent, or taken out.
pub async fn drop(tx: &mut Tx, agent: &AgentId, id: &ClientId) -> Result<()> {
    tx.run(DROP, args![agent, id]).await?;
    Ok(())
}

/// One conversation goes into another: its files go along.
pub async fn follow(tx: &mut Tx, gone: &str, kept: &str) -> Result<()> {
    tx.run(MOVE, args![gone, kept]).await?;
    Ok(())
}
