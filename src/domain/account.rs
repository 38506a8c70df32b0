//! One WhatsApp phone number of the business.

use super::id::AccountId;
use serde::{Deserialize, Serialize};

/// What the page knows of an account. Its token never leaves the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Account {
    /// Our id.
    pub id: AccountId,
    /// What agents call it.
    pub name: String,
    /// Meta's `display_phone_number`, as Meta writes it.
    pub phone: String,
}
