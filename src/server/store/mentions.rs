//! Who was called by name in a note, and has not seen it yet.

use super::{Result, Sql, Tx, args, statements};
use crate::domain::id::{AccountId, AgentId, ConversationId, MessageId};
use crate::domain::time::Instant;
use sqlx::FromRow;

statements! {
    ADD = Sql::same("insert into mentions (agent_id, message_id, at) values ($1, $2, $3) on conflict (agent_id, message_id) do nothing");
    DROP = Sql::same("delete from mentions where agent_id = $1 and message_id = $2");
    /// What nobody has seen, the newest first: of a team, some dozens.
    LIST = Sql::same(
        "select t.agent_id, t.message_id, t.at, m.conversation_id, m.account_id, m.author_name, m.preview, coalesce(nullif(k.given_name, ''), k.name) as name, k.wa_id, k.user_id
           from (select agent_id, message_id, at from mentions order by at desc limit 500) as t join messages m on m.id = t.message_id
           join conversations c on c.id = m.conversation_id join contacts k on k.id = c.contact_id where m.discarded = 0"
    );
}

/// One that was not seen yet.
#[derive(Clone, Debug, FromRow)]
pub struct Mention {
    /// Who was called.
    pub agent_id: AgentId,
    /// In which note.
    pub message_id: MessageId,
    /// When.
    pub at: Instant,
    /// In which thread.
    pub conversation_id: ConversationId,
    /// Of which number.
    pub account_id: AccountId,
    /// By whom.
    pub author_name: Option<String>,
    /// The note's first words.
    pub preview: String,
    /// The customer's name.
    pub name: String,
    /// Their number.
    pub wa_id: Option<String>,
    /// Their user id.
    pub user_id: Option<String>,
}

/// Somebody was called.
pub async fn add(tx: &mut Tx, agent: &AgentId, message: &MessageId, now: Instant) -> Result<()> {
    tx.run(ADD, args![agent, message, now]).await?;
    Ok(())
}

/// They have seen it.
pub async fn drop(tx: &mut Tx, agent: &AgentId, message: &MessageId) -> Result<()> {
    tx.run(DROP, args![agent, message]).await?;
    Ok(())
}

/// All that nobody has seen, oldest first.
pub async fn list(tx: &mut Tx) -> Result<Vec<Mention>> {
    let mut all: Vec<Mention> = tx.all(LIST, args![]).await?;
    all.sort_by(|one, other| (one.at, &one.message_id).cmp(&(other.at, &other.message_id)));
    Ok(all)
}
