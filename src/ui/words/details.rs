//! Words about what became of a message.

use crate::domain::delivery::Delivery;

/// What became of a message, step by step.
pub const DETAILS: &str = "Details";
/// Who of the team.
pub const WRITTEN_BY: &str = "Written by";
/// By the customer's clock.
pub const WRITTEN_AT: &str = "Written";
/// When it reached the inbox.
pub const STORED_AT: &str = "Arrived here";
/// When an agent sent it.
pub const QUEUED_AT: &str = "Sent off here";
/// Its steps, until they are here.
pub const HISTORY: &str = "History";
/// Until they are here.
pub const LOADING: &str = "Loading…";
/// Why it failed.
pub const FAILURE: &str = "What went wrong";
/// Meta's number of a fault.
pub const META_CODE: &str = "Error code";
/// Meta's id.
pub const WAMID: &str = "WhatsApp's id";

/// A value of a template.
#[must_use]
pub fn template_value(number: usize, name: Option<&str>) -> String {
    name.map_or_else(|| format!("Value {number}"), |name| name.replace('_', " "))
}

/// A report of Meta's.
#[must_use]
pub fn report(word: &str) -> String {
    let known = Delivery::parse(word).map_or_else(|| word.to_owned(), |state| super::delivery(state).to_owned());
    let mut letters = known.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
