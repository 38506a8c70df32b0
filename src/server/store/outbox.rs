//! Messages on their way to Meta. One conversation's messages leave in order, one at a time.

use super::{Result, Sql, Tx, args, json, over_rows, statements};
use crate::domain::id::{AccountId, ConversationId, MessageId};
use crate::domain::time::Instant;
use serde::Serialize;
use sqlx::FromRow;

/// Whether nothing of the same conversation stands before the row `o`: a message that is not yet accepted or failed,
/// or has been unknown for less than its hold.
macro_rules! due {
    ($tail:literal) => {
        concat!(
            "select o.message_id, o.account_id, o.conversation_id, o.attempts from outbox o
             where o.state = 'queued' and o.not_before <= $1 and not exists
               (select 1 from outbox p where p.conversation_id = o.conversation_id and p.n < o.n and (p.state <> 'unknown' or p.until > $1))
             order by o.not_before, o.n limit 1",
            $tail
        )
    };
}

statements! {
    ADD = Sql::same("insert into outbox (message_id, account_id, conversation_id, n, state, not_before) values ($1, $2, $3, $4, 'queued', $5)");
    DUE = Sql { sqlite: due!(""), postgres: due!(" for update of o skip locked") };
    /// Messages that wait behind another are woken by that one.
    NEXT = Sql::same(
        "select min(case when o.state = 'queued' then o.not_before else o.until end) from outbox o
         where (o.state = 'sending' or (o.state = 'unknown' and o.until > $1) or (o.state = 'queued' and not exists
           (select 1 from outbox p where p.conversation_id = o.conversation_id and p.n < o.n and (p.state <> 'unknown' or p.until > $1))))"
    );
    CLAIM = Sql::same("update outbox set state = 'sending', attempts = attempts + 1, until = $2 where message_id = $1");
    IS_CLAIMED = Sql::same("select message_id from outbox where message_id = $1 and state = 'sending' and attempts = $2");
    RETRY = Sql::same("update outbox set state = 'queued', not_before = $2, until = null where message_id = $1 and state = 'sending'");
    HOLD = Sql::same("update outbox set state = 'unknown', until = $2 where message_id = $1 and state = 'sending'");
    DROP = over_rows!("delete from outbox where message_id in (select r.value->>'id' from", ")");
    LAPSED = Sql::same("select message_id, account_id, conversation_id, attempts from outbox where state = 'sending' and until <= $1 order by n");
    LAPSE_ALL = Sql::same("update outbox set until = 0 where state = 'sending'");
}

/// A claimed row.
#[derive(Clone, Debug, FromRow)]
pub struct Claimed {
    /// The message to send.
    pub message_id: MessageId,
    /// The account it leaves from.
    pub account_id: AccountId,
    /// Its thread.
    pub conversation_id: ConversationId,
    /// How often it was tried before.
    pub attempts: i64,
}

/// Queues a message.
pub async fn add(tx: &mut Tx, message: &MessageId, account: &AccountId, conversation: &ConversationId, n: i64, now: Instant) -> Result<()> {
    tx.run(ADD, args![message, account, conversation, n, now]).await?;
    Ok(())
}

/// Claims the next message that is due, until `lease`.
pub async fn claim(tx: &mut Tx, now: Instant, lease: Instant) -> Result<Option<Claimed>> {
    let Some(row) = tx.find::<Claimed>(DUE, args![now]).await? else { return Ok(None) };
    tx.run(CLAIM, args![&row.message_id, lease]).await?;
    Ok(Some(row))
}

/// When something may next be due; `None`: nothing waits.
pub async fn next_due(tx: &mut Tx, now: Instant) -> Result<Option<Instant>> {
    Ok(tx.find::<(Option<i64>,)>(NEXT, args![now]).await?.and_then(|row| row.0).map(Instant))
}

/// Whether this claim still stands: nobody has settled the message or lapsed the lease meanwhile.
pub async fn is_claimed(tx: &mut Tx, claimed: &Claimed) -> Result<bool> {
    Ok(tx.find::<(MessageId,)>(IS_CLAIMED, args![&claimed.message_id, claimed.attempts + 1]).await?.is_some())
}

/// Puts a claimed message back, to be tried at `not_before`.
pub async fn retry(tx: &mut Tx, message: &MessageId, not_before: Instant) -> Result<()> {
    tx.run(RETRY, args![message, not_before]).await?;
    Ok(())
}

/// Its outcome is unknown: it is not sent again, and holds up its conversation until `until`.
pub async fn hold(tx: &mut Tx, message: &MessageId, until: Instant) -> Result<()> {
    tx.run(HOLD, args![message, until]).await?;
    Ok(())
}

#[derive(Serialize)]
struct Id<'a> {
    id: &'a MessageId,
}

/// These messages are settled; how many still waited.
pub async fn drop_all(tx: &mut Tx, messages: &[MessageId]) -> Result<u64> {
    if messages.is_empty() {
        return Ok(0);
    }
    let rows: Vec<Id> = messages.iter().map(|id| Id { id }).collect();
    tx.run(DROP, args![json(&rows)]).await
}

/// Claimed messages whose lease is over: whoever claimed them died in between.
pub async fn list_lapsed(tx: &mut Tx, now: Instant) -> Result<Vec<Claimed>> {
    tx.all(LAPSED, args![now]).await
}

/// Ends all leases at once, at the start of the only process there is.
pub async fn lapse_all(tx: &mut Tx) -> Result<()> {
    tx.run(LAPSE_ALL, args![]).await?;
    Ok(())
}
