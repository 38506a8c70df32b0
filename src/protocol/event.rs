//! A visible change. Each event suffices by itself: it carries the whole row it changed.

use crate::domain::conversation::Conversation;
use crate::domain::id::{ConversationId, MessageId};
use crate::domain::message::Message;
use crate::protocol::json::Packed;
use crate::protocol::team::Team;
use serde::{Deserialize, Serialize};

/// The only kind that concerns no account and everybody who may read.
pub const TEAM_CHANGED: &str = "team_changed";

/// One visible change, in the past tense.
#[allow(clippy::large_enum_variant, reason = "nearly every event is the large one")]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A message came in, was queued, or changed: its ticks, failure, quote or reactions.
    MessageStored {
        /// The row as it is now.
        conversation: Conversation,
        /// The message as it is now.
        message: Message,
    },
    /// A failed message was thrown away by an agent.
    MessageDiscarded {
        /// The row as it is now.
        conversation: Conversation,
        /// Which message is gone.
        message_id: MessageId,
    },
    /// The row changed without a message: it was read, the profile name changed.
    ConversationChanged {
        /// The row as it is now.
        conversation: Conversation,
    },
    /// Meta said that two contacts are one person: one thread went into the other.
    ContactsJoined {
        /// The thread that lives on, as it is now.
        conversation: Conversation,
        /// The thread that is no more, if the account had both.
        gone: Option<ConversationId>,
    },
    /// Somebody came or went, or a label did.
    TeamChanged {
        /// All of it as it is now.
        team: Packed<Team>,
    },
    /// A session ended or an agent's rights changed; sockets concerned check themselves. Never sent to browsers.
    AccessChanged,
}

impl Event {
    /// The kind as stored beside the payload.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::MessageStored { .. } => "message_stored",
            Self::MessageDiscarded { .. } => "message_discarded",
            Self::ConversationChanged { .. } => "conversation_changed",
            Self::ContactsJoined { .. } => "contacts_joined",
            Self::TeamChanged { .. } => TEAM_CHANGED,
            Self::AccessChanged => "access_changed",
        }
    }

    /// The row it carries.
    #[must_use]
    pub fn conversation(&self) -> Option<&Conversation> {
        match self {
            Self::MessageStored { conversation, .. }
            | Self::MessageDiscarded { conversation, .. }
            | Self::ConversationChanged { conversation }
            | Self::ContactsJoined { conversation, .. } => Some(conversation),
            Self::TeamChanged { .. } | Self::AccessChanged => None,
        }
    }
}
