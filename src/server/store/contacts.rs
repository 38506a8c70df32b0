//! Contacts and the identities Meta knows them by. Two contacts are joined only because Meta said so.

use super::{Result, Sql, Tx, args, audit, book, conversations, draft_files, drafts, json, outbox, over_rows, pins, statements};
use crate::domain::contact::Identity;
use crate::domain::id::{ContactId, ConversationId};
use crate::domain::time::Instant;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

/// Contacts by their identities.
macro_rules! found_by {
    ($rows:literal, $lock:literal) => {
        concat!(
            "select i.scope, i.kind, i.value, c.id, c.name, c.given_name, c.name_at, c.name_wamid, c.wa_id, c.wa_id_at, c.user_id, c.user_id_at, c.first_seen_at from ",
            $rows,
            " join contact_identities i on i.scope = r.value->>'scope' and i.kind = r.value->>'kind' and i.value = r.value->>'value'
             join contacts c on c.id = i.contact_id",
            $lock
        )
    };
}

statements! {
    /// The team's name for them may be changed at the same time: then whoever comes second sees it.
    FIND = Sql {
        sqlite: found_by!("jsonb_each($1) as r", ""),
        postgres: found_by!("jsonb_array_elements($1::jsonb) as r(value)", " for no key update of c"),
    };
    /// The same, where nothing is to be changed after it.
    PEEK = Sql { sqlite: found_by!("jsonb_each($1) as r", ""), postgres: found_by!("jsonb_array_elements($1::jsonb) as r(value)", "") };
    PUT = over_rows!(
        "insert into contacts (id, name, name_at, name_wamid, wa_id, wa_id_at, user_id, user_id_at, first_seen_at)
         select r.value->>'id', r.value->>'name', cast(r.value->>'name_at' as bigint), r.value->>'name_wamid', r.value->>'wa_id',
           cast(r.value->>'wa_id_at' as bigint), r.value->>'user_id', cast(r.value->>'user_id_at' as bigint),
           cast(r.value->>'first_seen_at' as bigint) from",
        "where true on conflict (id) do update set name = excluded.name, name_at = excluded.name_at, name_wamid = excluded.name_wamid,
           wa_id = excluded.wa_id, wa_id_at = excluded.wa_id_at, user_id = excluded.user_id, user_id_at = excluded.user_id_at,
           first_seen_at = excluded.first_seen_at"
    );
    PUT_IDENTITIES = over_rows!(
        "insert into contact_identities (scope, kind, value, contact_id)
         select r.value->>'scope', r.value->>'kind', r.value->>'value', r.value->>'contact_id' from",
        "where true on conflict (scope, kind, value) do nothing"
    );
    MOVE_IDENTITIES = Sql::same("update contact_identities set contact_id = $2 where contact_id = $1");
    MOVE_CONVERSATIONS = Sql::same(
        "update conversations set contact_id = $2 where contact_id = $1
         and account_id not in (select account_id from conversations where contact_id = $2)"
    );
    LIST_PAIRS = Sql::same(
        "select a.id, b.id from conversations a join conversations b on b.account_id = a.account_id
         where a.contact_id = $1 and b.contact_id = $2 order by a.id"
    );
    MOVE_MESSAGES = Sql::same("update messages set conversation_id = $2 where conversation_id = $1");
    MOVE_OUTBOX = Sql::same("update outbox set conversation_id = $2 where conversation_id = $1");
    /// What the team did with either of two threads holds for the one that stays; what is to be done about either is.
    INHERIT = Sql::same(
        "update conversations set label_id = coalesce(conversations.label_id, g.label_id), assignee_id = coalesce(conversations.assignee_id, g.assignee_id),
           status = case when g.status = 'open' then 'open' else conversations.status end,
           snoozed_until = case when g.status = 'open' then null else conversations.snoozed_until end,
           settled_at = case when g.status = 'open' or conversations.status = 'open' then
             case when coalesce(g.settled_at, -1) < coalesce(conversations.settled_at, -1) then g.settled_at else conversations.settled_at end
             else case when coalesce(g.settled_at, -1) > coalesce(conversations.settled_at, -1) then g.settled_at else conversations.settled_at end end
         from conversations g where g.id = $1 and conversations.id = $2"
    );
    DROP_RECEIPT = Sql::same("delete from receipts where conversation_id = $1");
    DROP_MARKS = Sql::same("delete from read_marks where conversation_id = $1");
    DROP_CONVERSATION = Sql::same("delete from conversations where id = $1");
    DROP = Sql::same("delete from contacts where id = $1");
}

/// A contact's row.
#[derive(Clone, Debug, PartialEq, Eq, FromRow, Serialize)]
pub struct Contact {
    /// Our id.
    pub id: ContactId,
    /// Profile name: the one with the newest timestamp, ties by the greater wamid.
    pub name: String,
    /// What the team calls them; empty: as they call themselves. Written by `book` alone.
    pub given_name: String,
    /// When that name was seen.
    pub name_at: Instant,
    /// In which message.
    pub name_wamid: String,
    /// The newest `wa_id`; answers go there.
    pub wa_id: Option<String>,
    /// When it was seen.
    pub wa_id_at: Instant,
    /// The newest business-scoped user id.
    pub user_id: Option<String>,
    /// When it was seen.
    pub user_id_at: Instant,
    /// The least timestamp of all their messages.
    pub first_seen_at: Instant,
}

impl Contact {
    /// A contact nothing is known of yet.
    #[must_use]
    pub fn new(id: ContactId) -> Self {
        let never = Instant(i64::MIN);
        Self {
            id,
            name: String::new(),
            given_name: String::new(),
            name_at: never,
            name_wamid: String::new(),
            wa_id: None,
            wa_id_at: never,
            user_id: None,
            user_id_at: never,
            first_seen_at: Instant(i64::MAX),
        }
    }

    /// What the team sees: its own name for them wins.
    #[must_use]
    pub fn shown_name(&self) -> &str {
        if self.given_name.is_empty() { &self.name } else { &self.given_name }
    }

    /// Takes in a sighting; the order of sightings does not matter.
    pub fn see(&mut self, sight: &Sighting<'_>) {
        self.first_seen_at = self.first_seen_at.min(sight.at);
        if let Some(name) = sight.name.filter(|_| (sight.at, sight.wamid) > (self.name_at, self.name_wamid.as_str())) {
            (self.name, self.name_at, self.name_wamid) = (name.to_owned(), sight.at, sight.wamid.to_owned());
        }
        newest(&mut self.wa_id, &mut self.wa_id_at, sight.wa_id, sight.at);
        newest(&mut self.user_id, &mut self.user_id_at, sight.user_id, sight.at);
    }

    /// Takes in all that is known of another contact who is the same person.
    pub fn absorb(&mut self, other: &Self) {
        self.first_seen_at = self.first_seen_at.min(other.first_seen_at);
        if (other.name_at, &other.name_wamid) > (self.name_at, &self.name_wamid) {
            (self.name, self.name_at, self.name_wamid) = (other.name.clone(), other.name_at, other.name_wamid.clone());
        }
        if self.given_name.is_empty() {
            self.given_name.clone_from(&other.given_name);
        }
        newest(&mut self.wa_id, &mut self.wa_id_at, other.wa_id.as_deref(), other.wa_id_at);
        newest(&mut self.user_id, &mut self.user_id_at, other.user_id.as_deref(), other.user_id_at);
    }
}

fn newest(kept: &mut Option<String>, kept_at: &mut Instant, value: Option<&str>, at: Instant) {
    if let Some(value) = value.filter(|value| (at, Some(*value)) > (*kept_at, kept.as_deref())) {
        (*kept, *kept_at) = (Some(value.to_owned()), at);
    }
}

/// What one message says about its sender.
pub struct Sighting<'a> {
    /// Meta's timestamp.
    pub at: Instant,
    /// The message.
    pub wamid: &'a str,
    /// The profile name, if it came along.
    pub name: Option<&'a str>,
    /// The sender's number.
    pub wa_id: Option<&'a str>,
    /// The sender's business-scoped user id.
    pub user_id: Option<&'a str>,
}

/// An identity and whose it is.
#[derive(Clone, Debug, FromRow, Serialize, Deserialize)]
pub struct Owned {
    /// See [`Identity::scope`].
    pub scope: String,
    /// `wa_id` or `user_id`.
    pub kind: String,
    /// The id as Meta wrote it.
    pub value: String,
    /// Whose it is.
    pub contact_id: ContactId,
}

/// An identity with the contact it belongs to.
#[derive(Clone, Debug, FromRow)]
pub struct Found {
    /// See [`Identity::scope`].
    pub scope: String,
    /// `wa_id` or `user_id`.
    pub kind: String,
    /// The id as Meta wrote it.
    pub value: String,
    /// Whose it is.
    #[sqlx(flatten)]
    pub contact: Contact,
}

/// The known ones of these identities, with their contacts.
pub async fn find(tx: &mut Tx, identities: &[&Identity]) -> Result<Vec<Found>> {
    tx.all(FIND, args![json(&identities)]).await
}

/// Who has these; they may change meanwhile.
pub async fn peek(tx: &mut Tx, identities: &[&Identity]) -> Result<Vec<Found>> {
    tx.all(PEEK, args![json(&identities)]).await
}

/// Writes contacts whole.
pub async fn put(tx: &mut Tx, contacts: &[&Contact]) -> Result<()> {
    if !contacts.is_empty() {
        tx.run(PUT, args![json(&contacts)]).await?;
    }
    Ok(())
}

/// Adds identities that are new.
pub async fn put_identities(tx: &mut Tx, identities: &[Owned]) -> Result<()> {
    if !identities.is_empty() {
        tx.run(PUT_IDENTITIES, args![json(&identities)]).await?;
    }
    Ok(())
}

/// Makes `gone` one with `kept`: identities, threads and messages move. Returns (gone, kept) pairs of joined conversations,
/// whose counters the caller recounts.
pub async fn join(tx: &mut Tx, gone: &ContactId, kept: &ContactId) -> Result<Vec<(String, String)>> {
    tx.run(MOVE_IDENTITIES, args![gone, kept]).await?;
    book::inherit(tx, gone, kept).await?;
    tx.run(MOVE_CONVERSATIONS, args![gone, kept]).await?;
    let pairs: Vec<(String, String)> = tx.all(LIST_PAIRS, args![gone, kept]).await?;
    for (old, new) in &pairs {
        // In the order of everybody who writes messages: threads, places in the outbox, messages.
        for id in [old.min(new), old.max(new)] {
            conversations::lock(tx, &ConversationId(id.clone())).await?;
        }
        outbox::lock_all_of(tx, old).await?;
        tx.run(MOVE_MESSAGES, args![old, new]).await?;
        tx.run(MOVE_OUTBOX, args![old, new]).await?;
        drafts::follow(tx, old, new).await?;
        draft_files::follow(tx, old, new).await?;
        pins::follow(tx, old, new).await?;
        audit::follow(tx, old, new).await?;
        tx.run(DROP_RECEIPT, args![old]).await?;
        tx.run(DROP_MARKS, args![old]).await?;
        tx.run(INHERIT, args![old, new]).await?;
        tx.run(DROP_CONVERSATION, args![old]).await?;
    }
    tx.run(DROP, args![gone]).await?;
    Ok(pairs)
}
