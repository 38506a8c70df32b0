//! A person who answers customers.

use super::id::AgentId;
use serde::{Deserialize, Serialize};

/// What a person may do; see [`super::access`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads and answers.
    Agent,
    /// Also manages agents, accounts and keys.
    Admin,
}

impl Role {
    /// The word used in the database and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Admin => "admin",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Agent, Self::Admin].into_iter().find(|role| role.as_str() == word)
    }
}

/// What an agent is told of while they look elsewhere. Each tells of what those before it tell, too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notify {
    /// Nothing.
    Nothing,
    /// Notes that call them, and conversations that they are handed.
    Calls,
    /// Messages in conversations of their own.
    #[default]
    Mine,
    /// Messages in conversations of nobody's.
    Free,
    /// Every message.
    All,
}

impl Notify {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [Self::Nothing, Self::Calls, Self::Mine, Self::Free, Self::All];

    /// The word used in the database and in forms.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Calls => "calls",
            Self::Mine => "mine",
            Self::Free => "free",
            Self::All => "all",
        }
    }

    /// Reads the word back.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|notify| notify.as_str() == word)
    }
}

/// The signed-in person, as the page knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agent {
    /// Our id.
    pub id: AgentId,
    /// Shown on the agent's messages.
    pub name: String,
    /// Signs in with it.
    pub email: String,
    /// What they may do.
    pub role: Role,
}
