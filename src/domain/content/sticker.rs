//! A sticker (`meta-api` section 4.2): all of it is in the file, the message's [`Media`](crate::domain::media::Media).

use serde::{Deserialize, Serialize};

/// Nothing is said with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sticker {}
