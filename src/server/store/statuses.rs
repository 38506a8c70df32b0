//! What Meta reported: statuses and reactions. Both are keyed by the message they are about and need not wait for it.

use super::{Result, Sql, Tx, args, json, messages, over_rows, statements};
use crate::domain::id::{AccountId, ConversationId, MessageId};
use crate::domain::time::Instant;
use serde::Serialize;
use std::collections::HashMap;

statements! {
    PUT = over_rows!(
        "insert into statuses (account_id, wamid, recipient, status, at, failure, callback)
         select r.value->>'account_id', r.value->>'wamid', r.value->>'recipient', r.value->>'status', cast(r.value->>'at' as bigint),
           r.value->>'failure', r.value->>'callback' from",
        "where true on conflict (account_id, wamid, recipient, status) do update set at = excluded.at, failure = excluded.failure
         where excluded.at < statuses.at or (excluded.at = statuses.at and coalesce(excluded.failure, '') < coalesce(statuses.failure, ''))"
    );
    LIST = Sql::same("select status, at from statuses where account_id = $1 and wamid = $2");
    BIND_CALLBACKS = over_rows!(
        "update messages set wamid = r.value->>'wamid' from",
        "where messages.id = r.value->>'callback' and messages.account_id = r.value->>'account_id' and messages.direction = 'outbound' and messages.wamid is null
         and not exists (select 1 from messages x where x.account_id = r.value->>'account_id' and x.wamid = r.value->>'wamid')
         returning id, account_id, wamid"
    );
    /// What the phone is said to have written was sent from here, as a status says that names our message.
    DROP_ECHOES = over_rows!(
        "delete from messages where author_kind = 'phone' and (account_id, wamid) in (select r.value->>'account_id', r.value->>'wamid' from",
        "join messages o on o.id = r.value->>'callback' and o.account_id = r.value->>'account_id' and o.wamid is null) returning id, conversation_id"
    );
    PUT_REACTIONS = over_rows!(
        "insert into reactions (account_id, target, sender, emoji, at, wamid)
         select r.value->>'account_id', r.value->>'target', r.value->>'sender', r.value->>'emoji', cast(r.value->>'at' as bigint), r.value->>'wamid' from",
        "where true on conflict (account_id, target, sender) do update set emoji = excluded.emoji, at = excluded.at, wamid = excluded.wamid
         where (excluded.at, excluded.wamid) > (reactions.at, reactions.wamid)"
    );
    PUT_FREE = over_rows!(
        "insert into free_entries (account_id, wamid, until) select r.value->>'account_id', r.value->>'wamid', cast(r.value->>'until' as bigint) from",
        "where true on conflict (account_id, wamid) do update set until = excluded.until where excluded.until > free_entries.until"
    );
    FREE_BY_WAMID = over_rows!(
        "select m.conversation_id, f.until from",
        "join free_entries f on f.account_id = r.value->>'account_id' and f.wamid = r.value->>'wamid'
         join messages m on m.account_id = f.account_id and m.wamid = f.wamid where m.direction = 'outbound'"
    );
    FREE_BY_CALLBACK = over_rows!(
        "select m.conversation_id, f.until from",
        "join free_entries f on f.account_id = r.value->>'account_id' and f.wamid = r.value->>'wamid'
         join messages m on m.id = r.value->>'callback' and m.account_id = f.account_id where m.direction = 'outbound'"
    );
    FIND_FREE = Sql::same("select until from free_entries where account_id = $1 and wamid = $2");
    EXPIRE_FREE = Sql::same("delete from free_entries where until < $1");
    LIST_REACTIONS = over_rows!(
        "select x.account_id, x.target, x.sender, x.emoji from",
        "join reactions x on x.account_id = r.value->>'account_id' and x.target = r.value->>'wamid' where x.emoji <> '' order by x.sender"
    );
    LIST_REACTED = over_rows!("select x.target from", "join reactions x on x.account_id = r.value->>'account_id' and x.target = r.value->>'wamid'");
    EXPIRE = Sql::same(
        "delete from statuses where at < $1 and not exists
           (select 1 from messages m where m.account_id = statuses.account_id and m.wamid = statuses.wamid)"
    );
    EXPIRE_REACTIONS = Sql::same(
        "delete from reactions where at < $1 and not exists
           (select 1 from messages m where m.account_id = reactions.account_id and m.wamid = reactions.target)"
    );
}

/// One status as Meta reported it. Unique by (account, wamid, recipient, status); of equal ones the smallest timestamp counts.
#[derive(Clone, Debug, Serialize)]
pub struct Status {
    /// The account it came for.
    pub account_id: AccountId,
    /// The message.
    pub wamid: String,
    /// Which recipient; empty if Meta does not say.
    pub recipient: String,
    /// Meta's word, ours or not.
    pub status: String,
    /// Meta's timestamp.
    pub at: Instant,
    /// Meta's error as JSON of a failure.
    pub failure: Option<String>,
    /// Our message id, which Meta gives back.
    pub callback: Option<String>,
}

/// A message that is no more, and its thread.
pub type Gone = (MessageId, ConversationId);

/// A message of ours whose wamid a status told, the account, and the wamid.
pub type Named = (MessageId, AccountId, String);

/// Keeps statuses, whether or not their messages are known; the echoes that turned out to be messages of ours, and the messages of ours
/// that have a wamid now. No key may occur twice in one call.
pub async fn put(tx: &mut Tx, statuses: &[Status]) -> Result<(Vec<Gone>, Vec<Named>)> {
    let (mut gone, mut named) = (Vec::new(), Vec::new());
    if statuses.is_empty() {
        return Ok((gone, named));
    }
    tx.run(PUT, args![json(&statuses)]).await?;
    let with_callback: Vec<&Status> = statuses.iter().filter(|status| status.callback.is_some()).collect();
    if !with_callback.is_empty() {
        gone = tx.all(DROP_ECHOES, args![json(&with_callback)]).await?;
        named = tx.all(BIND_CALLBACKS, args![json(&with_callback)]).await?;
    }
    Ok((gone, named))
}

/// A free entry point, by the message whose report said so.
#[derive(Clone, Debug, Serialize)]
pub struct FreeEntry {
    /// The account it came for.
    pub account_id: AccountId,
    /// The message.
    pub wamid: String,
    /// Until when messages to its customer cost nothing.
    pub until: Instant,
}

/// Keeps free entry points, whether or not their messages are known; of two, the later one. No key may occur twice in one call.
pub async fn put_free(tx: &mut Tx, entries: &[FreeEntry]) -> Result<()> {
    if !entries.is_empty() {
        tx.run(PUT_FREE, args![json(&entries)]).await?;
    }
    Ok(())
}

/// The conversations of reported and of just written messages that are free of charge, and until when; in the order in which they are
/// to be locked.
pub async fn list_free(tx: &mut Tx, statuses: &[Status], written: &[messages::Key]) -> Result<Vec<(ConversationId, Instant)>> {
    let mut free: Vec<(ConversationId, Instant)> = Vec::new();
    if !statuses.is_empty() {
        free.extend(tx.all::<(ConversationId, Instant)>(FREE_BY_WAMID, args![json(&statuses)]).await?);
        free.extend(tx.all::<(ConversationId, Instant)>(FREE_BY_CALLBACK, args![json(&statuses)]).await?);
    }
    if !written.is_empty() {
        free.extend(tx.all::<(ConversationId, Instant)>(FREE_BY_WAMID, args![json(&written)]).await?);
    }
    free.sort();
    Ok(free)
}

/// Until when the customer of this message can be written to for nothing, if that was reported.
pub async fn find_free(tx: &mut Tx, account: &AccountId, wamid: &str) -> Result<Option<Instant>> {
    Ok(tx.find::<(Instant,)>(FIND_FREE, args![account, wamid]).await?.map(|row| row.0))
}

/// What was reported of a message, and when; the earliest first.
pub async fn list(tx: &mut Tx, account: &AccountId, wamid: &str) -> Result<Vec<(String, Instant)>> {
    let mut reports: Vec<(String, Instant)> = tx.all(LIST, args![account, wamid]).await?;
    reports.sort_by_key(|(_, at)| *at);
    Ok(reports)
}

/// One reaction. Unique by (account, target, sender); the newest counts, an empty emoji removes.
#[derive(Clone, Debug, Serialize)]
pub struct Reaction {
    /// The account it came for.
    pub account_id: AccountId,
    /// The message reacted to.
    pub target: String,
    /// Who reacted, as Meta names them.
    pub sender: String,
    /// The emoji; empty: removed.
    pub emoji: String,
    /// Meta's timestamp.
    pub at: Instant,
    /// The reaction's own id.
    pub wamid: String,
}

/// Keeps reactions, whether or not their targets are known. No key may occur twice in one call.
pub async fn put_reactions(tx: &mut Tx, reactions: &[Reaction]) -> Result<()> {
    if !reactions.is_empty() {
        tx.run(PUT_REACTIONS, args![json(&reactions)]).await?;
    }
    Ok(())
}

/// Which of these messages have a reaction.
pub async fn list_reacted(tx: &mut Tx, keys: &[&messages::Key]) -> Result<Vec<String>> {
    Ok(tx.all::<(String,)>(LIST_REACTED, args![json(&keys)]).await?.into_iter().map(|row| row.0).collect())
}

/// The reactions on these messages, by account and wamid: who and which emoji, in the order of who.
pub async fn reactions_on(tx: &mut Tx, keys: &[messages::Key]) -> Result<HashMap<(String, String), Vec<(String, String)>>> {
    let mut reactions: HashMap<(String, String), Vec<(String, String)>> = HashMap::new();
    for (account, target, sender, emoji) in tx.all::<(String, String, String, String)>(LIST_REACTIONS, args![json(&keys)]).await? {
        reactions.entry((account, target)).or_default().push((sender, emoji));
    }
    Ok(reactions)
}

/// Forgets statuses and reactions older than `before` whose message never came, and free entry points that were over by then.
pub async fn expire(tx: &mut Tx, before: Instant) -> Result<u64> {
    Ok(tx.run(EXPIRE, args![before]).await? + tx.run(EXPIRE_REACTIONS, args![before]).await? + tx.run(EXPIRE_FREE, args![before]).await?)
}
