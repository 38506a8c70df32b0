//! The templates of a number, as the picker shows them.

use crate::domain::template::Template;
use crate::domain::time::Instant;
use serde::{Deserialize, Serialize};

/// The list, and how fresh it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// By name, then language.
    pub templates: Vec<Template>,
    /// When it came from Meta; `None`: never yet.
    pub fetched_at: Option<Instant>,
    /// Why it did not come since; empty: it did.
    pub failure: String,
}
