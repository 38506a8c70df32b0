//! What the team says among itself. It stands in the thread and never leaves the house.

use serde::{Deserialize, Serialize};

/// A note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The words, with WhatsApp's markup.
    pub body: String,
    /// Who is called by name in it.
    #[serde(default)]
    pub mentions: Vec<crate::domain::id::AgentId>,
}
