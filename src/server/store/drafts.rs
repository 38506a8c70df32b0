//! What agents have begun to write, one for each agent and conversation.

use super::{Result, Sql, Tx, args, json, statements};
use crate::domain::id::{AgentId, ClientId, ConversationId};
use crate::domain::time::Instant;
use crate::protocol::command::SendText;

statements! {
    LIST = Sql::same("select conversation_id, body, at from drafts where agent_id = $1");
    PUT = Sql::same(
        "insert into drafts (agent_id, conversation_id, client_id, body, at) values ($1, $2, $3, $4, $5)
         on conflict (agent_id, conversation_id) do update set client_id = excluded.client_id, body = excluded.body, at = excluded.at"
    );
    DROP = Sql::same("delete from drafts where agent_id = $1 and conversation_id = $2");
    DROP_SENT = Sql::same("delete from drafts where agent_id = $1 and conversation_id = $2 and (client_id = $3 or client_id || '-0' = $3)");
    /// Those that have one there already keep it.
    MOVE = Sql::same(
        "update drafts set conversation_id = $2 where conversation_id = $1
           and not exists (select 1 from drafts o where o.agent_id = drafts.agent_id and o.conversation_id = $2)"
    );
}

/// An agent's drafts: as the page kept them, and when. One that cannot be read any more is left out.
pub async fn list(tx: &mut Tx, agent: &AgentId) -> Result<Vec<(SendText, Instant)>> {
    let rows: Vec<(String, String, Instant)> = tx.all(LIST, args![agent]).await?;
    let read = |(id, body, at): (String, String, Instant)| Some((SendText { conversation_id: ConversationId(id), ..serde_json::from_str(&body).ok()? }, at));
    Ok(rows.into_iter().filter_map(read).collect())
}

/// Keeps a draft in place of what was kept of the agent there.
pub async fn put(tx: &mut Tx, agent: &AgentId, draft: &SendText, now: Instant) -> Result<()> {
    tx.run(PUT, args![agent, &draft.conversation_id, &draft.client_id, json(draft), now]).await?;
    Ok(())
}

/// Forgets an agent's draft.
pub async fn drop(tx: &mut Tx, agent: &AgentId, conversation: &ConversationId) -> Result<()> {
    tx.run(DROP, args![agent, conversation]).await?;
    Ok(())
}

/// Forgets it if it is the one that was sent, whole or in parts: a newer one stays.
pub async fn drop_sent(tx: &mut Tx, agent: &AgentId, conversation: &ConversationId, sent: &ClientId) -> Result<()> {
    tx.run(DROP_SENT, args![agent, conversation, sent]).await?;
    Ok(())
}

/// One conversation goes into another: its drafts go along.
pub async fn follow(tx: &mut Tx, gone: &str, kept: &str) -> Result<()> {
    tx.run(MOVE, args![gone, kept]).await?;
    Ok(())
}
