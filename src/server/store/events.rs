//! The log: every visible change, in the order of commits, kept for seven days.

use super::{Lock, Result, Sql, Tx, args, json, over_rows, statements};
use crate::domain::time::Instant;
use crate::protocol::event::Event;
use serde::Serialize;
use sqlx::FromRow;

statements! {
    APPEND = over_rows!(
        "insert into events (at, kind, v, account_id, conversation_id, only_agent, payload)
         select $2, r.value->>'kind', 2, r.value->>'account_id', r.value->>'conversation_id', null, r.value->>'payload' from",
        "where true returning seq"
    );
    HEAD = Sql::same("select coalesce(max(seq), 0) from events");
    TAIL = Sql::same("select coalesce(min(seq), 0) from events");
    LIST = Sql::same("select seq, at, kind, account_id, payload from events where seq > $1 order by seq limit $2");
    EXPIRE = Sql::same("delete from events where at < $1 and seq < (select max(seq) from events)");
}

/// One event as stored; the columns are all that the permission gate needs.
#[derive(Clone, Debug, FromRow)]
pub struct Stored {
    /// Its place in the log.
    pub seq: i64,
    /// When it happened.
    pub at: Instant,
    /// [`Event::kind`].
    pub kind: String,
    /// The account it concerns.
    pub account_id: Option<String>,
    /// The event as JSON.
    pub payload: String,
}

#[derive(Serialize)]
struct Appended<'a> {
    kind: &'a str,
    account_id: Option<&'a str>,
    conversation_id: Option<&'a str>,
    payload: &'a str,
}

/// Appends events. The last thing a transaction does: the log is locked until it commits.
pub async fn append(tx: &mut Tx, events: &[Event], now: Instant) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let payloads: Vec<String> = events.iter().map(json).collect();
    let account = |event: &'_ Event| event.conversation().map(|row| row.account_id.0.clone());
    let rows: Vec<Appended> = events
        .iter()
        .zip(&payloads)
        .map(|(event, payload)| Appended {
            kind: event.kind(),
            account_id: event.conversation().map(|row| row.account_id.as_str()),
            conversation_id: event.conversation().map(|row| row.id.as_str()),
            payload,
        })
        .collect();
    tx.lock(Lock::Log).await?;
    let mut seqs: Vec<(i64,)> = tx.all(APPEND, args![json(&rows), now]).await?;
    seqs.sort_unstable();
    // Rows are inserted in the order of the array, so the numbers rise with it.
    let stored = events.iter().zip(payloads).zip(seqs);
    let stored = stored.map(|((event, payload), (seq,))| Stored { seq, at: now, kind: event.kind().to_owned(), account_id: account(event), payload });
    tx.mark_appended(stored.collect());
    Ok(())
}

/// To be called before the rows are read that an event will show, and after everything else was written: from here to the commit
/// nobody else appends, so no later event can show an older row.
pub async fn begin(tx: &mut Tx) -> Result<()> {
    tx.lock(Lock::Log).await
}

/// The newest event's place; 0 for an empty log.
pub async fn head(tx: &mut Tx) -> Result<i64> {
    Ok(tx.find::<(i64,)>(HEAD, args![]).await?.map_or(0, |row| row.0))
}

/// The oldest kept event's place; 0 for an empty log.
pub async fn tail(tx: &mut Tx) -> Result<i64> {
    Ok(tx.find::<(i64,)>(TAIL, args![]).await?.map_or(0, |row| row.0))
}

/// Events after `after`, at most `limit`, in order.
pub async fn list(tx: &mut Tx, after: i64, limit: i64) -> Result<Vec<Stored>> {
    tx.all(LIST, args![after, limit]).await
}

/// Forgets events older than `before`, but never the newest: its number is the head.
pub async fn expire(tx: &mut Tx, before: Instant) -> Result<u64> {
    tx.run(EXPIRE, args![before]).await
}
