//! A reaction of ours (`meta-api` section 10). It has no place in a thread: it is seen on the message it is about. (Customers' reactions
//! are not messages: they are kept beside what they are about.)

use serde::{Deserialize, Serialize};

/// An emoji on a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// Meta's id of the message.
    pub target: String,
    /// The emoji; empty takes the one before back.
    pub emoji: String,
}
