//! The index of words: which messages and conversations have them. `server/search` makes the words, `server/indexing` keeps it up to date.
//! It is written in transactions of [`Store::index`]: on SQLite, it has a file of its own.

pub mod finding;

use super::{Result, Sql, Store, Tx, args, json, over_rows, statements};
use crate::domain::id::ConversationId;
use crate::server::search;
use serde::Serialize;
use sqlx::FromRow;
use std::collections::{BTreeMap, BTreeSet};

pub use finding::{Found, Place, Scope, find_conversations, find_in_thread, find_messages, find_threads};

statements! {
    /// Words are kept otherwise by each engine: FTS5 keeps an index alone and splits a text; PostgreSQL takes places of words.
    DROP_MESSAGES = Sql {
        sqlite: "delete from message_search where rowid in (select r.value->>'n' from jsonb_each($1) as r)",
        postgres: "delete from message_search where n in (select cast(r.value->>'n' as bigint) from jsonb_array_elements($1::jsonb) as r(value))",
    };
    PUT_MESSAGES = Sql {
        sqlite: "insert into message_search (rowid, text) select r.value->>'n', r.value->>'text' from jsonb_each($1) as r",
        postgres: "insert into message_search (n, text) select cast(r.value->>'n' as bigint), cast(r.value->>'text' as tsvector) from jsonb_array_elements($1::jsonb) as r(value)
            on conflict (n) do update set text = excluded.text",
    };
    KNOWN = Sql::same("select n, text from searchable_conversations where conversation_id = $1");
    NAME = Sql::same(
        "insert into searchable_conversations (conversation_id, text) values ($1, $2)
         on conflict (conversation_id) do update set text = excluded.text returning n"
    );
    DROP_CONVERSATION = Sql {
        sqlite: "delete from conversation_search where rowid = $1",
        postgres: "delete from conversation_search where n = $1",
    };
    PUT_CONVERSATION = Sql {
        sqlite: "insert into conversation_search (rowid, text) values ($1, $2)",
        postgres: "insert into conversation_search (n, text) values ($1, cast($2 as tsvector)) on conflict (n) do update set text = excluded.text",
    };
    NAMES = over_rows!(
        "select c.id, k.name, k.given_name, k.wa_id, k.user_id, k.email, k.notes from",
        "join conversations c on c.id = r.value->>'id' join contacts k on k.id = c.contact_id"
    );
    FORGET_NAMES = Sql::same("update searchable_conversations set text = ''");
    BELOW = Sql::same(
        "select n, conversation_id, direction, message_type, content, delivery, author_name, case when author_kind = 'agent' then author_id end as author_id
         from messages where n < $1 and discarded = 0 order by n desc limit $2"
    );
    AUTHORS = over_rows!("select m.n, m.author_id from", "join messages m on m.n = cast(r.value->>'n' as bigint) where m.author_kind = 'agent' and m.author_id is not null");
    NEWEST = Sql::same("select max(n) from messages");
    /// Conversations without a message, which no message leads to.
    SILENT = Sql::same("select id from conversations where last_message_id is null limit 10000");
    PLACE = Sql::same("select value from search_places where key = $1");
    PUT_PLACE = Sql::same("insert into search_places (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value");
}

/// Of which log the index knows: the database's epoch.
pub const EPOCH: &str = "epoch";
/// That it was made with this way of making words; without it, it is made anew. Each way has a name of its own, so that an older version
/// beside this one does not see another's in place of its own, and the two do not begin anew in turn.
pub const FORMAT: &str = "format-3";
/// Up to where that log is indexed.
pub const SEQ: &str = "seq";
/// Down to where older messages are.
pub const DOWN_TO: &str = "down_to";

/// Where the index stands.
pub async fn place(tx: &mut Tx, key: &str) -> Result<Option<String>> {
    Ok(tx.find::<(String,)>(PLACE, args![key]).await?.map(|row| row.0))
}

/// Sets it.
pub async fn put_place(tx: &mut Tx, key: &str, value: &str) -> Result<()> {
    tx.run(PUT_PLACE, args![key, value]).await?;
    Ok(())
}

/// A message as the index sees it.
#[derive(Clone, Debug, FromRow)]
pub struct Raw {
    /// Its running number.
    pub n: i64,
    /// Its thread.
    pub conversation_id: ConversationId,
    /// Which way it went.
    pub direction: String,
    /// Its kind.
    pub message_type: String,
    /// What it says, as JSON.
    pub content: String,
    /// What became of it.
    pub delivery: Option<String>,
    /// Who wrote it, of the team.
    pub author_name: Option<String>,
    /// The same by id, if it was a person.
    pub author_id: Option<String>,
}

#[derive(Serialize)]
struct Id<'a> {
    id: &'a str,
}

#[derive(Serialize)]
struct Number {
    n: i64,
}

/// What a conversation is found by.
#[derive(Clone, Debug, FromRow)]
pub struct Named {
    /// Which.
    pub id: ConversationId,
    name: String,
    given_name: String,
    wa_id: Option<String>,
    user_id: Option<String>,
    email: String,
    notes: String,
}

impl Named {
    /// Names and numbers.
    #[must_use]
    pub fn name(&self) -> String {
        let numbers = self.wa_id.as_deref().into_iter().chain(self.user_id.as_deref());
        let all = [self.given_name.as_str(), &self.name].into_iter().chain(numbers);
        all.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
    }

    /// The same, and what the team wrote about the customer.
    #[must_use]
    pub fn text(&self) -> String {
        [self.name(), self.email.clone(), self.notes.clone()].join(" ").trim().to_owned()
    }
}

/// What these conversations are found by.
pub async fn names(tx: &mut Tx, ids: &BTreeSet<&ConversationId>) -> Result<Vec<Named>> {
    let ids: Vec<Id<'_>> = ids.iter().map(|id| Id { id: id.as_str() }).collect();
    if ids.is_empty() { Ok(Vec::new()) } else { tx.all(NAMES, args![json(&ids)]).await }
}

/// Every conversation is indexed anew, whatever was known of it.
pub async fn forget_names(tx: &mut Tx) -> Result<()> {
    tx.run(FORGET_NAMES, args![]).await?;
    Ok(())
}

/// A message and its words.
#[derive(Serialize)]
struct Row {
    n: i64,
    text: String,
}

/// Words as this engine keeps them.
fn kept(store: &Store, words: &[String]) -> String {
    if store.is_shared() { search::tsvector(words) } else { words.join(" ") }
}

/// Keeps the words of messages, in place of what was kept of them before.
pub async fn put_messages(store: &Store, tx: &mut Tx, messages: &[(i64, Vec<String>)]) -> Result<()> {
    if messages.is_empty() {
        return Ok(());
    }
    let rows: Vec<Row> = messages.iter().map(|(n, words)| Row { n: *n, text: kept(store, words) }).collect();
    let rows = json(&rows);
    tx.run(DROP_MESSAGES, args![&rows]).await?;
    tx.run(PUT_MESSAGES, args![&rows]).await?;
    Ok(())
}

/// Keeps the words of a conversation, if they are others than before.
pub async fn put_conversation(store: &Store, tx: &mut Tx, id: &ConversationId, text: &str) -> Result<()> {
    let known: Option<(i64, String)> = tx.find(KNOWN, args![id]).await?;
    if known.as_ref().is_some_and(|(_, known)| known == text) {
        return Ok(());
    }
    let Some((n,)): Option<(i64,)> = tx.find(NAME, args![id, text]).await? else { return Ok(()) };
    if known.is_some() {
        tx.run(DROP_CONVERSATION, args![n]).await?;
    }
    tx.run(PUT_CONVERSATION, args![n, kept(store, &search::index_words(text))]).await?;
    Ok(())
}

/// Which people wrote these messages, those that people wrote.
pub async fn list_authors(tx: &mut Tx, messages: impl Iterator<Item = i64>) -> Result<BTreeMap<i64, String>> {
    let rows: Vec<Number> = messages.map(|n| Number { n }).collect();
    Ok(tx.all::<(i64, String)>(AUTHORS, args![json(&rows)]).await?.into_iter().collect())
}

/// Messages below a number, newest first.
pub async fn list_below(tx: &mut Tx, n: i64, limit: i64) -> Result<Vec<Raw>> {
    tx.all(BELOW, args![n, limit]).await
}

/// Conversations in which nothing is said yet, or no more.
pub async fn list_silent(tx: &mut Tx) -> Result<Vec<ConversationId>> {
    Ok(tx.all::<(ConversationId,)>(SILENT, args![]).await?.into_iter().map(|row| row.0).collect())
}

/// The greatest number of a message.
pub async fn newest(tx: &mut Tx) -> Result<i64> {
    Ok(tx.find::<(Option<i64>,)>(NEWEST, args![]).await?.and_then(|row| row.0).unwrap_or(0))
}
