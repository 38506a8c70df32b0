//! What WhatsApp says about a customer (`meta-api` section 4.9): a quiet line of the thread.

use serde::{Deserialize, Serialize};

/// What is another now. Answers go to the new one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct System {
    /// What.
    pub change: Change,
    /// What it was, if that is said.
    pub before: Option<String>,
    /// What it is, if that is said.
    pub after: Option<String>,
}

/// What can change about a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The number.
    Number,
    /// The business-scoped user id.
    UserId,
    /// The keys of the phone: another device, or somebody else.
    Identity,
    /// Meta's own agent answers the customer now.
    ToAgent,
    /// The team answers them again.
    ToTeam,
    /// The message that this one answers: it was taken back.
    Revoked,
}
