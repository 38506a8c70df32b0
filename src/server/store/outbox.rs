//! Messages on their way to Meta. One conversation's messages leave in order, one at a time.
//!
//! Whoever writes such a message holds its row here first ([`lock`]), then its row in `messages`, then the log: taken in any other
//! order, two transactions could wait for each other.

use super::messages::ids;
use super::{Result, Sql, Tx, args, over_rows, statements};
use crate::domain::id::{AccountId, ConversationId, MessageId};
use crate::domain::time::{HOUR_MS, Instant};
use sqlx::FromRow;

/// The next message that is due, the oldest first (the plus keeps planners from sorting those that another index gives): nothing of the same conversation stands before it (not yet accepted or failed, or unknown for
/// less than its hold), and its number is neither stopped nor waiting. A number that Meta has slowed down sends one at a time.
macro_rules! due {
    ($tail:literal) => {
        concat!(
            "select o.message_id, o.account_id, o.conversation_id, o.attempts, o.tries from outbox o
             where o.state = 'queued' and +o.not_before <= $1 and not exists
               (select 1 from accounts a where a.id = o.account_id and (a.stopped_code is not null or a.resume_at > $1 or
                  (a.strikes > 0 and exists (select 1 from outbox s where s.account_id = a.id and s.state = 'sending'))))
             and not exists
               (select 1 from outbox p where p.conversation_id = o.conversation_id and p.n < o.n and (p.state <> 'unknown' or p.until > $1))
             order by o.n limit 1",
            $tail
        )
    };
}

statements! {
    /// Due at once, whatever the clock will say.
    ADD = Sql::same("insert into outbox (message_id, account_id, conversation_id, n, state, not_before, queued_at) values ($1, $2, $3, $4, 'queued', 0, $5)");
    DUE = Sql::same(due!(""));
    TAKE = Sql { sqlite: due!(""), postgres: due!(" for update of o skip locked") };
    /// When to look again: a lease or a hold ends, a wait is over, a slowed number may go on. Too early costs a look, no more.
    NEXT = Sql::same(
        "select min(t.at) from (
           select min(o.until) as at from outbox o where o.state = 'sending'
           union all select min(o.until) from outbox o where o.state = 'unknown' and o.until > $1
           union all select min(o.not_before) from outbox o where o.state = 'queued' and o.not_before > $1
           union all select min(a.resume_at) from accounts a where a.resume_at > $1 and a.stopped_code is null) as t"
    );
    WAIT = Sql::same("update outbox set not_before = $2 where message_id = $1 and state = 'queued'");
    CLAIM = Sql::same("update outbox set state = 'sending', attempts = attempts + 1, until = $2 where message_id = $1");
    LOCK = Sql {
        sqlite: "select $1 where false",
        postgres: over_rows!("select o.message_id from", "join outbox o on o.message_id = r.value->>'id' order by o.message_id for update of o").postgres,
    };
    LOCK_ALL_OF = Sql {
        sqlite: "select $1 where false",
        postgres: "select message_id from outbox where conversation_id = $1 order by message_id for update",
    };
    IS_CLAIMED = Sql::same("select message_id from outbox where message_id = $1 and state = 'sending' and attempts = $2");
    RETRY = Sql::same("update outbox set state = 'queued', tries = tries + $3, not_before = $2, until = null where message_id = $1 and state = 'sending'");
    HOLD = Sql::same("update outbox set state = 'unknown', until = $2 where message_id = $1 and state = 'sending'");
    DROP = over_rows!("delete from outbox where message_id in (select r.value->>'id' from", ")");
    LAPSED = Sql::same("select message_id, account_id, conversation_id, attempts, tries from outbox where state = 'sending' and until <= $1");
    TAKE_LAPSED = Sql {
        sqlite: "select message_id, account_id, conversation_id, attempts, tries from outbox where state = 'sending' and until <= $1 limit 1",
        postgres: "select message_id, account_id, conversation_id, attempts, tries from outbox where state = 'sending' and until <= $1 limit 1
                   for update skip locked",
    };
    ASTRAY = Sql::same(
        "select count(*) from (select 1 from outbox where state = 'queued' and not_before > $1
           union all select 1 from outbox where state = 'sending' and until > $1
           union all select 1 from outbox where state = 'unknown' and until > $1
           union all select 1 from accounts where resume_at > $1) as t"
    );
    COUNT = Sql::same("select account_id, state, count(*) as count, min(queued_at) as oldest_at from outbox group by account_id, state");
    COUNT_OF = Sql::same("select count(*) from outbox where account_id = $1 and state = 'queued'");
    COUNT_LEAVING = Sql::same("select count(*) from outbox where account_id = $1 and state in ('queued', 'sending')");
    LIST_QUEUED = Sql {
        sqlite: "select message_id from outbox where account_id = $1 and state = 'queued'",
        postgres: "select message_id from outbox where account_id = $1 and state = 'queued' order by message_id for update",
    };
    AMEND = Sql::same(
        "update outbox set not_before = case when not_before > $2 then $1 else not_before end, until = case when until > $2 then $1 else until end
         where (state = 'queued' and not_before > $2) or (state in ('sending', 'unknown') and until > $2)"
    );
    AMEND_ACCOUNTS = Sql::same("update accounts set resume_at = $1 where resume_at > $2");
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
    /// How often it was claimed before.
    pub attempts: i64,
    /// How many of these tries told against the message itself.
    pub tries: i64,
}

/// Queues a message.
pub async fn add(tx: &mut Tx, message: &MessageId, account: &AccountId, conversation: &ConversationId, n: i64, now: Instant) -> Result<()> {
    tx.run(ADD, args![message, account, conversation, n, now]).await?;
    Ok(())
}

/// The next message that is due, held to the end of the transaction.
pub async fn take_due(tx: &mut Tx, now: Instant) -> Result<Option<Claimed>> {
    tx.find(TAKE, args![now]).await
}

/// Claims it until `lease`.
pub async fn claim(tx: &mut Tx, message: &MessageId, lease: Instant) -> Result<()> {
    tx.run(CLAIM, args![message, lease]).await?;
    Ok(())
}

/// Leaves it until `not_before`, and what stands behind it with it.
pub async fn wait(tx: &mut Tx, message: &MessageId, not_before: Instant) -> Result<()> {
    tx.run(WAIT, args![message, not_before]).await?;
    Ok(())
}

/// Whether something can be claimed now.
pub async fn is_due(tx: &mut Tx, now: Instant) -> Result<bool> {
    Ok(tx.find::<Claimed>(DUE, args![now]).await?.is_some())
}

/// When something may next be due; `None`: nothing waits.
pub async fn next_due(tx: &mut Tx, now: Instant) -> Result<Option<Instant>> {
    Ok(tx.find::<(Option<i64>,)>(NEXT, args![now]).await?.and_then(|row| row.0).map(Instant))
}

/// Holds these messages' places until the end of the transaction: a lease that ends meanwhile finds them settled.
pub async fn lock(tx: &mut Tx, messages: &[MessageId]) -> Result<()> {
    if !messages.is_empty() {
        tx.run(LOCK, args![ids(messages)]).await?;
    }
    Ok(())
}

/// The same for a whole thread's.
pub async fn lock_all_of(tx: &mut Tx, conversation: &str) -> Result<()> {
    tx.run(LOCK_ALL_OF, args![conversation]).await?;
    Ok(())
}

/// Whether this claim still stands: nobody has settled the message or lapsed the lease meanwhile.
pub async fn is_claimed(tx: &mut Tx, claimed: &Claimed) -> Result<bool> {
    Ok(tx.find::<(MessageId,)>(IS_CLAIMED, args![&claimed.message_id, claimed.attempts + 1]).await?.is_some())
}

/// Puts a claimed message back, to be tried at `not_before`; `counts` if the try tells against the message itself.
pub async fn retry(tx: &mut Tx, message: &MessageId, not_before: Instant, counts: bool) -> Result<()> {
    tx.run(RETRY, args![message, not_before, counts]).await?;
    Ok(())
}

/// Its outcome is unknown: it is not sent again, and holds up its conversation until `until`.
pub async fn hold(tx: &mut Tx, message: &MessageId, until: Instant) -> Result<()> {
    tx.run(HOLD, args![message, until]).await?;
    Ok(())
}

/// These messages are settled; how many still waited.
pub async fn drop_all(tx: &mut Tx, messages: &[MessageId]) -> Result<u64> {
    if messages.is_empty() {
        return Ok(0);
    }
    tx.run(DROP, args![ids(messages)]).await
}

/// Claimed messages whose lease is over: whoever claimed them died in between.
pub async fn list_lapsed(tx: &mut Tx, now: Instant) -> Result<Vec<Claimed>> {
    tx.all(LAPSED, args![now]).await
}

/// One of them, held until the end of the transaction.
pub async fn take_lapsed(tx: &mut Tx, now: Instant) -> Result<Option<Claimed>> {
    tx.find(TAKE_LAPSED, args![now]).await
}

/// Ends all leases at once, at the start of the only process there is.
pub async fn lapse_all(tx: &mut Tx) -> Result<()> {
    tx.run(LAPSE_ALL, args![]).await?;
    Ok(())
}

/// What waits, by account and state: how many, and since when the oldest is due.
#[derive(Clone, Debug, FromRow)]
pub struct Count {
    /// Whose.
    pub account_id: AccountId,
    /// `queued`, `sending` or `unknown`.
    pub state: String,
    /// How many.
    pub count: i64,
    /// When the oldest of them was queued.
    pub oldest_at: Instant,
}

/// No wait is longer than two hours: whether one ends later than that, because it was begun before the clock was set back.
pub async fn is_astray(tx: &mut Tx, now: Instant) -> Result<bool> {
    Ok(tx.find::<(i64,)>(ASTRAY, args![now.plus(2 * HOUR_MS)]).await?.is_some_and(|row| row.0 > 0))
}

/// Ends such waits now.
pub async fn amend(tx: &mut Tx, now: Instant) -> Result<u64> {
    let beyond = now.plus(2 * HOUR_MS);
    Ok(tx.run(AMEND, args![now, beyond]).await? + tx.run(AMEND_ACCOUNTS, args![now, beyond]).await?)
}

/// How many messages of an account wait to leave.
pub async fn count_of(tx: &mut Tx, account: &AccountId) -> Result<i64> {
    Ok(tx.find::<(i64,)>(COUNT_OF, args![account]).await?.map_or(0, |row| row.0))
}

/// How many of them wait, or are on their way and may have to wait again.
pub async fn count_leaving(tx: &mut Tx, account: &AccountId) -> Result<i64> {
    Ok(tx.find::<(i64,)>(COUNT_LEAVING, args![account]).await?.map_or(0, |row| row.0))
}

/// Those of an account that wait, held to the end of the transaction.
pub async fn list_queued(tx: &mut Tx, account: &AccountId) -> Result<Vec<MessageId>> {
    Ok(tx.all::<(MessageId,)>(LIST_QUEUED, args![account]).await?.into_iter().map(|row| row.0).collect())
}

/// Counts what waits.
pub async fn count(tx: &mut Tx) -> Result<Vec<Count>> {
    tx.all(COUNT, args![]).await
}
