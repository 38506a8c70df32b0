//! A recording (`meta-api` section 4.2). The file itself is the message's [`Media`](crate::domain::media::Media).

use serde::{Deserialize, Serialize};

/// What kind of recording.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audio {
    /// Whether it was spoken for this chat: a voice note.
    pub voice: bool,
}
