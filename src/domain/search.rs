//! Which conversations a list shows: a view, a label, words. It is the query of the page's address, so that a link leads to the same list.

use super::conversation::{Conversation, Status};
use super::id::{AgentId, LabelId};
use super::time::{DAY_MS, HOUR_MS, Instant};
use serde::{Deserialize, Serialize};

/// What a list is asked for. Everything empty: all conversations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// `view`
    pub view: View,
    /// `label`: a label's name.
    pub label: String,
    /// `q`: words and operators.
    pub q: String,
    /// `account`: conversations of this number alone, by our id of it.
    #[serde(default)]
    pub account: String,
    /// `agent`: this person's alone, by our id of them.
    #[serde(default)]
    pub agent: String,
}

/// A part of all conversations that a team works through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    /// Whatever there is.
    #[default]
    All,
    /// Open ones of the agent's own.
    Mine,
    /// Open ones of nobody's.
    Unassigned,
    /// With unread messages.
    Unread,
    /// Open ones in which the customer waits for an answer.
    Unanswered,
    /// Open ones whose window closes within the hour.
    Closing,
    /// In which a message of ours failed, about which nothing was done yet.
    Failed,
    /// Put off.
    Snoozed,
    /// Done with.
    Resolved,
}

impl View {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 9] =
        [Self::All, Self::Mine, Self::Unassigned, Self::Unread, Self::Unanswered, Self::Closing, Self::Failed, Self::Snoozed, Self::Resolved];

    /// The word in addresses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Mine => "mine",
            Self::Unassigned => "unassigned",
            Self::Unread => "unread",
            Self::Unanswered => "unanswered",
            Self::Closing => "closing",
            Self::Failed => "failed",
            Self::Snoozed => "snoozed",
            Self::Resolved => "resolved",
        }
    }

    /// Reads the word back; any other is all.
    #[must_use]
    pub fn parse(word: &str) -> Self {
        Self::ALL.into_iter().find(|view| view.as_str() == word).unwrap_or_default()
    }

    /// Whether it shows this conversation to this agent at this time.
    #[must_use]
    pub fn shows(self, row: &Conversation, me: Option<&AgentId>, now: Instant) -> bool {
        let is_open = row.status == Status::Open;
        let last = row.last.as_ref();
        match self {
            Self::All => true,
            Self::Mine => is_open && me.is_some() && row.assignee.as_ref() == me,
            Self::Unassigned => is_open && row.assignee.is_none(),
            Self::Unread => row.unread > 0,
            Self::Unanswered => is_open && row.waiting_since.is_some(),
            Self::Closing => {
                let left = row.window_expires_at.map_or(0, |end| end.since(now));
                is_open && left > 0 && left <= HOUR_MS && last.is_some_and(|last| last.sort_at > now.plus(-DAY_MS))
            }
            Self::Failed => row.has_failed,
            Self::Snoozed => matches!(row.status, Status::Snoozed(_)),
            Self::Resolved => row.status == Status::Resolved,
        }
    }
}

impl Filter {
    /// Whether it asks for anything.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a conversation that changed belongs into the list. Words are only known to the server: with them, nothing new comes by itself.
    #[must_use]
    pub fn shows(&self, row: &Conversation, label: Option<&LabelId>, me: &AgentId, now: Instant) -> bool {
        let is_of = |wanted: &str, is: Option<&str>| wanted.is_empty() || is == Some(wanted);
        let is_theirs = is_of(&self.account, Some(row.account_id.as_str())) && is_of(&self.agent, row.assignee.as_ref().map(AgentId::as_str));
        is_theirs && self.q.is_empty() && (self.label.is_empty() || (label.is_some() && row.label.as_ref() == label)) && self.view.shows(row, Some(me), now)
    }
}
