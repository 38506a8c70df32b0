//! Conversations: one contact on one account, with their counters kept denormalised.

mod part;
pub mod state;

use super::{Error, Result, Sql, Tx, args, json, over_rows, statements};
use crate::domain::conversation::{Conversation, Last, Status};
use crate::domain::delivery::Delivery;
use crate::domain::id::{AccountId, AgentId, ContactId, ConversationId, LabelId, MessageId};
use crate::domain::message::Direction;
use crate::domain::time::Instant;
use crate::domain::window::WINDOW_MS;
use serde::Serialize;
use sqlx::FromRow;

pub use part::Part;
use part::between;
pub use state::{Key, State, add, find_waiting, lock, lock_by_key, update};

/// Whether `f` is a message that failed, about which nothing was done yet: neither sent again nor discarded.
macro_rules! has_failed {
    () => {
        "f.delivery = 'failed' and f.discarded = 0 and not exists (select 1 from messages r where r.retry_of is not null and r.retry_of = f.id)"
    };
}
pub(super) use has_failed;

/// The columns of [`Row`], from conversations `c`, contacts `k` and the newest message `m`.
macro_rules! row_of {
    ($from:expr, $($where:expr),+) => {
        concat!(
            "select c.id, c.account_id, c.contact_id, k.wa_id, k.user_id, coalesce(nullif(k.given_name, ''), k.name) as name, c.unread, c.last_inbound_at, c.sort_at, c.sort_n,
               c.label_id, c.assignee_id, c.status, c.snoozed_until, c.free_until, c.waiting_since, m.id as last_id, m.preview, m.message_type, m.direction, m.delivery,
               exists (select 1 from messages f where f.conversation_id = c.id and ", has_failed!(), ") as has_failed from ",
            $from,
            " join contacts k on k.id = c.contact_id left join messages m on m.id = c.last_message_id ",
            $($where),+
        )
    };
}

/// What a part of the list asks of its rows, as [`Part`] gives the values; `$driver` names what an index gives in order, the rest is looked at row by row.
macro_rules! is_part {
    ($driver:expr) => {
        concat!(
            "where (c.sort_at, c.sort_n) < ($1, $2) and c.sort_at >= $4",
            $driver,
            " and ($5 = 0 or c.waiting_since is not null) and ($6 = '' or c.status = $6) and ($7 = 0 or c.unread > 0) and ($8 = 0 or c.assignee_id is null)
              and ($9 = '' or c.label_id = $9) and ($10 = '' or c.assignee_id = $10)
              and ($11 = 0 or c.last_inbound_at <= $11) and ($12 = 0 or c.last_inbound_at > $12)
              and ($13 = '' or c.account_id = $13)
              and ($14 = '' or $14 like '%|' || c.label_id || '|%') and ($15 = '' or c.label_id is null or $15 not like '%|' || c.label_id || '|%')"
        )
    };
}

/// One row for each conversation with messages that failed: by the newest of them.
macro_rules! newest_failed {
    () => {
        concat!(
            " and ",
            has_failed!(),
            " and not exists (select 1 from messages o where o.conversation_id = c.id and o.delivery = 'failed' and o.discarded = 0 and o.n > f.n
                and not exists (select 1 from messages r where r.retry_of is not null and r.retry_of = o.id))"
        )
    };
}

/// The rows of a part of the list, newest first.
macro_rules! list_of {
    ($from:literal, $driver:expr) => {
        Sql::same(row_of!($from, is_part!($driver), " and c.last_message_id is not null order by c.sort_at desc, c.sort_n desc limit $3"))
    };
}

/// Which there are, in no order, of some accounts or (empty) of all, also those in which nothing was said yet: no row is joined or sorted for that.
macro_rules! ids_of {
    ($from:literal, $driver:expr) => {
        Sql::same(concat!(
            "select c.id from ",
            $from,
            " ",
            is_part!($driver),
            " and ($16 = '' or $16 like '%|' || c.account_id || '|%') and ($17 = 1 or c.last_message_id is not null) limit $3"
        ))
    };
}

statements! {
    FIND = Sql::same(row_of!("conversations c", "where c.id = $1"));
    LOAD = Sql {
        sqlite: row_of!("jsonb_each($1) as r join conversations c on c.id = r.value->>'id'", ""),
        postgres: row_of!("jsonb_array_elements($1::jsonb) as r(value) join conversations c on c.id = r.value->>'id'", ""),
    };
    LIST_WHERE = list_of!("conversations c", "");
    LIST_LABELLED = list_of!("conversations c", " and c.label_id = $9");
    LIST_ASSIGNED = list_of!("conversations c", " and c.assignee_id = $10");
    LIST_OF_ACCOUNT = list_of!("conversations c", " and c.account_id = $13");
    /// Whose window closes first comes from an index of its own: they are few, and sorted.
    LIST_CLOSING = list_of!("conversations w cross join conversations c", " and w.last_inbound_at > $12 and w.last_inbound_at <= $11 and c.id = w.id");
    LIST_RESTING = list_of!("conversations c", " and c.status <> 'open' and c.status = $6");
    LIST_WAITING = list_of!("conversations c", " and c.waiting_since is not null and c.status = 'open'");
    LIST_OPEN_OF = list_of!("conversations c", " and c.assignee_id = $10 and c.status = 'open'");
    LIST_NOBODYS = list_of!("conversations c", " and c.assignee_id is null and c.status = 'open'");
    LIST_UNREAD_ROWS = list_of!("conversations c", " and c.unread > 0");
    /// SQLite knows which (migration 0020). PostgreSQL sorts all of them, whatever failed long ago: of those that are not shown, nothing more is read.
    LIST_FAILED = Sql {
        sqlite: list_of!("conversations c", " and c.has_failed = 1").sqlite,
        postgres: row_of!(
            concat!(
                "(select c.id from messages f join conversations c on c.id = f.conversation_id ",
                is_part!(newest_failed!()),
                " and c.last_message_id is not null order by c.sort_at desc, c.sort_n desc limit $3) as t join conversations c on c.id = t.id"
            ),
            "order by c.sort_at desc, c.sort_n desc"
        ),
    };
    IDS_WHERE = ids_of!("conversations c", "");
    IDS_LABELLED = ids_of!("conversations c", " and c.label_id = $9");
    IDS_ASSIGNED = ids_of!("conversations c", " and c.assignee_id = $10");
    IDS_OF_ACCOUNT = ids_of!("conversations c", " and c.account_id = $13");
    IDS_CLOSING = ids_of!("conversations w cross join conversations c", " and w.last_inbound_at > $12 and w.last_inbound_at <= $11 and c.id = w.id");
    IDS_RESTING = ids_of!("conversations c", " and c.status <> 'open' and c.status = $6");
    IDS_WAITING = ids_of!("conversations c", " and c.waiting_since is not null and c.status = 'open'");
    IDS_OPEN_OF = ids_of!("conversations c", " and c.assignee_id = $10 and c.status = 'open'");
    IDS_NOBODYS = ids_of!("conversations c", " and c.assignee_id is null and c.status = 'open'");
    IDS_UNREAD_ROWS = ids_of!("conversations c", " and c.unread > 0");
    IDS_FAILED = Sql {
        sqlite: ids_of!("conversations c", " and c.has_failed = 1").sqlite,
        postgres: ids_of!("messages f join conversations c on c.id = f.conversation_id", newest_failed!()).postgres,
    };
    FIND_BY_IDENTITY = Sql::same(row_of!(
        "contact_identities i join conversations c on c.contact_id = i.contact_id",
        "where i.value = $1 order by c.sort_at desc, c.sort_n desc"
    ));
    /// Which of these have messages that failed, about which nothing was done yet.
    WITH_FAILED = Sql {
        sqlite: concat!("select distinct c.id from jsonb_each($1) as r join conversations c on c.id = r.value->>'id' join messages f on f.conversation_id = c.id where ", has_failed!()),
        postgres: concat!("select distinct c.id from jsonb_array_elements($1::jsonb) as r(value) join conversations c on c.id = r.value->>'id' join messages f on f.conversation_id = c.id where ", has_failed!()),
    };
    LIST_HELD = Sql::same("select id from conversations where assignee_id is not null and assignee_id = $1 and id > $2 order by id limit $3");
    LIST_BY_CONTACTS = over_rows!("select c.id from", "join conversations c on c.contact_id = r.value->>'id'");
    LIST_UNREAD = over_rows!(
        "select c.id from conversations c where c.unread > 0 and c.account_id in (select r.value->>'id' from",
        ") order by c.sort_at desc, c.sort_n desc limit $2"
    );
    MARK_READ = Sql::same(
        "update conversations set read_up_to_at = $2, read_up_to_n = $3,
           unread = (select count(*) from messages m where m.conversation_id = conversations.id and m.direction = 'inbound' and m.live = 1 and m.discarded = 0
             and (m.sort_at, m.n) > ($2, $3))
         where id = $1 and (read_up_to_at, read_up_to_n) < ($2, $3)"
    );
    RECOUNT = Sql::same(
        "update conversations set
           unread = (select count(*) from messages m where m.conversation_id = conversations.id and m.direction = 'inbound' and m.live = 1 and m.discarded = 0
             and (m.sort_at, m.n) > (conversations.read_up_to_at, conversations.read_up_to_n)),
           last_inbound_at = (select max(m.sort_at) from messages m where m.conversation_id = conversations.id and m.direction = 'inbound' and m.live = 1),
           last_message_id = (select m.id from messages m where m.conversation_id = conversations.id and m.discarded = 0 and m.message_type not in ('change', 'note') order by m.sort_at desc, m.n desc limit 1),
           sort_at = coalesce((select m.sort_at from messages m where m.conversation_id = conversations.id and m.discarded = 0 and m.message_type not in ('change', 'note') order by m.sort_at desc, m.n desc limit 1), 0),
           sort_n = coalesce((select m.n from messages m where m.conversation_id = conversations.id and m.discarded = 0 and m.message_type not in ('change', 'note') order by m.sort_at desc, m.n desc limit 1), 0),
           free_until = (select max(f.until) from messages m join free_entries f on f.account_id = m.account_id and f.wamid = m.wamid
             where m.conversation_id = conversations.id and m.direction = 'outbound'),
           answered_at = (select max(m.sort_at) from messages m where m.conversation_id = conversations.id and m.direction = 'outbound' and m.discarded <> 1)
         where id = $1"
    );
    /// After `answered_at`: of what came since, the first.
    RECOUNT_WAITING = Sql::same(
        "update conversations set waiting_since = (select min(m.sort_at) from messages m where m.conversation_id = conversations.id
           and m.direction = 'inbound' and m.live = 1 and m.discarded = 0
           and m.sort_at > coalesce(conversations.answered_at, -1) and m.sort_at > coalesce(conversations.settled_at, -1))
         where id = $1"
    );
    SET_FREE = Sql::same("update conversations set free_until = $2 where id = $1 and (free_until is null or free_until < $2)");
    /// From right before so many of the customer's newest live messages on, unless the position lies further back already.
    MARK_UNREAD = Sql::same(
        "update conversations set read_up_to_at = t.sort_at, read_up_to_n = t.n - 1, unread = $2
         from (select m.sort_at, m.n from messages m where m.conversation_id = $1 and m.direction = 'inbound' and m.live = 1 and m.discarded = 0
           order by m.sort_at desc, m.n desc limit 1 offset $2 - 1) as t
         where conversations.id = $1 and conversations.unread < $2"
    );
    LIST_WOKEN = Sql::same("select id from conversations where snoozed_until <= $1 order by snoozed_until limit $2");
    MARK = Sql::same(
        "insert into read_marks (agent_id, conversation_id, up_to_at, up_to_n, at) values ($1, $2, $3, $4, $5)
         on conflict (agent_id, conversation_id) do update set up_to_at = excluded.up_to_at, up_to_n = excluded.up_to_n, at = excluded.at
         where (excluded.up_to_at, excluded.up_to_n) > (read_marks.up_to_at, read_marks.up_to_n)"
    );
}

#[derive(FromRow)]
struct Row {
    id: ConversationId,
    account_id: AccountId,
    contact_id: ContactId,
    wa_id: Option<String>,
    user_id: Option<String>,
    name: String,
    unread: i64,
    last_inbound_at: Option<i64>,
    sort_at: Instant,
    sort_n: i64,
    last_id: Option<String>,
    preview: Option<String>,
    message_type: Option<String>,
    direction: Option<String>,
    delivery: Option<String>,
    label_id: Option<String>,
    assignee_id: Option<String>,
    status: String,
    snoozed_until: Option<i64>,
    free_until: Option<i64>,
    waiting_since: Option<i64>,
    has_failed: bool,
}

impl From<Row> for Conversation {
    fn from(row: Row) -> Self {
        let last = row.last_id.map(|id| Last {
            id: MessageId(id),
            sort_at: row.sort_at,
            n: row.sort_n,
            preview: row.preview.unwrap_or_default(),
            message_type: row.message_type.unwrap_or_default(),
            direction: Direction::parse(row.direction.as_deref().unwrap_or_default()),
            delivery: row.delivery.as_deref().and_then(Delivery::parse),
        });
        Self {
            id: row.id,
            account_id: row.account_id,
            contact_id: row.contact_id,
            wa_id: row.wa_id,
            user_id: row.user_id,
            name: row.name,
            unread: row.unread,
            window_expires_at: row.last_inbound_at.map(|at| Instant(at).plus(WINDOW_MS)),
            last,
            label: row.label_id.map(LabelId),
            assignee: row.assignee_id.map(AgentId),
            status: Status::parse(&row.status, row.snoozed_until.map(Instant)),
            free_until: row.free_until.map(Instant),
            waiting_since: row.waiting_since.map(Instant),
            has_failed: row.has_failed,
        }
    }
}

/// One conversation's row.
pub async fn find(tx: &mut Tx, id: &ConversationId) -> Result<Option<Conversation>> {
    Ok(tx.find::<Row>(FIND, args![id]).await?.map(Conversation::from))
}

/// One conversation's row, which must exist.
pub async fn load_one(tx: &mut Tx, id: &ConversationId) -> Result<Conversation> {
    find(tx, id).await?.ok_or_else(|| Error::Inconsistent(format!("conversations {id}")))
}

#[derive(Serialize)]
struct Id<'a> {
    id: &'a str,
}

fn ids<'a>(ids: impl IntoIterator<Item = &'a str>) -> String {
    json(&ids.into_iter().map(|id| Id { id }).collect::<Vec<_>>())
}

/// These conversations' rows, in no order.
pub async fn load(tx: &mut Tx, wanted: impl IntoIterator<Item = &ConversationId>) -> Result<Vec<Conversation>> {
    let rows: Vec<Row> = tx.all(LOAD, args![ids(wanted.into_iter().map(ConversationId::as_str))]).await?;
    Ok(rows.into_iter().map(Conversation::from).collect())
}

/// How a part of the list is found: what gives its rows, and what gives their ids.
fn found_by(part: &Part) -> (Sql, Sql) {
    let whole = if part.account.is_some() { (LIST_OF_ACCOUNT, IDS_OF_ACCOUNT) } else { (LIST_WHERE, IDS_WHERE) };
    narrowed_by(part).unwrap_or(whole)
}

/// The same where an index tells what is asked for; none: all conversations, or all of a number, are gone through for it.
fn narrowed_by(part: &Part) -> Option<(Sql, Sql)> {
    let by = match part {
        Part { has_failed: true, .. } => (LIST_FAILED, IDS_FAILED),
        Part { label: Some(_), .. } => (LIST_LABELLED, IDS_LABELLED),
        Part { assignee: Some(_), status: Some("open"), .. } => (LIST_OPEN_OF, IDS_OPEN_OF),
        Part { assignee: Some(_), .. } => (LIST_ASSIGNED, IDS_ASSIGNED),
        Part { wrote: Some(_), .. } => (LIST_CLOSING, IDS_CLOSING),
        Part { status: Some("snoozed" | "resolved"), .. } => (LIST_RESTING, IDS_RESTING),
        Part { is_unread: true, .. } => (LIST_UNREAD_ROWS, IDS_UNREAD_ROWS),
        Part { is_unanswered: true, status: Some("open"), .. } => (LIST_WAITING, IDS_WAITING),
        Part { is_unassigned: true, status: Some("open"), .. } => (LIST_NOBODYS, IDS_NOBODYS),
        _ => return None,
    };
    Some(by)
}

/// Which of these have messages that failed, about which nothing was done yet.
pub async fn with_failed(tx: &mut Tx, wanted: impl IntoIterator<Item = &ConversationId>) -> Result<Vec<ConversationId>> {
    let rows: Vec<(ConversationId,)> = tx.all(WITH_FAILED, args![ids(wanted.into_iter().map(ConversationId::as_str))]).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Conversations of a part of the list below a place, newest first, at most `limit`.
pub async fn list_part(tx: &mut Tx, part: &Part, below: (Instant, i64), limit: i64) -> Result<Vec<Conversation>> {
    tx.plan_for_values(true).await?;
    let rows: Vec<Row> = tx.all(found_by(part).0, part.values(below, limit)).await?;
    tx.plan_for_values(false).await?;
    Ok(rows.into_iter().map(Conversation::from).collect())
}

/// How many conversations a part of the list has, of these accounts or (none) of all; counted up to `most`.
pub async fn count_part(tx: &mut Tx, part: &Part, accounts: Option<&[AccountId]>, most: i64) -> Result<i64> {
    Ok(i64::try_from(ids_in(tx, part, accounts, false, most).await?.len()).unwrap_or(most))
}

/// Which conversations are in a part, of these accounts or (none) of all, also those in which nothing was said yet; none where they are more
/// than `most`, or where no index leads to them.
pub async fn ids_of_few(tx: &mut Tx, part: &Part, accounts: Option<&[AccountId]>, most: i64) -> Result<Option<Vec<ConversationId>>> {
    if narrowed_by(part).is_none() {
        return Ok(None);
    }
    let ids = ids_in(tx, part, accounts, true, most + 1).await?;
    Ok(Some(ids).filter(|ids| i64::try_from(ids.len()).is_ok_and(|count| count <= most)))
}

async fn ids_in(tx: &mut Tx, part: &Part, accounts: Option<&[AccountId]>, with_silent: bool, most: i64) -> Result<Vec<ConversationId>> {
    // No accounts at all are not all of them.
    if accounts.is_some_and(<[AccountId]>::is_empty) {
        return Ok(Vec::new());
    }
    let mut values = part.values((Instant(i64::MAX), i64::MAX), most);
    values.extend(args![accounts.map(|ids| between(ids.iter().map(AccountId::as_str))).unwrap_or_default(), with_silent]);
    tx.plan_for_values(true).await?;
    let rows: Vec<(ConversationId,)> = tx.all(found_by(part).1, values).await?;
    tx.plan_for_values(false).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Conversations of whoever has this `wa_id` or user id, newest first.
pub async fn list_by_identity(tx: &mut Tx, value: &str) -> Result<Vec<Conversation>> {
    let rows: Vec<Row> = tx.all(FIND_BY_IDENTITY, args![value]).await?;
    Ok(rows.into_iter().map(Conversation::from).collect())
}

/// Our ids of all conversations with these contacts.
pub async fn list_by_contacts(tx: &mut Tx, contacts: &[&ContactId]) -> Result<Vec<ConversationId>> {
    let rows: Vec<(ConversationId,)> = tx.all(LIST_BY_CONTACTS, args![ids(contacts.iter().map(|id| id.as_str()))]).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Somebody's, after one.
pub async fn list_held(tx: &mut Tx, agent: &AgentId, after: &str, limit: i64) -> Result<Vec<ConversationId>> {
    let rows: Vec<(ConversationId,)> = tx.all(LIST_HELD, args![agent, after, limit]).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// Which conversations of these accounts have unread messages, newest first, at most `limit`.
pub async fn list_unread(tx: &mut Tx, accounts: impl IntoIterator<Item = &AccountId>, limit: i64) -> Result<Vec<ConversationId>> {
    let rows: Vec<(ConversationId,)> = tx.all(LIST_UNREAD, args![ids(accounts.into_iter().map(AccountId::as_str)), limit]).await?;
    Ok(rows.into_iter().map(|row| row.0).collect())
}

/// It is free of charge until then, or longer; whether that is new.
pub async fn set_free(tx: &mut Tx, id: &ConversationId, until: Instant) -> Result<bool> {
    Ok(tx.run(SET_FREE, args![id, until]).await? > 0)
}

/// Computes all counters and places anew from the messages.
pub async fn recount(tx: &mut Tx, id: &ConversationId) -> Result<()> {
    tx.run(RECOUNT, args![id]).await?;
    tx.run(RECOUNT_WAITING, args![id]).await?;
    Ok(())
}

/// Moves the shared read position forward; whether it moved.
pub async fn mark_read(tx: &mut Tx, id: &ConversationId, up_to: (Instant, i64)) -> Result<bool> {
    Ok(tx.run(MARK_READ, args![id, up_to.0, up_to.1]).await? > 0)
}

/// Moves the shared read position back to right before so many of the customer's newest messages, if fewer are unread; whether it moved.
pub async fn mark_unread(tx: &mut Tx, id: &ConversationId, count: i64) -> Result<bool> {
    Ok(tx.run(MARK_UNREAD, args![id, count]).await? > 0)
}

/// Moves an agent's own place forward.
pub async fn mark_own(tx: &mut Tx, agent: &str, id: &ConversationId, up_to: (Instant, i64), now: Instant) -> Result<()> {
    tx.run(MARK, args![agent, id, up_to.0, up_to.1, now]).await?;
    Ok(())
}

/// Conversations that have rested long enough.
pub async fn list_woken(tx: &mut Tx, now: Instant, limit: i64) -> Result<Vec<ConversationId>> {
    Ok(tx.all::<(ConversationId,)>(LIST_WOKEN, args![now, limit]).await?.into_iter().map(|row| row.0).collect())
}
