//! What agents have begun to write, one message and one note for each agent and conversation.

use super::{Result, Sql, Tx, args, json, statements};
use crate::domain::id::{AgentId, ClientId, ConversationId};
use crate::domain::time::Instant;
use crate::protocol::command::SendText;
use crate::protocol::draft::Kind;

/// An agent's, from a table of them.
macro_rules! list_of {
    ($table:literal) => {
        concat!("select conversation_id, body, at from ", $table, " where agent_id = $1")
    };
}

macro_rules! put_into {
    ($table:literal) => {
        concat!(
            "insert into ",
            $table,
            " (agent_id, conversation_id, client_id, body, at) values ($1, $2, $3, $4, $5)
             on conflict (agent_id, conversation_id) do update set client_id = excluded.client_id, body = excluded.body, at = excluded.at"
        )
    };
}

macro_rules! drop_from {
    ($table:literal) => {
        concat!("delete from ", $table, " where agent_id = $1 and conversation_id = $2")
    };
}

/// Those that have one there already keep it.
macro_rules! move_in {
    ($table:literal) => {
        concat!(
            "update ",
            $table,
            " set conversation_id = $2 where conversation_id = $1 and not exists (select 1 from ",
            $table,
            " o where o.agent_id = ",
            $table,
            ".agent_id and o.conversation_id = $2)"
        )
    };
}

statements! {
    LIST = Sql::same(list_of!("drafts"));
    LIST_NOTES = Sql::same(list_of!("note_drafts"));
    PUT = Sql::same(put_into!("drafts"));
    PUT_NOTE = Sql::same(put_into!("note_drafts"));
    DROP = Sql::same(drop_from!("drafts"));
    DROP_NOTE = Sql::same(drop_from!("note_drafts"));
    DROP_SENT = Sql::same("delete from drafts where agent_id = $1 and conversation_id = $2 and (client_id = $3 or client_id || '-0' = $3)");
    DROP_ADDED = Sql::same("delete from note_drafts where agent_id = $1 and conversation_id = $2 and client_id = $3");
    MOVE = Sql::same(move_in!("drafts"));
    MOVE_NOTES = Sql::same(move_in!("note_drafts"));
}

/// An agent's drafts: as the page kept them, and when. One that cannot be read any more is left out.
pub async fn list(tx: &mut Tx, agent: &AgentId, kind: Kind) -> Result<Vec<(SendText, Instant)>> {
    let sql = if kind == Kind::Note { LIST_NOTES } else { LIST };
    let rows: Vec<(String, String, Instant)> = tx.all(sql, args![agent]).await?;
    let read = |(id, body, at): (String, String, Instant)| Some((SendText { conversation_id: ConversationId(id), ..serde_json::from_str(&body).ok()? }, at));
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Keeps a draft in place of what was kept of the agent there.
pub async fn put(tx: &mut Tx, agent: &AgentId, kind: Kind, draft: &SendText, now: Instant) -> Result<()> {
    let sql = if kind == Kind::Note { PUT_NOTE } else { PUT };
    tx.run(sql, args![agent, &draft.conversation_id, &draft.client_id, json(draft), now]).await?;
    Ok(())
}

/// Forgets an agent's draft.
pub async fn drop(tx: &mut Tx, agent: &AgentId, kind: Kind, conversation: &ConversationId) -> Result<()> {
    tx.run(if kind == Kind::Note { DROP_NOTE } else { DROP }, args![agent, conversation]).await?;
    Ok(())
}

/// Forgets it if it is the one that was sent, whole or in parts, or the note that was added: a newer one stays.
pub async fn drop_sent(tx: &mut Tx, agent: &AgentId, kind: Kind, conversation: &ConversationId, sent: &ClientId) -> Result<()> {
    tx.run(if kind == Kind::Note { DROP_ADDED } else { DROP_SENT }, args![agent, conversation, sent]).await?;
    Ok(())
}

/// One conversation goes into another: its drafts go along.
pub async fn follow(tx: &mut Tx, gone: &str, kept: &str) -> Result<()> {
    tx.run(MOVE, args![gone, kept]).await?;
    tx.run(MOVE_NOTES, args![gone, kept]).await?;
    Ok(())
}
