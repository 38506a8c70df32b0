//! A sticker (`meta-api` section 4.2). The file itself is the message's [`Media`](crate::domain::media::Media).

use serde::{Deserialize, Serialize};

/// What kind of sticker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sticker {
    /// Whether it moves.
    pub animated: bool,
}
