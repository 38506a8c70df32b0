//! The pieces the page shows, as plain values inside signals.

use crate::domain::id::{ClientId, ConversationId};
use crate::domain::time::Instant;
use crate::ui::state::model::Entry;

/// What stands in the thread's column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pane {
    /// Nothing is chosen.
    Nothing,
    /// The address names nothing.
    NotFound,
    /// This conversation.
    Thread(ConversationId),
    /// Another conversation is on its way; its row may be known.
    Loading(Option<ConversationId>),
    /// It could not be fetched; the sentence says why.
    Failed(String),
}

/// The line to the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Events flow, or are about to.
    Live,
    /// It broke.
    Lost {
        /// When.
        since: Instant,
        /// When it is tried again, by the browser's clock.
        retry_at_ms: i64,
    },
    /// The session is over.
    SignedOut,
}

/// A message that goes back into the composer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returned {
    /// Whose composer.
    pub conversation_id: ConversationId,
    /// The words.
    pub body: String,
    /// Kept where the first attempt may have arrived after all: then the server takes only one of the two.
    pub client_id: Option<ClientId>,
}

/// Why the bubbles changed, for the scrolling.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Motion {
    /// Another thread.
    Opened,
    /// Older messages above.
    Prepended,
    /// Whoever changed it scrolls.
    Found,
    /// The agent's own message.
    Sent,
    /// Somebody else's.
    Arrived(usize),
}

/// One line of a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// A new day, by its number.
    Day(i64, Instant),
    /// The first message nobody has looked at.
    Divider(i64),
    /// A message, by its key.
    Bubble(String),
}

impl Line {
    /// What tells it from the other lines, and from what it was before.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Day(day, at) => format!("day {day} {}", at.0),
            Self::Divider(count) => format!("new {count}"),
            Self::Bubble(key) => format!("bubble {key}"),
        }
    }
}

/// A bubble with its place among its neighbours.
#[derive(Clone, Debug, PartialEq)]
pub struct Bubble {
    /// The message.
    pub entry: Entry,
    /// Whether it begins a group.
    pub first: bool,
}
