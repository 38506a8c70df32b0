//! The index of words: which messages and conversations have them. `server/search` makes the words, `server/indexing` keeps it up to date.
//! It is written in transactions of [`Store::index`]: on SQLite, it has a file of its own.

use super::conversations::between;
use super::{Result, Sql, Store, Tx, Value, args, json, over_rows, statements};
use crate::domain::id::{AccountId, AgentId, ConversationId, LabelId, MessageId};
use crate::domain::time::Instant;
use crate::server::search::{self, Question};
use serde::Serialize;
use sqlx::FromRow;
use std::collections::BTreeSet;

/// Of very many conversations with a name, so many are looked at.
const NAMED: i64 = 20_000;

/// Messages with words, of a part of the conversations, below a number, newest first; `$each` unnests the accounts that may be seen.
macro_rules! within {
    ($select:literal, $from:literal, $n:literal, $match:literal, $each:literal) => {
        concat!(
            $select,
            " from ",
            $from,
            " where ",
            $match,
            " and ",
            $n,
            " < $2 and m.sort_at >= $3 and m.sort_at < $4 and ($5 = '' or c.label_id = $5) and ($6 = '' or c.assignee_id = $6) and ($7 = '' or c.status = $7)
              and ($8 = '[]' or c.account_id in (select r.value->>'id' from ",
            $each,
            ")) and m.discarded = 0 and ($10 = 1 or m.direction <> 'note')
              and ($11 = '' or $11 like '%|' || c.label_id || '|%') and ($12 = '' or c.label_id is null or $12 not like '%|' || c.label_id || '|%')
              order by ",
            $n,
            " desc limit $9"
        )
    };
}

macro_rules! found_messages {
    ($from:literal, $n:literal, $match:literal, $each:literal) => {
        within!("select m.id, m.n, m.conversation_id, m.account_id, m.direction, m.message_type, m.content, m.author_name, m.sort_at", $from, $n, $match, $each)
    };
}

macro_rules! found_threads {
    ($from:literal, $n:literal, $match:literal, $each:literal) => {
        concat!("select distinct t.id, t.sort_at, t.sort_n from (", within!("select c.id, c.sort_at, c.sort_n", $from, $n, $match, $each), ") as t")
    };
}

/// In all threads, by the index of words.
macro_rules! anywhere {
    ($found:ident) => {
        Sql {
            sqlite: $found!(
                "message_search s join messages m on m.n = s.rowid join conversations c on c.id = m.conversation_id",
                "s.rowid",
                "s.message_search match $1",
                "jsonb_each($8) as r"
            ),
            postgres: $found!(
                "message_search s join messages m on m.n = s.n join conversations c on c.id = m.conversation_id",
                "s.n",
                "s.text @@ cast($1 as tsquery)",
                "jsonb_array_elements(cast($8 as jsonb)) as r(value)"
            ),
        }
    };
}

/// In these threads alone (`$13`): their own messages are gone through.
macro_rules! of_threads {
    ($found:ident) => {
        Sql {
            sqlite: $found!(
                "jsonb_each($13) as p cross join conversations c on c.id = p.value->>'id' cross join messages m on m.conversation_id = c.id
                   cross join message_search s on s.rowid = m.n",
                "m.n",
                "s.message_search match $1",
                "jsonb_each($8) as r"
            ),
            postgres: $found!(
                "jsonb_array_elements(cast($13 as jsonb)) as p(value) join conversations c on c.id = p.value->>'id' join messages m on m.conversation_id = c.id
                   join message_search s on s.n = m.n",
                "m.n",
                "s.text @@ cast($1 as tsquery)",
                "jsonb_array_elements(cast($8 as jsonb)) as r(value)"
            ),
        }
    };
}

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
    FIND_MESSAGES = anywhere!(found_messages);
    FIND_THREADS = anywhere!(found_threads);
    FIND_MESSAGES_OF = of_threads!(found_messages);
    FIND_THREADS_OF = of_threads!(found_threads);
    /// The thread's own messages are gone through, newest first, as a common word has far more elsewhere.
    FIND_IN_THREAD = Sql {
        sqlite: "select m.id from messages m cross join message_search s on s.rowid = m.n
              where m.conversation_id = $1 and m.discarded = 0 and s.message_search match $2 and ($3 = 1 or m.direction <> 'note') order by m.sort_at desc, m.n desc limit $4",
        postgres: "select m.id from messages m join message_search s on s.n = m.n
              where m.conversation_id = $1 and m.discarded = 0 and s.text @@ cast($2 as tsquery) and ($3 = 1 or m.direction <> 'note') order by m.sort_at desc, m.n desc limit $4",
    };
    /// Of very many, those that were named last are looked at; the newest of them are taken.
    FIND_CONVERSATIONS = Sql {
        sqlite: "select c.id, c.sort_at, c.sort_n from (select s.rowid as n from conversation_search s where s.conversation_search match $1 order by s.rowid desc limit $3) as t
            join searchable_conversations x on x.n = t.n join conversations c on c.id = x.conversation_id
            where ($4 = '' or c.label_id = $4) and ($5 = '' or c.assignee_id = $5) and ($6 = '' or c.status = $6) and ($7 = '[]' or c.account_id in (select r.value->>'id' from jsonb_each($7) as r)) and (c.sort_at, c.sort_n) < ($8, $9)
              and ($10 = '' or $10 like '%|' || c.label_id || '|%') and ($11 = '' or c.label_id is null or $11 not like '%|' || c.label_id || '|%')
            order by c.sort_at desc, c.sort_n desc limit $2",
        postgres: "select c.id, c.sort_at, c.sort_n from (select s.n from conversation_search s where s.text @@ cast($1 as tsquery) order by s.n desc limit $3) as t
            join searchable_conversations x on x.n = t.n join conversations c on c.id = x.conversation_id
            where ($4 = '' or c.label_id = $4) and ($5 = '' or c.assignee_id = $5) and ($6 = '' or c.status = $6) and ($7 = '[]' or c.account_id in (select r.value->>'id' from jsonb_array_elements(cast($7 as jsonb)) as r(value))) and (c.sort_at, c.sort_n) < ($8, $9)
              and ($10 = '' or $10 like '%|' || c.label_id || '|%') and ($11 = '' or c.label_id is null or $11 not like '%|' || c.label_id || '|%')
            order by c.sort_at desc, c.sort_n desc limit $2",
    };
    NAMES = over_rows!(
        "select c.id, k.name, k.given_name, k.wa_id, k.user_id, k.email, k.notes from",
        "join conversations c on c.id = r.value->>'id' join contacts k on k.id = c.contact_id"
    );
    FORGET_NAMES = Sql::same("update searchable_conversations set text = ''");
    BELOW = Sql::same(
        "select n, conversation_id, direction, message_type, content, delivery, author_name from messages
         where n < $1 and discarded = 0 order by n desc limit $2"
    );
    NEWEST = Sql::same("select max(n) from messages");
    /// Conversations without a message, which no message leads to.
    SILENT = Sql::same("select id from conversations where last_message_id is null limit 10000");
    PLACE = Sql::same("select value from search_places where key = $1");
    PUT_PLACE = Sql::same("insert into search_places (key, value) values ($1, $2) on conflict (key) do update set value = excluded.value");
}

/// Of which log the index knows: the database's epoch.
pub const EPOCH: &str = "epoch";
/// Which way of making words it was made with.
pub const FORMAT: &str = "format";
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

/// A message that was found.
#[derive(Clone, Debug, FromRow)]
pub struct Found {
    /// Our id.
    pub id: MessageId,
    /// Its running number.
    pub n: i64,
    /// Its thread.
    pub conversation_id: ConversationId,
    /// Its account.
    pub account_id: AccountId,
    /// Which way it went.
    pub direction: String,
    /// Its kind.
    pub message_type: String,
    /// What it says, as JSON.
    pub content: String,
    /// Who wrote it, of the team.
    pub author_name: Option<String>,
    /// When.
    pub sort_at: Instant,
}

/// A conversation that was found, and where it stands in the list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, FromRow)]
pub struct Place {
    /// When its newest message was written.
    pub sort_at: Instant,
    /// That message's number.
    pub sort_n: i64,
    /// Our id.
    pub id: ConversationId,
}

fn asked(store: &Store, question: &Question, with_marks: bool) -> String {
    if store.is_shared() { question.tsquery(with_marks) } else { question.fts5(with_marks) }
}

/// Where to look: below a number, within these times, in a part of the conversations.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Messages below this number.
    pub below: i64,
    /// From the first until before the second.
    pub times: (Instant, Instant),
    /// With this label.
    pub label: Option<LabelId>,
    /// With one of these labels; none: with any.
    pub labels: Vec<LabelId>,
    /// With none of these labels.
    pub no_labels: Vec<LabelId>,
    /// Only messages in these threads.
    pub of: Option<BTreeSet<ConversationId>>,
    /// This person's.
    pub assignee: Option<AgentId>,
    /// The word of the status.
    pub status: Option<&'static str>,
    /// Only of these accounts.
    pub accounts: Option<Vec<AccountId>>,
    /// Whether notes are looked through, too.
    pub with_notes: bool,
}

#[derive(Serialize)]
struct Id<'a> {
    id: &'a str,
}

impl Scope {
    /// Label, person, status and accounts, as statements take them.
    fn part(&self) -> [String; 4] {
        // None of them is not any of them: a name that no account has.
        let only = |accounts: &Vec<AccountId>| accounts.iter().map(|id| id.0.clone()).chain([String::new()]).collect::<Vec<_>>();
        let accounts = self.accounts.as_ref().map(only).unwrap_or_default();
        let accounts: Vec<Id<'_>> = accounts.iter().map(|id| Id { id }).collect();
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let (label, assignee) = (text(self.label.as_ref().map(LabelId::as_str)), text(self.assignee.as_ref().map(AgentId::as_str)));
        [label, assignee, text(self.status), json(&accounts)]
    }

    fn values(&self, asked: String, limit: i64) -> Vec<Value> {
        let [label, assignee, status, accounts] = self.part();
        let (labels, no_labels) = (between(&self.labels), between(&self.no_labels));
        let mut values = args![asked, self.below, self.times.0, self.times.1, label, assignee, status, accounts, limit, self.with_notes, labels, no_labels];
        if let Some(of) = &self.of {
            let ids: Vec<Id<'_>> = of.iter().map(|id| Id { id: id.as_str() }).collect();
            values.push(json(&ids).into());
        }
        values
    }
}

/// Messages that a question asks for, newest first.
pub async fn find_messages(store: &Store, tx: &mut Tx, question: &Question, scope: &Scope, limit: i64) -> Result<Vec<Found>> {
    let asked = asked(store, question, true);
    let sql = if scope.of.is_some() { FIND_MESSAGES_OF } else { FIND_MESSAGES };
    if asked.is_empty() { Ok(Vec::new()) } else { tx.all(sql, scope.values(asked, limit)).await }
}

/// The threads of the newest of them, at most as many messages are looked at.
pub async fn find_threads(store: &Store, tx: &mut Tx, question: &Question, scope: &Scope, messages: i64) -> Result<Vec<Place>> {
    let asked = asked(store, question, true);
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let sql = if scope.of.is_some() { FIND_THREADS_OF } else { FIND_THREADS };
    tx.all(sql, scope.values(asked, messages)).await
}

/// Messages of a thread that a question asks for, newest first.
pub async fn find_in_thread(store: &Store, tx: &mut Tx, question: &Question, id: &ConversationId, with_notes: bool, limit: i64) -> Result<Vec<MessageId>> {
    let asked = asked(store, question, true);
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    Ok(tx.all::<(MessageId,)>(FIND_IN_THREAD, args![id, asked, with_notes, limit]).await?.into_iter().map(|row| row.0).collect())
}

/// Conversations below a place whose name or number a question asks for, newest first, at most `limit`.
pub async fn find_conversations(store: &Store, tx: &mut Tx, question: &Question, scope: &Scope, below: (Instant, i64), limit: i64) -> Result<Vec<Place>> {
    let asked = asked(store, question, false);
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let [label, assignee, status, accounts] = scope.part();
    let (labels, no_labels) = (between(&scope.labels), between(&scope.no_labels));
    tx.all(FIND_CONVERSATIONS, args![asked, limit, NAMED, label, assignee, status, accounts, below.0, below.1, labels, no_labels]).await
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
