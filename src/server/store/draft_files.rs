//! Files that wait above an agent's composers, each with the message it will be.

use super::{Result, Sql, Tx, args, json, statements};
use crate::domain::id::{AgentId, ClientId, ConversationId};
use crate::domain::time::Instant;
use crate::protocol::command::SendText;
use sqlx::FromRow;

statements! {
    LIST = Sql::same("select conversation_id, message, name, mime, hash, size from draft_files where agent_id = $1 order by at, client_id");
    FIND = Sql::same("select conversation_id, message, name, mime, hash, size from draft_files where agent_id = $1 and client_id = $2");
    PUT = Sql::same(
        "insert into draft_files (agent_id, client_id, conversation_id, message, name, mime, hash, size, at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict (agent_id, client_id) do update set message = excluded.message"
    );
    CHANGE = Sql::same("update draft_files set message = $3 where agent_id = $1 and client_id = $2");
    DROP = Sql::same("delete from draft_files where agent_id = $1 and client_id = $2");
    MOVE = Sql::same("update draft_files set conversation_id = $2 where conversation_id = $1");
}

/// One of them.
#[derive(Clone, Debug)]
pub struct File {
    /// The message it will be, above whose composer it waits, with the words that go along: bound to whom it was chosen for.
    pub message: SendText,
    /// What it is called.
    pub name: String,
    /// Its type, told by its content.
    pub mime: String,
    /// Its place in the blob store.
    pub hash: String,
    /// Bytes.
    pub size: i64,
}

#[derive(FromRow)]
struct Row {
    conversation_id: ConversationId,
    message: String,
    name: String,
    mime: String,
    hash: String,
    size: i64,
}

/// One that cannot be read any more is none.
fn read(row: Row) -> Option<File> {
    // A thread that was joined with another goes on under that one's id; whom it was chosen for stays.
    let message = SendText { conversation_id: row.conversation_id, ..serde_json::from_str(&row.message).ok()? };
    Some(File { message, name: row.name, mime: row.mime, hash: row.hash, size: row.size })
}

/// An agent's, in the order in which they came.
pub async fn list(tx: &mut Tx, agent: &AgentId) -> Result<Vec<File>> {
    Ok(tx.all::<Row>(LIST, args![agent]).await?.into_iter().filter_map(read).collect())
}

/// One of an agent's.
pub async fn find(tx: &mut Tx, agent: &AgentId, id: &ClientId) -> Result<Option<File>> {
    Ok(tx.find::<Row>(FIND, args![agent, id]).await?.and_then(read))
}

/// Keeps one; of one that is there, the message is changed.
pub async fn put(tx: &mut Tx, agent: &AgentId, file: &File, now: Instant) -> Result<()> {
    let File { message, name, mime, hash, size } = file;
    tx.run(PUT, args![agent, &message.client_id, &message.conversation_id, json(message), name, mime, hash, *size, now]).await?;
    Ok(())
}

/// Changes the message that one will be.
pub async fn change(tx: &mut Tx, agent: &AgentId, message: &SendText) -> Result<()> {
    tx.run(CHANGE, args![agent, &message.client_id, json(message)]).await?;
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
