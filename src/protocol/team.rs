//! The team as every page knows it: its people and its labels.

use crate::domain::agent::Notify;
use crate::domain::conversation::Conversation;
use crate::domain::id::{AccountId, AgentId, ConversationId};
use crate::domain::label::Label;
use serde::{Deserialize, Serialize};

/// All of it: there are some dozens of each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Who may sign in, oldest first.
    pub agents: Vec<Colleague>,
    /// By name.
    pub labels: Vec<Label>,
    /// Numbers that were removed: what was said with them is only read.
    #[serde(default)]
    pub removed: Vec<AccountId>,
}

/// Somebody who has the same conversation open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Present {
    /// Who.
    pub name: String,
    /// Whether they write there just now.
    pub writes: bool,
}

/// What an agent has arranged for themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pins {
    /// Those that stay in sight, oldest pin first.
    pub pinned: Vec<Conversation>,
    /// Those that are quiet.
    pub muted: Vec<ConversationId>,
    /// What they are told of while they look elsewhere.
    #[serde(default)]
    pub notify: Notify,
}

/// A person of the team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleague {
    /// Our id.
    pub id: AgentId,
    /// Shown on their messages.
    pub name: String,
    /// Their colour as `#rrggbb`, if they have chosen one.
    #[serde(default)]
    pub color: Option<String>,
}
