//! Messages: everything a thread shows.

pub mod discarded;
mod new;

use super::{Error, Result, Sql, Tx, args, json, media, over_rows, reactions, statements, statuses};
use crate::domain::content::Content;
use crate::domain::delivery::Delivery;
use crate::domain::failure::Failure;
use crate::domain::id::{AccountId, ClientId, ConversationId, MediaId, MessageId, Wamid};
use crate::domain::message::{Direction, Message, Quote, Quoted};
use crate::domain::time::Instant;
use serde::Serialize;
use sqlx::FromRow;
use std::collections::HashMap;

pub use discarded::{delete, discard, is_deleted, list_discarded};
pub use new::{Added, Again, HIDDEN, New, PHONE};

/// The columns of [`Row`], from messages `m`, the quoted message `q` with its file `f`, and the retry `t`. Who took a message back did so
/// by one that answers it.
macro_rules! row_of {
    ($from:literal, $where:literal) => {
        concat!(
            "select m.id, m.n, m.conversation_id, m.account_id, m.direction, m.author_name, m.author_kind, m.client_id, m.wamid, m.content, m.sort_at,
               m.delivery, m.failure, m.reply_to, m.media_id, m.origin, q.id as quoted_id, q.direction as quoted_direction, q.preview as quoted_preview, q.message_type as quoted_kind,
               f.id as quoted_picture, t.id as retry_id,
               case when m.wamid is not null and exists (select 1 from messages v where v.account_id = m.account_id and v.reply_to = m.wamid
                 and v.message_type = 'system' and v.content like '{\"system\":{\"change\":\"revoked\"%') then 1 else 0 end as revoked from ",
            $from,
            " left join messages q on q.account_id = m.account_id and q.wamid = m.reply_to and q.discarded < 2
             left join media f on f.id = q.media_id and f.state = 'ready'
               and (f.thumbnail_hash is not null or f.mime in ('image/jpeg', 'image/png', 'image/webp', 'image/gif')) left join messages t on t.retry_of = m.id ",
            $where
        )
    };
}

statements! {
    ADD = over_rows!(
        "insert into messages (id, account_id, conversation_id, direction, author_kind, author_id, author_name, client_id, wamid, message_type,
           content, preview, raw, live, sort_at, created_at, local_delivery, delivery, reply_to, retry_of, media_id, origin, discarded)
         select r.value->>'id', r.value->>'account_id', r.value->>'conversation_id', r.value->>'direction', r.value->>'author_kind',
           r.value->>'author_id', r.value->>'author_name', r.value->>'client_id', r.value->>'wamid', r.value->>'message_type',
           r.value->>'content', r.value->>'preview', r.value->>'raw', cast(r.value->>'live' as bigint), cast(r.value->>'sort_at' as bigint),
           cast(r.value->>'created_at' as bigint), r.value->>'delivery', r.value->>'delivery', r.value->>'reply_to', r.value->>'retry_of', r.value->>'media_id', r.value->>'origin',
           cast(r.value->>'discarded' as bigint) from",
        "where true on conflict do nothing returning id, n, conversation_id, account_id, direction, sort_at, wamid"
    );
    FIND = Sql::same(row_of!("messages m", "where m.id = $1"));
    /// SQLite's one writer needs no row locks.
    LOCK = Sql {
        sqlite: "select id from messages where id = $1",
        postgres: "select id from messages where id = $1 for update",
    };
    FIND_BY_CLIENT = Sql::same(row_of!("messages m", "where m.author_kind = $1 and m.author_id = $2 and m.client_id = $3"));
    FIND_BY_RETRY = Sql::same(row_of!("messages m", "where m.retry_of = $1"));
    FIND_BY_WAMID = Sql::same(row_of!("messages m", "where m.account_id = $1 and m.wamid = $2 and m.discarded < 2"));
    LOAD = Sql {
        sqlite: row_of!("jsonb_each($1) as r join messages m on m.id = r.value->>'id'", "where m.discarded = 0"),
        postgres: row_of!("jsonb_array_elements($1::jsonb) as r(value) join messages m on m.id = r.value->>'id'", "where m.discarded = 0"),
    };
    LIST = Sql::same(row_of!(
        "messages m",
        "where m.conversation_id = $1 and m.discarded = 0 and (m.sort_at, m.n) < ($2, $3) order by m.sort_at desc, m.n desc limit $4"
    ));
    LIST_ABOVE = Sql::same(row_of!(
        "messages m",
        "where m.conversation_id = $1 and m.discarded = 0 and (m.sort_at, m.n) > ($2, $3) order by m.sort_at, m.n limit $4"
    ));
    ANSWERS = over_rows!(
        "select m.id, m.reply_to from",
        "join messages m on m.account_id = r.value->>'account_id' and m.reply_to = r.value->>'wamid'"
    );
    FIND_WAMIDS = over_rows!(
        "select m.id, m.account_id, m.wamid from",
        "join messages m on m.account_id = r.value->>'account_id' and m.wamid = r.value->>'wamid'"
    );
    REVIVE = over_rows!(
        "update messages set live = 1, origin = r.value->>'origin' from",
        "where messages.account_id = r.value->>'account_id' and messages.wamid = r.value->>'wamid' and messages.live = 0 returning messages.id, messages.conversation_id"
    );
    /// Of the past, Meta sends a place holder first, and the file with what belongs to it later.
    FILL = over_rows!(
        "update messages set message_type = r.value->>'message_type', content = r.value->>'content', preview = r.value->>'preview', media_id = r.value->>'media_id', raw = null from",
        "where messages.account_id = r.value->>'account_id' and messages.wamid = r.value->>'wamid' and messages.message_type = 'media_placeholder' and messages.discarded < 2
         returning messages.id, messages.media_id"
    );
    FIND_ECHO = Sql::same("select conversation_id from messages where author_kind = 'phone' and account_id = $1 and wamid = $2");
    /// What is told of the phone may be what was sent from here.
    DROP_ECHO = Sql::same(
        "delete from messages where author_kind = 'phone' and wamid = $2 and account_id = (select m.account_id from messages m where m.id = $1)
         returning id, conversation_id"
    );
    SET_LOCAL = Sql::same("update messages set local_delivery = $2, failure = coalesce($3, failure), local_at = $4 where id = $1");
    SET_WAMID = Sql::same("update messages set wamid = $2 where id = $1 and wamid is null");
    PROJECTION = over_rows!(
        "select m.id, m.local_delivery, m.delivery, m.failure, s.status, s.at, s.failure as reported_failure from",
        "join messages m on m.id = r.value->>'id'
         left join statuses s on s.account_id = m.account_id and s.wamid = m.wamid where m.direction = 'outbound'"
    );
    SET_DELIVERY = over_rows!(
        "update messages set delivery = r.value->>'delivery', failure = r.value->>'failure',
           discarded = case when discarded = 1 and r.value->>'delivery' in ('delivered', 'read', 'played') then 0 else discarded end from",
        "where messages.id = r.value->>'id'"
    );
    ANSWERED_SINCE = Sql::same(
        "select coalesce(author_name, ''), preview, message_type from messages where conversation_id = $1 and (sort_at, n) > ($2, $3) and direction = 'outbound' and discarded = 0
           and delivery <> 'failed' and not (author_kind = $4 and coalesce(author_id, '') = $5) order by sort_at desc, n desc limit 1"
    );
    OWN_STEPS = Sql::same("select created_at, local_delivery, local_at from messages where id = $1");
}

#[derive(FromRow)]
struct Row {
    id: MessageId,
    n: i64,
    conversation_id: ConversationId,
    account_id: AccountId,
    direction: String,
    author_name: Option<String>,
    author_kind: Option<String>,
    client_id: Option<String>,
    wamid: Option<String>,
    content: String,
    sort_at: Instant,
    delivery: Option<String>,
    failure: Option<String>,
    reply_to: Option<String>,
    media_id: Option<String>,
    origin: Option<String>,
    quoted_id: Option<String>,
    quoted_direction: Option<String>,
    quoted_preview: Option<String>,
    quoted_kind: Option<String>,
    quoted_picture: Option<String>,
    retry_id: Option<String>,
    revoked: i32,
}

/// Reads a stored content; also one that has its kind as a field, `{"type":"text","body":"…"}`, as the first version wrote it.
#[must_use]
pub fn read_content(json: &str) -> Option<Content> {
    serde_json::from_str(json).ok().or_else(|| {
        let mut fields: serde_json::Map<String, serde_json::Value> = serde_json::from_str(json).ok()?;
        let kind = fields.remove("type")?.as_str()?.to_owned();
        serde_json::from_value(serde_json::Value::Object([(kind, fields.into())].into_iter().collect())).ok()
    })
}

impl TryFrom<Row> for Message {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let broken = |what: &str| Error::Inconsistent(format!("messages {}: {what}", row.id));
        let content = read_content(&row.content).ok_or_else(|| broken("content"))?;
        let failure: Option<Failure> = match row.failure.as_deref() {
            Some(text) => Some(serde_json::from_str(text).map_err(|_| broken("failure"))?),
            None => None,
        };
        let origin = row.origin.as_deref().map(serde_json::from_str).transpose().map_err(|_| broken("origin"))?;
        let original = row.quoted_id.map(|id| Quoted {
            id: MessageId(id),
            direction: Direction::parse(row.quoted_direction.as_deref().unwrap_or_default()),
            kind: row.quoted_kind.unwrap_or_default(),
            preview: row.quoted_preview.unwrap_or_default(),
            picture: row.quoted_picture.map(MediaId),
        });
        Ok(Self {
            id: row.id,
            n: row.n,
            conversation_id: row.conversation_id,
            account_id: row.account_id,
            direction: Direction::parse(&row.direction),
            author: row.author_name,
            by_program: row.author_kind.as_deref() == Some("api_key"),
            client_id: row.client_id.map(ClientId),
            wamid: row.wamid.map(Wamid),
            content,
            origin,
            media: None,
            sort_at: row.sort_at,
            delivery: row.delivery.as_deref().and_then(Delivery::parse),
            failure,
            quote: row.reply_to.map(|wamid| Quote { wamid: Wamid(wamid), original }),
            reactions: Vec::new(),
            reacted: String::new(),
            retried: row.retry_id.is_some(),
            revoked: row.revoked > 0,
        })
    }
}

/// Stores messages that are new; what is already there (by wamid, client id or retry) is left out of the answer.
pub async fn add(tx: &mut Tx, new: &[New]) -> Result<Vec<Added>> {
    if new.is_empty() {
        return Ok(Vec::new());
    }
    tx.all(ADD, args![json(&new)]).await
}

async fn complete(tx: &mut Tx, rows: Vec<Row>) -> Result<Vec<Message>> {
    let files: Vec<Option<MediaId>> = rows.iter().map(|row| row.media_id.clone().map(MediaId)).collect();
    let mut messages = rows.into_iter().map(Message::try_from).collect::<Result<Vec<_>>>()?;
    let known = media::load(tx, &files.iter().flatten().cloned().collect::<Vec<_>>()).await?;
    for (message, file) in messages.iter_mut().zip(files) {
        message.media = file.and_then(|id| known.get(&id).cloned());
    }
    let wanted: Vec<Key> =
        messages.iter().filter_map(|m| m.wamid.as_ref().map(|wamid| Key { account_id: m.account_id.0.clone(), wamid: wamid.0.clone() })).collect();
    if wanted.is_empty() {
        return Ok(messages);
    }
    let mut known = statuses::reactions_on(tx, &wanted).await?;
    for message in &mut messages {
        let on_it = message.wamid.as_ref().and_then(|wamid| known.remove(&(message.account_id.0.clone(), wamid.0.clone()))).unwrap_or_default();
        message.reacted = on_it.first().filter(|(sender, _)| sender == reactions::OURS).map(|(_, emoji)| emoji.clone()).unwrap_or_default();
        message.reactions = on_it.into_iter().map(|(_, emoji)| emoji).collect();
    }
    Ok(messages)
}

async fn one(tx: &mut Tx, sql: Sql, values: Vec<super::Value>) -> Result<Option<Message>> {
    let rows = tx.all(sql, values).await?;
    Ok(complete(tx, rows).await?.into_iter().next())
}

/// A message by our id.
pub async fn find(tx: &mut Tx, id: &MessageId) -> Result<Option<Message>> {
    one(tx, FIND, args![id]).await
}

/// A message by our id, which must exist.
pub async fn load_one(tx: &mut Tx, id: &MessageId) -> Result<Message> {
    find(tx, id).await?.ok_or_else(|| Error::Inconsistent(format!("messages {id}")))
}

/// The message this author wrote under this client id.
pub async fn find_by_client(tx: &mut Tx, kind: &str, author: &str, client_id: &ClientId) -> Result<Option<Message>> {
    one(tx, FIND_BY_CLIENT, args![kind, author, client_id]).await
}

/// The message that sent this one again.
pub async fn find_by_retry(tx: &mut Tx, of: &MessageId) -> Result<Option<Message>> {
    one(tx, FIND_BY_RETRY, args![of]).await
}

/// A message by Meta's id.
pub async fn find_by_wamid(tx: &mut Tx, account: &AccountId, wamid: &str) -> Result<Option<Message>> {
    one(tx, FIND_BY_WAMID, args![account, wamid]).await
}

#[derive(Serialize)]
struct Id<'a> {
    id: &'a MessageId,
}

/// Ids as the rows of a statement.
pub(super) fn ids(ids: &[MessageId]) -> String {
    json(&ids.iter().map(|id| Id { id }).collect::<Vec<_>>())
}

/// These messages, in no order.
pub async fn load(tx: &mut Tx, wanted: &[MessageId]) -> Result<Vec<Message>> {
    let rows = tx.all(LOAD, args![ids(wanted)]).await?;
    complete(tx, rows).await
}

/// Messages of a thread below a place, newest first, at most `limit`.
pub async fn list(tx: &mut Tx, conversation: &ConversationId, below: (Instant, i64), limit: i64) -> Result<Vec<Message>> {
    let rows = tx.all(LIST, args![conversation, below.0, below.1, limit]).await?;
    complete(tx, rows).await
}

/// Messages of a thread above a place, oldest first, at most `limit`.
pub async fn list_above(tx: &mut Tx, conversation: &ConversationId, above: (Instant, i64), limit: i64) -> Result<Vec<Message>> {
    let rows = tx.all(LIST_ABOVE, args![conversation, above.0, above.1, limit]).await?;
    complete(tx, rows).await
}

/// Meta's id of a message within an account.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Key {
    /// The account.
    pub account_id: String,
    /// Meta's id.
    pub wamid: String,
}

/// Our ids of the stored ones of these messages.
pub async fn find_wamids(tx: &mut Tx, keys: &[&Key]) -> Result<Vec<(MessageId, AccountId, String)>> {
    tx.all(FIND_WAMIDS, args![json(&keys)]).await
}

/// Our ids of the messages that answer one of these, or change it; and which of them.
pub async fn find_answers(tx: &mut Tx, keys: &[&Key]) -> Result<Vec<(MessageId, String)>> {
    tx.all(ANSWERS, args![json(&keys)]).await
}

/// Records what we did ourselves; [`project`] then gives the visible state.
pub async fn set_local(tx: &mut Tx, id: &MessageId, local: Delivery, failure: Option<&Failure>, now: Instant) -> Result<()> {
    tx.run(SET_LOCAL, args![id, local.as_str(), failure.map(json), now]).await?;
    Ok(())
}

/// Records Meta's id, unless one is known. Should the phone have been said to have written it, that goes: the answer is what went.
pub async fn set_wamid(tx: &mut Tx, id: &MessageId, wamid: &str) -> Result<Vec<(MessageId, ConversationId)>> {
    let echoes = tx.all(DROP_ECHO, args![id, wamid]).await?;
    tx.run(SET_WAMID, args![id, wamid]).await?;
    Ok(echoes)
}

/// The thread in which the phone is said to have written this.
pub async fn find_echo(tx: &mut Tx, account: &AccountId, wamid: &str) -> Result<Option<ConversationId>> {
    Ok(tx.find::<(ConversationId,)>(FIND_ECHO, args![account, wamid]).await?.map(|row| row.0))
}

/// These messages come live now, if they came as a part of the past before; those that did, and their conversations.
pub async fn revive(tx: &mut Tx, again: &[Again]) -> Result<Vec<(MessageId, ConversationId)>> {
    if again.is_empty() { Ok(Vec::new()) } else { tx.all(REVIVE, args![json(&again)]).await }
}

/// These messages have files, if only their places were known before; those that did not have them, and the files.
pub async fn fill(tx: &mut Tx, again: &[Again]) -> Result<Vec<(MessageId, MediaId)>> {
    if again.is_empty() { Ok(Vec::new()) } else { tx.all(FILL, args![json(&again)]).await }
}

#[derive(FromRow)]
struct Projection {
    id: MessageId,
    local_delivery: Option<String>,
    delivery: Option<String>,
    failure: Option<String>,
    status: Option<String>,
    at: Option<i64>,
    reported_failure: Option<String>,
}

#[derive(Serialize)]
struct Projected {
    id: MessageId,
    delivery: &'static str,
    failure: Option<String>,
}

/// Computes the visible state of these outbound messages from what we did and what Meta reported; returns those that changed.
pub async fn project(tx: &mut Tx, wanted: &[MessageId]) -> Result<Vec<(MessageId, Delivery)>> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let mut reports: HashMap<MessageId, Vec<Projection>> = HashMap::new();
    for row in tx.all::<Projection>(PROJECTION, args![ids(wanted)]).await? {
        reports.entry(row.id.clone()).or_default().push(row);
    }
    let mut changed = Vec::new();
    for (id, rows) in reports {
        let local = rows[0].local_delivery.as_deref().and_then(Delivery::parse).unwrap_or(Delivery::Queued);
        let delivery = Delivery::project(local, rows.iter().filter_map(|row| row.status.as_deref().and_then(Delivery::parse)));
        let failure = rows
            .iter()
            .filter_map(|row| row.reported_failure.as_ref().map(|failure| (row.at, failure)))
            .min()
            .map(|(_, failure)| failure.clone())
            .or_else(|| rows[0].failure.clone());
        if rows[0].delivery.as_deref() != Some(delivery.as_str()) || rows[0].failure != failure {
            changed.push((delivery, Projected { id, delivery: delivery.as_str(), failure }));
        }
    }
    if !changed.is_empty() {
        let rows: Vec<&Projected> = changed.iter().map(|(_, row)| row).collect();
        tx.run(SET_DELIVERY, args![json(&rows)]).await?;
    }
    Ok(changed.into_iter().map(|(delivery, row)| (row.id, delivery)).collect())
}

/// Who else has answered after this place, last; what they said, and its kind.
pub async fn answered_since(
    tx: &mut Tx,
    conversation: &ConversationId,
    seen: (Instant, i64),
    (kind, id): (&str, &str),
) -> Result<Option<(String, String, String)>> {
    tx.find(ANSWERED_SINCE, args![conversation, seen.0, seen.1, kind, id]).await
}

/// When a message was stored here; and what we did last about it ourselves, and when.
pub async fn own_steps(tx: &mut Tx, id: &MessageId) -> Result<Option<(Instant, Option<String>, Option<i64>)>> {
    tx.find(OWN_STEPS, args![id]).await
}

/// Holds a message until the end of the transaction.
pub async fn lock(tx: &mut Tx, id: &MessageId) -> Result<()> {
    tx.run(LOCK, args![id]).await?;
    Ok(())
}
