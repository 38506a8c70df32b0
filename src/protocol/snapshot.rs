//! A first paint: everything a page shows, read at one place of the log.

use crate::domain::account::Account;
use crate::domain::agent::Agent;
use crate::domain::conversation::Conversation;
use crate::domain::id::ConversationId;
use crate::domain::message::Message;
use crate::domain::time::{Instant, Zone};
use crate::protocol::json::Packed;
use crate::protocol::team::Team;
use serde::{Deserialize, Serialize};

/// The shell, the list and the open thread, all as of `seq`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// Which build made it.
    pub build: String,
    /// The database's identity.
    pub epoch: String,
    /// The place of the log it was read at.
    pub seq: i64,
    /// The server's clock then.
    pub now: Instant,
    /// The agent's time zone.
    pub zone: Zone,
    /// Who is signed in.
    pub agent: Agent,
    /// The accounts the agent may see.
    pub accounts: Vec<Account>,
    /// Its people and labels.
    pub team: Packed<Team>,
    /// What the list was asked for, as [`super::address::query`] writes it.
    pub query: String,
    /// The first page of the list.
    pub list: ListPage,
    /// The conversations with unread messages, at most [`UNREAD`].
    pub unread: Vec<ConversationId>,
    /// The open thread, or why it cannot be shown.
    pub open: Open,
}

/// So many unread conversations a page knows at first: from then on it is "99+".
pub const UNREAD: usize = 100;

/// The conversations with unread messages.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Unread {
    /// The place of the log they were read at.
    pub seq: i64,
    /// Which: the newest, if they are very many.
    pub conversations: Vec<ConversationId>,
}

/// A page of conversations, newest message first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ListPage {
    /// The rows.
    pub conversations: Vec<Conversation>,
    /// Where the next page begins, if there is one.
    pub next: Option<String>,
}

/// The cursor of what comes below a row or message at this place.
#[must_use]
pub fn cursor((at, n): (Instant, i64)) -> String {
    format!("{}.{n}", at.0)
}

/// The cursor of what comes below a conversation: many in which nothing was said yet stand at one place, where the id decides.
#[must_use]
pub fn cursor_below(at: (Instant, i64), id: &ConversationId) -> String {
    cursor(at) + "." + id.as_str()
}

/// The place that a cursor names, if it is one of ours.
#[must_use]
pub fn read_cursor(text: &str) -> Option<(Instant, i64)> {
    let mut parts = text.splitn(3, '.');
    Some((Instant(parts.next()?.parse().ok()?), parts.next()?.parse().ok()?))
}

/// What stands beside the list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Open {
    /// No conversation is chosen.
    Nothing,
    /// The address names no conversation the agent may see.
    NotFound,
    /// A thread.
    Thread(Box<Thread>),
}

/// One conversation with its newest messages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Thread {
    /// The place of the log it was read at.
    pub seq: i64,
    /// Its row.
    pub conversation: Conversation,
    /// The messages.
    pub messages: MessagePage,
    /// A client id for the form that works without JavaScript.
    pub form_client_id: String,
    /// How many newest inbound messages nobody has looked at, when the thread was opened.
    pub unread: i64,
}

/// Messages out of the middle of a thread, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stretch {
    /// The messages.
    pub messages: Vec<Message>,
    /// Where the older ones begin, if there are any.
    pub before: Option<String>,
    /// Behind which the newer ones come, if there are any.
    pub after: Option<String>,
}

/// A run of messages, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MessagePage {
    /// The messages.
    pub messages: Vec<Message>,
    /// Where the older ones begin, if there are any.
    pub before: Option<String>,
}
