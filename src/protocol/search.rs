//! What a search finds.

use crate::domain::conversation::Conversation;
use crate::domain::id::{AccountId, AgentId, LabelId, MessageId};
use crate::domain::message::Direction;
use crate::domain::search::View;
use crate::domain::time::Instant;
use serde::{Deserialize, Serialize};

/// So many messages are found in one thread, the newest.
pub const MOST_IN_THREAD: usize = 1000;

/// Messages that were found, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hits {
    /// The messages.
    pub hits: Vec<Hit>,
    /// Where the next ones begin, if there are any.
    pub next: Option<i64>,
    /// Whether there are messages that cannot be found yet: the index of words is still being made.
    #[serde(default)]
    pub is_behind: bool,
}

/// A message that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// Its thread.
    pub conversation: Conversation,
    /// Which.
    pub message_id: MessageId,
    /// When.
    pub at: Instant,
    /// Which way it went.
    pub direction: Direction,
    /// Its kind.
    pub message_type: String,
    /// Who of the team wrote it.
    pub author: Option<String>,
    /// Some words around what was found; those that were found are marked.
    pub snippet: Vec<Part>,
}

/// A part of a snippet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The words.
    pub text: String,
    /// Whether they were asked for.
    pub is_found: bool,
}

/// A contact that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundContact {
    /// What they are called.
    pub name: String,
    /// Their number as people read it, else their user id.
    pub address: String,
    /// Leads to the form that begins a conversation.
    pub chat: String,
}

/// How many conversations each choice of the menu would show, up to 100: what else is asked for stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Of each view.
    pub views: Vec<(View, i64)>,
    /// Of each label.
    pub labels: Vec<(LabelId, i64)>,
    /// Of each person.
    pub people: Vec<(AgentId, i64)>,
    /// Of each number.
    pub numbers: Vec<(AccountId, i64)>,
}

/// What a list was asked for, under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// Our id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What it asks for, as the query of an address.
    pub query: String,
    /// Whether it is everybody's.
    pub is_shared: bool,
    /// How many conversations it shows, up to 100. What words find is not counted.
    pub count: Option<i64>,
}
