//! A message of a kind this version cannot show. Nothing of it is lost: its raw JSON is kept in the database.

use serde::{Deserialize, Serialize};

/// What is known of an element that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unknown {
    /// Meta's `type`, or `unknown` where it has none.
    pub kind: String,
    /// Why it is not shown.
    pub reason: Reason,
}

/// Why an element is kept as unknown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// This version does not show this kind yet.
    NotSupportedYet,
    /// WhatsApp itself does not pass the content on (error 131051 and its kin).
    NotPassedOn,
    /// The element is not shaped as Meta documents it.
    Malformed,
}
