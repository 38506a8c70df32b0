//! Drafts as the server keeps them for their agent.

use super::command::SendText;
use crate::domain::time::Instant;
use serde::{Deserialize, Serialize};

/// For whom it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// For the customer.
    #[default]
    Message,
    /// For the team.
    Note,
}

/// What an agent has begun to write in a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The message it will be; of a note, only its words and its client id count.
    pub draft: SendText,
    /// When the server kept it.
    pub at: Instant,
}

/// A file that waits above a composer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFile {
    /// The message it will be, with the words that go along; its client id names the file, too.
    pub message: SendText,
    /// What it is called.
    pub name: String,
    /// Its type, told by its content.
    #[serde(default)]
    pub mime: String,
    /// Bytes.
    #[serde(default)]
    pub size: i64,
}

/// Everything that an agent has begun.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// Messages.
    pub messages: Vec<Kept>,
    /// Notes for the team.
    pub notes: Vec<Kept>,
    /// Files.
    pub files: Vec<KeptFile>,
}
