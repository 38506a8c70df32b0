//! A conversation's own columns, as a transaction changes them: locked, changed, written.

use crate::domain::conversation::Status;
use crate::domain::id::{AccountId, ContactId, ConversationId, MessageId};
use crate::domain::time::Instant;
use crate::server::store::{Result, Sql, Tx, args, json, over_rows, statements};
use serde::Serialize;
use sqlx::FromRow;

statements! {
    /// Locks rows where several processes write; SQLite has one writer.
    STATES_BY_KEY = Sql {
        sqlite: "select c.id, c.account_id, c.contact_id, c.unread, c.read_up_to_at, c.last_inbound_at, c.last_message_id, c.sort_at, c.sort_n,
              c.label_id, c.assignee_id, c.status, c.snoozed_until, c.free_until, c.answered_at, c.settled_at, c.waiting_since
            from jsonb_each($1) as r join conversations c on c.account_id = r.value->>'account_id' and c.contact_id = r.value->>'contact_id'",
        postgres: "select c.id, c.account_id, c.contact_id, c.unread, c.read_up_to_at, c.last_inbound_at, c.last_message_id, c.sort_at, c.sort_n,
              c.label_id, c.assignee_id, c.status, c.snoozed_until, c.free_until, c.answered_at, c.settled_at, c.waiting_since
            from jsonb_array_elements($1::jsonb) as r(value) join conversations c on c.account_id = r.value->>'account_id' and c.contact_id = r.value->>'contact_id'
            order by c.id for update of c",
    };
    LOCK = Sql {
        sqlite: "select id, account_id, contact_id, unread, read_up_to_at, last_inbound_at, last_message_id, sort_at, sort_n,
              label_id, assignee_id, status, snoozed_until, free_until, answered_at, settled_at, waiting_since from conversations where id = $1",
        postgres: "select id, account_id, contact_id, unread, read_up_to_at, last_inbound_at, last_message_id, sort_at, sort_n,
              label_id, assignee_id, status, snoozed_until, free_until, answered_at, settled_at, waiting_since from conversations where id = $1 for update",
    };
    ADD = over_rows!(
        "insert into conversations (id, account_id, contact_id, created_at)
         select r.value->>'id', r.value->>'account_id', r.value->>'contact_id', cast(r.value->>'created_at' as bigint) from",
        "where true on conflict (account_id, contact_id) do nothing"
    );
    UPDATE = over_rows!(
        "update conversations set unread = cast(r.value->>'unread' as bigint), last_inbound_at = cast(r.value->>'last_inbound_at' as bigint),
           last_message_id = r.value->>'last_message_id', sort_at = cast(r.value->>'sort_at' as bigint), sort_n = cast(r.value->>'sort_n' as bigint),
           label_id = r.value->>'label_id', assignee_id = r.value->>'assignee_id', status = r.value->>'status',
           snoozed_until = cast(r.value->>'snoozed_until' as bigint), answered_at = cast(r.value->>'answered_at' as bigint),
           settled_at = cast(r.value->>'settled_at' as bigint), waiting_since = cast(r.value->>'waiting_since' as bigint) from",
        "where conversations.id = r.value->>'id'"
    );
    FIND_WAITING = Sql::same(
        "select min(m.sort_at) from messages m where m.conversation_id = $1 and m.direction = 'inbound' and m.live = 1 and m.discarded = 0 and m.sort_at > $2"
    );
}

/// A conversation's own columns, as a transaction changes them.
#[derive(Clone, Debug, FromRow, Serialize)]
pub struct State {
    /// Our id.
    pub id: ConversationId,
    /// Its account.
    pub account_id: AccountId,
    /// Its contact.
    pub contact_id: ContactId,
    /// Live inbound messages after the read position.
    pub unread: i64,
    /// The read position's instant.
    pub read_up_to_at: Instant,
    /// Greatest timestamp of a live inbound message.
    pub last_inbound_at: Option<i64>,
    /// The newest message.
    pub last_message_id: Option<String>,
    /// Its place: instant.
    pub sort_at: Instant,
    /// Its place: running number.
    pub sort_n: i64,
    /// Its label.
    pub label_id: Option<String>,
    /// Whose it is.
    pub assignee_id: Option<String>,
    /// The word of its [`Status`].
    pub status: String,
    /// Until when it rests.
    pub snoozed_until: Option<i64>,
    /// Until when it is free of charge; changed by reports alone.
    pub free_until: Option<i64>,
    /// When the team wrote last.
    pub answered_at: Option<i64>,
    /// Up to which of the customer's messages it was resolved last.
    pub settled_at: Option<i64>,
    /// When the first of the customer's messages came that nobody has answered.
    pub waiting_since: Option<i64>,
}

impl State {
    /// Takes in a message at this place, if it is the newest.
    pub fn advance(&mut self, id: &MessageId, sort_at: Instant, n: i64) {
        if (sort_at, n) > (self.sort_at, self.sort_n) {
            (self.sort_at, self.sort_n, self.last_message_id) = (sort_at, n, Some(id.0.clone()));
        }
    }

    /// Counts a live inbound message in. Its `n` is greater than that of every message already read.
    pub fn receive(&mut self, sort_at: Instant) {
        self.unread += i64::from(sort_at >= self.read_up_to_at);
        self.last_inbound_at = self.last_inbound_at.max(Some(sort_at.0));
        if Some(sort_at.0) > self.answered_at.max(self.settled_at) {
            self.waiting_since = Some(self.waiting_since.map_or(sort_at.0, |since| since.min(sort_at.0)));
        }
        // Whoever was done with it is asked again.
        self.set_status(Status::Open);
    }

    /// Takes in a message of the team's; whether the customer had written since, and waits from a time that only [`find_waiting`] tells.
    #[must_use]
    pub fn answer(&mut self, sort_at: Instant) -> bool {
        self.answered_at = self.answered_at.max(Some(sort_at.0));
        let was_waiting = self.waiting_since.is_some_and(|since| Some(since) <= self.answered_at);
        if was_waiting {
            self.waiting_since = None;
        }
        was_waiting && self.last_inbound_at > self.answered_at
    }

    /// Nothing is to be done any more, whoever wrote last: what is on its way is not meant, whenever it was written.
    pub fn resolve(&mut self) {
        self.set_status(Status::Resolved);
        self.settled_at = self.last_inbound_at;
        self.waiting_since = None;
    }

    /// Whether something is to be done.
    pub fn set_status(&mut self, status: Status) {
        status.as_str().clone_into(&mut self.status);
        self.snoozed_until = if let Status::Snoozed(until) = status { Some(until.0) } else { None };
    }
}

/// A key of a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Key {
    /// Its account.
    pub account_id: AccountId,
    /// Its contact.
    pub contact_id: ContactId,
}

/// The states behind these keys, locked.
pub async fn lock_by_key(tx: &mut Tx, keys: &[Key]) -> Result<Vec<State>> {
    tx.all(STATES_BY_KEY, args![json(&keys)]).await
}

/// One conversation's state, locked.
pub async fn lock(tx: &mut Tx, id: &ConversationId) -> Result<Option<State>> {
    tx.find(LOCK, args![id]).await
}

#[derive(Serialize)]
struct Added<'a> {
    id: ConversationId,
    account_id: &'a AccountId,
    contact_id: &'a ContactId,
    created_at: Instant,
}

/// Adds conversations that are new.
pub async fn add(tx: &mut Tx, new: Vec<(ConversationId, &Key)>, now: Instant) -> Result<()> {
    if !new.is_empty() {
        let rows: Vec<Added> =
            new.into_iter().map(|(id, key)| Added { id, account_id: &key.account_id, contact_id: &key.contact_id, created_at: now }).collect();
        tx.run(ADD, args![json(&rows)]).await?;
    }
    Ok(())
}

/// Writes counters and places.
pub async fn update(tx: &mut Tx, states: &[&State]) -> Result<()> {
    if !states.is_empty() {
        tx.run(UPDATE, args![json(&states)]).await?;
    }
    Ok(())
}

/// Since when a customer waits, by their messages and when the team wrote and resolved last.
pub async fn find_waiting(tx: &mut Tx, state: &State) -> Result<Option<i64>> {
    let after = state.answered_at.max(state.settled_at).unwrap_or(-1);
    Ok(tx.find::<(Option<i64>,)>(FIND_WAITING, args![&state.id, after]).await?.and_then(|row| row.0))
}
