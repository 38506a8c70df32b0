//! One entry of a thread.

use super::content::Content;
use super::delivery::Delivery;
use super::failure::Failure;
use super::id::{AccountId, ClientId, ConversationId, MediaId, MessageId, Wamid};
use super::media::Media;
use super::origin::Origin;
use super::time::Instant;
use serde::{Deserialize, Serialize};

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From the customer.
    Inbound,
    /// To the customer.
    Outbound,
    /// Among the team.
    Note,
    /// A quiet line of the system's own: nobody wrote it, it makes no unread and opens no window.
    Event,
}

impl Direction {
    /// The word used in the database and the REST API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Inbound => "inbound",
            Self::Outbound => "outbound",
            Self::Note => "note",
            Self::Event => "event",
        }
    }

    /// Reads the word back; `Event` for any other, which can do the least harm.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        match word {
            "inbound" => Self::Inbound,
            "outbound" => Self::Outbound,
            "note" => Self::Note,
            _ => Self::Event,
        }
    }
}

/// A message as the thread shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Our id.
    pub id: MessageId,
    /// Our running number; sorts messages of one instant.
    pub n: i64,
    /// The thread it belongs to.
    pub conversation_id: ConversationId,
    /// The account it came in on or left from.
    pub account_id: AccountId,
    /// Which way it went.
    pub direction: Direction,
    /// Who of the team (or which program) wrote it, for outbound messages.
    pub author: Option<String>,
    /// Whether a program wrote it: its client ids are its own, and need not differ from another program's.
    pub by_program: bool,
    /// The writer's id of it; of an agent's message, the bubble's key for life.
    pub client_id: Option<ClientId>,
    /// Meta's id of it, once known.
    pub wamid: Option<Wamid>,
    /// What it says.
    pub content: Content,
    /// Where the customer had it from, if that is known.
    #[serde(default)]
    pub origin: Option<Origin>,
    /// The file that belongs to it.
    pub media: Option<Media>,
    /// Sorts the thread: Meta's timestamp inbound, the later of now and the thread's latest outbound.
    pub sort_at: Instant,
    /// What became of it, if it is ours.
    pub delivery: Option<Delivery>,
    /// Why it failed, or the note that it once seemed to.
    pub failure: Option<Failure>,
    /// The message it answers.
    pub quote: Option<Quote>,
    /// Reactions on it, ours first, then in the order of their senders.
    pub reactions: Vec<String>,
    /// Ours among them; empty: none.
    #[serde(default)]
    pub reacted: String,
    /// Whether it was sent again as another message: its own actions are over then.
    pub retried: bool,
    /// Whether its writer took it back for everybody; the team still sees it.
    #[serde(default)]
    pub revoked: bool,
}

/// The message that another one answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// Meta's id of the original.
    pub wamid: Wamid,
    /// The original, if we have it.
    pub original: Option<Quoted>,
}

/// What is shown of a quoted message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quoted {
    /// Our id of the original.
    pub id: MessageId,
    /// Which way the original went.
    pub direction: Direction,
    /// Its kind, as in [`Content::message_type`].
    #[serde(default)]
    pub kind: String,
    /// One line of it.
    pub preview: String,
    /// Its file, if there is a small picture of it.
    #[serde(default)]
    pub picture: Option<MediaId>,
}

impl Message {
    /// Where it stands in the thread.
    #[must_use]
    pub fn position(&self) -> (Instant, i64) {
        (self.sort_at, self.n)
    }

    /// Its identity on a page: the composer's client id for life, where it has one.
    #[must_use]
    pub fn key(&self) -> &str {
        self.client_id.as_ref().filter(|_| !self.by_program).map_or(self.id.as_str(), ClientId::as_str)
    }
}
