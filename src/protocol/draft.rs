//! A draft as the server keeps it for its agent.

use super::command::SendText;
use crate::domain::time::Instant;
use serde::{Deserialize, Serialize};

/// What an agent has begun to write in a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The message it will be.
    pub draft: SendText,
    /// When the server kept it.
    pub at: Instant,
}
