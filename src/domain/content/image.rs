//! A picture (`meta-api` section 4.2). The file itself is the message's [`Media`](crate::domain::media::Media).

use serde::{Deserialize, Serialize};

/// What is said with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    /// What its sender wrote below it.
    pub caption: Option<String>,
}
