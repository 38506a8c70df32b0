//! A call through WhatsApp (`meta-api` section 8): only that there was one.

use serde::{Deserialize, Serialize};

/// A call that is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Whether the business called.
    pub by_us: bool,
    /// How long was spoken; none: nobody answered.
    pub seconds: Option<i64>,
}
