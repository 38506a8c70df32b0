//! What agents put on conversations for themselves: pins, and that one is quiet.

use super::{Result, Sql, Tx, args, statements};
use crate::domain::id::{AgentId, ConversationId};
use crate::domain::pin::Pin;
use crate::domain::time::Instant;

statements! {
    LIST = Sql::same("select conversation_id, at from pins where agent_id = $1 and kind = $2");
    PUT = Sql::same("insert into pins (agent_id, kind, conversation_id, at) values ($1, $2, $3, $4) on conflict (agent_id, kind, conversation_id) do nothing");
    DROP = Sql::same("delete from pins where agent_id = $1 and kind = $2 and conversation_id = $3");
    /// Those that have one there already keep it.
    MOVE = Sql::same(
        "update pins set conversation_id = $2 where conversation_id = $1
           and not exists (select 1 from pins o where o.agent_id = pins.agent_id and o.kind = pins.kind and o.conversation_id = $2)"
    );
}

/// The conversations an agent put this on, oldest pin first.
pub async fn list(tx: &mut Tx, agent: &AgentId, pin: Pin) -> Result<Vec<ConversationId>> {
    let mut all: Vec<(ConversationId, Instant)> = tx.all(LIST, args![agent, pin.as_str()]).await?;
    all.sort_by(|(one, at), (other, later)| (at, one).cmp(&(later, other)));
    Ok(all.into_iter().map(|(id, _)| id).collect())
}

/// Puts it on, or takes it off.
pub async fn set(tx: &mut Tx, agent: &AgentId, pin: Pin, id: &ConversationId, on: bool, now: Instant) -> Result<()> {
    if on {
        tx.run(PUT, args![agent, pin.as_str(), id, now]).await?;
    } else {
        tx.run(DROP, args![agent, pin.as_str(), id]).await?;
    }
    Ok(())
}

/// One conversation goes into another: what was put on it goes along.
pub async fn follow(tx: &mut Tx, gone: &str, kept: &str) -> Result<()> {
    tx.run(MOVE, args![gone, kept]).await?;
    Ok(())
}
