//! Messages that are not shown any more: thrown away after they failed, or deleted for good.

use crate::domain::id::{ConversationId, MessageId};
use crate::server::store::{Result, Sql, Tx, args, over_rows, statements};

statements! {
    LIST_DISCARDED = over_rows!("select m.id, m.conversation_id from", "join messages m on m.id = r.value->>'id' where m.discarded = 1");
    /// For good: no report brings it back.
    DELETE = Sql::same("update messages set discarded = 2 where id = $1 and discarded = 0");
    IS_DELETED = Sql::same("select 1 from messages where id = $1 and discarded = 2");
    DISCARD = Sql::same("update messages set discarded = 1 where id = $1 and delivery = 'failed' and discarded = 0");
}

/// Which of these were thrown away, and from which thread.
pub async fn list_discarded(tx: &mut Tx, ids: &[MessageId]) -> Result<Vec<(MessageId, ConversationId)>> {
    if ids.is_empty() { Ok(Vec::new()) } else { tx.all(LIST_DISCARDED, args![super::ids(ids)]).await }
}

/// Takes a failed message out of its thread; whether it was there and failed.
pub async fn discard(tx: &mut Tx, id: &MessageId) -> Result<bool> {
    Ok(tx.run(DISCARD, args![id]).await? > 0)
}

/// Whether it was taken out of its thread for good: nobody is told what it says.
pub async fn is_deleted(tx: &mut Tx, id: &MessageId) -> Result<bool> {
    Ok(tx.find::<(i32,)>(IS_DELETED, args![id]).await?.is_some())
}

/// Takes a message out of its thread for good; whether it was there.
pub async fn delete(tx: &mut Tx, id: &MessageId) -> Result<bool> {
    Ok(tx.run(DELETE, args![id]).await? > 0)
}
