//! What an agent puts on a conversation for themselves alone.

use serde::{Deserialize, Serialize};

/// One of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pin {
    /// It stays in sight above the list.
    Pin,
    /// It is counted and announced nowhere.
    Mute,
}

impl Pin {
    /// The word used in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pin => "pin",
            Self::Mute => "mute",
        }
    }
}
