//! What WhatsApp says about a customer (`meta-api` section 4.9): a quiet line of the thread.

use super::Content;
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

impl Content {
    /// Whether it takes back, for everybody, what it answers.
    #[must_use]
    pub fn takes_back(&self) -> bool {
        matches!(self, Self::System(System { change: Change::Revoked, .. }))
    }
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
