//! Finds messages and conversations by what the index of words knows.

use super::Id;
use crate::domain::conversation::Conversation;
use crate::domain::id::{AccountId, ConversationId, MessageId};
use crate::domain::time::Instant;
use crate::protocol::snapshot::{cursor_below, read_cursor};
use crate::server::search::Question;
use crate::server::store::conversations::{Part, has_failed};
use crate::server::store::{Result, Sql, Store, Tx, Value, args, json, statements};
use sqlx::FromRow;
use std::collections::BTreeSet;

/// Of very many conversations with a name, so many are looked at.
const NAMED: i64 = 20_000;

/// What a part of the conversations asks of them, as [`Scope::part`] gives the values; `$each` unnests the accounts that may be seen.
macro_rules! in_part {
    ($each:literal) => {
        concat!(
            "($3 = '[]' or c.account_id in (select r.value->>'id' from ",
            $each,
            ")) and ($4 = '' or c.status = $4) and ($5 = '' or c.label_id = $5) and ($6 = '' or c.assignee_id = $6)
              and ($7 = '' or $7 like '%|' || c.label_id || '|%') and ($8 = '' or c.label_id is null or $8 not like '%|' || c.label_id || '|%')
              and ($9 = 0 or c.assignee_id is null) and ($10 = 0 or c.unread > 0) and ($11 = 0 or c.waiting_since is not null)
              and ($12 = 0 or exists (select 1 from messages f where f.conversation_id = c.id and ",
            has_failed!(),
            ")) and ($13 = 0 or c.last_inbound_at <= $13) and ($14 = 0 or c.last_inbound_at > $14) and c.sort_at >= $15"
        )
    };
}

/// Messages with words, of a part of the conversations, below a number, newest first.
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
            " < $16 and m.sort_at >= $17 and m.sort_at < $18 and m.discarded = 0 and ($19 = 1 or m.direction <> 'note') and ",
            in_part!($each),
            " order by ",
            $n,
            " desc limit $2"
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

/// Conversations of a part, below a place, by the words of their names. `$join`: in this order, or SQLite goes through the whole list for them.
macro_rules! found_conversations {
    ($named:literal, $join:literal, $each:literal) => {
        concat!(
            "select c.id, c.sort_at, c.sort_n from (select ",
            $named,
            " desc limit $16) as t ",
            $join,
            " searchable_conversations x on x.n = t.n ",
            $join,
            " conversations c on c.id = x.conversation_id
              where (c.sort_at, c.sort_n, c.id) < ($17, $18, $19) and ",
            in_part!($each),
            " order by c.sort_at desc, c.sort_n desc, c.id desc limit $2"
        )
    };
}

/// In all threads, by the index of words.
macro_rules! anywhere {
    ($found:ident) => {
        Sql {
            sqlite: $found!(
                "message_search s cross join messages m on m.n = s.rowid cross join conversations c on c.id = m.conversation_id",
                "s.rowid",
                "s.message_search match $1",
                "jsonb_each($3) as r"
            ),
            postgres: $found!(
                "message_search s join messages m on m.n = s.n join conversations c on c.id = m.conversation_id",
                "s.n",
                "s.text @@ cast($1 as tsquery)",
                "jsonb_array_elements(cast($3 as jsonb)) as r(value)"
            ),
        }
    };
}

/// In these threads alone (`$20`): their own messages are gone through.
macro_rules! of_threads {
    ($found:ident) => {
        Sql {
            sqlite: $found!(
                "jsonb_each($20) as p cross join conversations c on c.id = p.value->>'id' cross join messages m on m.conversation_id = c.id",
                "m.n",
                // Once for all of them: for each message alone, a beginning would be looked up anew.
                "m.n in (select s.rowid from message_search s where s.message_search match $1)",
                "jsonb_each($3) as r"
            ),
            postgres: $found!(
                "jsonb_array_elements(cast($20 as jsonb)) as p(value) join conversations c on c.id = p.value->>'id' join messages m on m.conversation_id = c.id
                   join message_search s on s.n = m.n",
                "m.n",
                "s.text @@ cast($1 as tsquery)",
                "jsonb_array_elements(cast($3 as jsonb)) as r(value)"
            ),
        }
    };
}

statements! {
    FIND_MESSAGES = anywhere!(found_messages);
    FIND_THREADS = anywhere!(found_threads);
    FIND_MESSAGES_OF = of_threads!(found_messages);
    FIND_THREADS_OF = of_threads!(found_threads);
    /// The thread's own messages are gone through, newest first, as a common word has far more elsewhere.
    FIND_IN_THREAD = Sql {
        sqlite: "select m.id from messages m
              where m.conversation_id = $1 and m.discarded = 0 and m.n in (select s.rowid from message_search s where s.message_search match $2) and ($3 = 1 or m.direction <> 'note')
                and m.sort_at >= $4 and m.sort_at < $5 order by m.sort_at desc, m.n desc limit $6",
        postgres: "select m.id from messages m join message_search s on s.n = m.n
              where m.conversation_id = $1 and m.discarded = 0 and s.text @@ cast($2 as tsquery) and ($3 = 1 or m.direction <> 'note')
                and m.sort_at >= $4 and m.sort_at < $5 order by m.sort_at desc, m.n desc limit $6",
    };
    /// Of very many, those that were named last are looked at; the newest of them are taken.
    FIND_CONVERSATIONS = Sql {
        sqlite: found_conversations!(
            "s.rowid as n from conversation_search s where s.conversation_search match $1 order by s.rowid",
            "cross join",
            "jsonb_each($3) as r"
        ),
        postgres: found_conversations!(
            "s.n from conversation_search s where s.text @@ cast($1 as tsquery) order by s.n",
            "join",
            "jsonb_array_elements(cast($3 as jsonb)) as r(value)"
        ),
    };
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

/// A conversation that was found, and where it stands in the list: of those in which nothing was said yet, the id decides.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, FromRow)]
pub struct Place {
    /// When its newest message was written.
    pub sort_at: Instant,
    /// That message's number.
    pub sort_n: i64,
    /// Our id.
    pub id: ConversationId,
}

impl Place {
    /// Above every conversation.
    #[must_use]
    pub fn top() -> Self {
        Self { sort_at: Instant(i64::MAX), sort_n: i64::MAX, id: ConversationId::from("") }
    }

    /// Where a conversation stands.
    #[must_use]
    pub fn of(row: &Conversation) -> Self {
        let (sort_at, sort_n) = row.position();
        Self { sort_at, sort_n, id: row.id.clone() }
    }

    /// The cursor of what comes below it.
    #[must_use]
    pub fn cursor(&self) -> String {
        cursor_below((self.sort_at, self.sort_n), &self.id)
    }

    /// The place that a cursor names, if it is one of ours.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let (sort_at, sort_n) = read_cursor(text)?;
        Some(Self { sort_at, sort_n, id: ConversationId::from(text.splitn(3, '.').nth(2).unwrap_or_default()) })
    }
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
    /// What is asked of their conversations.
    pub part: Part,
    /// Only messages in these threads.
    pub of: Option<BTreeSet<ConversationId>>,
    /// Only of these accounts.
    pub accounts: Option<Vec<AccountId>>,
    /// Whether notes are looked through, too.
    pub with_notes: bool,
}

impl Scope {
    /// What all statements take first: the question, how many, and the part of the conversations.
    fn part(&self, asked: String, limit: i64) -> Vec<Value> {
        // None of them is not any of them: a name that no account has.
        let only = |accounts: &Vec<AccountId>| accounts.iter().map(|id| id.0.clone()).chain([String::new()]).collect::<Vec<_>>();
        let accounts = self.part.account.clone().map(|account| vec![account]).or_else(|| self.accounts.clone());
        let accounts = accounts.as_ref().map(only).unwrap_or_default();
        let accounts: Vec<Id<'_>> = accounts.iter().map(|id| Id { id }).collect();
        args![asked, limit, json(&accounts)].into_iter().chain(self.part.looked_for()).collect()
    }

    fn messages(&self, asked: String, limit: i64) -> Vec<Value> {
        let mut values = self.part(asked, limit);
        values.extend(args![self.below, self.times.0, self.times.1, self.with_notes]);
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
    if asked.is_empty() { Ok(Vec::new()) } else { tx.all(sql, scope.messages(asked, limit)).await }
}

/// The threads of the newest of them, at most as many messages are looked at.
pub async fn find_threads(store: &Store, tx: &mut Tx, question: &Question, scope: &Scope, messages: i64) -> Result<Vec<Place>> {
    let asked = asked(store, question, true);
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let sql = if scope.of.is_some() { FIND_THREADS_OF } else { FIND_THREADS };
    tx.all(sql, scope.messages(asked, messages)).await
}

/// Messages of a thread that a question asks for, within these times, newest first.
pub async fn find_in_thread(store: &Store, tx: &mut Tx, question: &Question, id: &ConversationId, scope: &Scope, limit: i64) -> Result<Vec<MessageId>> {
    let asked = asked(store, question, true);
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let values = args![id, asked, scope.with_notes, scope.times.0, scope.times.1, limit];
    Ok(tx.all::<(MessageId,)>(FIND_IN_THREAD, values).await?.into_iter().map(|row| row.0).collect())
}

/// Conversations below a place whose name or number a question asks for, newest first, at most `limit`.
pub async fn find_conversations(store: &Store, tx: &mut Tx, question: &Question, scope: &Scope, below: &Place, limit: i64) -> Result<Vec<Place>> {
    let asked = asked(store, question, false);
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = scope.part(asked, limit);
    values.extend(args![NAMED, below.sort_at, below.sort_n, &below.id]);
    tx.all(FIND_CONVERSATIONS, values).await
}
