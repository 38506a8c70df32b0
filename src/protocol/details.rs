//! What became of one message, step by step.

use crate::domain::time::Instant;
use serde::{Deserialize, Serialize};

/// A message's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// When it was stored here.
    pub stored_at: Instant,
    /// What Meta reported and when, oldest first.
    pub reports: Vec<Report>,
}

/// One report of Meta's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Meta's word; open.
    pub word: String,
    /// When it happened.
    pub at: Instant,
}
