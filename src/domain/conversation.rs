//! One contact on one account: a row of the list.

use super::contact;
use super::delivery::Delivery;
use super::id::{AccountId, AgentId, ContactId, ConversationId, LabelId, MessageId};
use super::message::Direction;
use super::time::Instant;
use super::window::Window;
use serde::{Deserialize, Serialize};

/// A conversation as the list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// Our id.
    pub id: ConversationId,
    /// The account it belongs to and answers from.
    pub account_id: AccountId,
    /// Whom it is with.
    pub contact_id: ContactId,
    /// The contact's `wa_id`; users of usernames may have none.
    pub wa_id: Option<String>,
    /// The contact's business-scoped user id.
    pub user_id: Option<String>,
    /// The profile name as the customer set it; may be empty.
    pub name: String,
    /// Live inbound messages nobody has looked at.
    pub unread: i64,
    /// When the customer-service window ends; `None`: the customer never wrote.
    pub window_expires_at: Option<Instant>,
    /// The newest message.
    pub last: Option<Last>,
    /// Its label.
    #[serde(default)]
    pub label: Option<LabelId>,
    /// Whose it is.
    #[serde(default)]
    pub assignee: Option<AgentId>,
    /// Whether something is to be done.
    #[serde(default)]
    pub status: Status,
    /// Until when messages to this customer cost nothing, because they came by an ad or another free entry point (`meta-api` section 5).
    #[serde(default)]
    pub free_until: Option<Instant>,
    /// When the first of the customer's messages came that the team has neither answered nor resolved.
    #[serde(default)]
    pub waiting_since: Option<Instant>,
    /// Whether a message of ours has failed that was neither sent again nor discarded: also in a conversation that was resolved before that was known.
    #[serde(default)]
    pub has_failed: bool,
}

/// Whether something is to be done about a conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It is.
    #[default]
    Open,
    /// Not before this.
    Snoozed(Instant),
    /// No more; the customer's next message opens it again.
    Resolved,
}

impl Status {
    /// The word used in the database and the REST API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Snoozed(_) => "snoozed",
            Self::Resolved => "resolved",
        }
    }

    /// Reads word and time back; anything else is open, so that somebody looks.
    #[must_use]
    pub fn parse(word: &str, until: Option<Instant>) -> Self {
        match (word, until) {
            ("resolved", _) => Self::Resolved,
            ("snoozed", Some(until)) => Self::Snoozed(until),
            _ => Self::Open,
        }
    }
}

/// The newest message of a conversation, as its row shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Last {
    /// Our id of it.
    pub id: MessageId,
    /// Sorts threads and lists, with `n`.
    pub sort_at: Instant,
    /// Our running number of it.
    pub n: i64,
    /// One plain line; empty for a kind that has none.
    pub preview: String,
    /// As in [`super::content::Content::message_type`].
    pub message_type: String,
    /// Which way it went.
    pub direction: Direction,
    /// What became of it, if it is ours.
    pub delivery: Option<Delivery>,
}

impl Conversation {
    /// Name, else number, else user id.
    #[must_use]
    pub fn display_name(&self) -> String {
        contact::display_name(&self.name, self.wa_id.as_deref(), self.user_id.as_deref())
    }

    /// The path segment of its page: the `wa_id`, else the user id.
    #[must_use]
    pub fn segment(&self) -> &str {
        self.wa_id.as_deref().or(self.user_id.as_deref()).unwrap_or(self.id.as_str())
    }

    /// Where it stands in the list: newest message first, ties by the running number.
    #[must_use]
    pub fn position(&self) -> (Instant, i64) {
        self.last.as_ref().map_or((Instant(0), 0), |last| (last.sort_at, last.n))
    }

    /// Its customer-service window at `now`.
    #[must_use]
    pub fn window(&self, now: Instant) -> Window {
        Window::at(self.window_expires_at, now)
    }
}
