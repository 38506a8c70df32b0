//! Finds messages and conversations by what the index of words knows.

use super::Id;
use crate::domain::id::{AccountId, AgentId, ConversationId, LabelId, MessageId};
use crate::domain::time::Instant;
use crate::server::search::Question;
use crate::server::store::conversations::between;
use crate::server::store::{Result, Sql, Store, Tx, Value, args, json, statements};
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
        let (labels, no_labels) = (between(self.labels.iter().map(LabelId::as_str)), between(self.no_labels.iter().map(LabelId::as_str)));
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
    let (labels, no_labels) = (between(scope.labels.iter().map(LabelId::as_str)), between(scope.no_labels.iter().map(LabelId::as_str)));
    tx.all(FIND_CONVERSATIONS, args![asked, limit, NAMED, label, assignee, status, accounts, below.0, below.1, labels, no_labels]).await
}
