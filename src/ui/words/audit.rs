//! Words about who did what.

use crate::domain::audit::Act;
use crate::domain::time::LocalTime;

/// The page.
pub const AUDIT: &str = "Audit";
/// What it is.
pub const AUDIT_WHY: &str = "Who read, sent, exported and changed what. Kept for a year; nobody can change it here.";
/// Nothing fits.
pub const NO_LINES: &str = "Nothing of the kind has happened.";
/// Whose.
pub const AUDIT_WHO: &str = "Who";
/// What they did.
pub const AUDIT_WHAT: &str = "What";
/// With whom.
pub const AUDIT_CUSTOMER: &str = "Customer's number";
/// No choice.
pub const ANY: &str = "Any";
/// Shows what was chosen.
pub const AUDIT_SHOW: &str = "Show";
/// Further ones.
pub const OLDER_LINES: &str = "Older";

/// A day and a time, to the second.
#[must_use]
pub fn date_and_time(at: &LocalTime) -> String {
    format!("{}, {}:{:02}", super::date(at.date, true), super::time(at), at.second)
}

/// What is done, as a choice.
#[must_use]
pub fn act(act: Act) -> &'static str {
    match act {
        Act::Read => "Read a conversation",
        Act::Searched => "Searched",
        Act::Sent => "Sent",
        Act::Settled => "Settled a message",
        Act::Reacted => "Reacted",
        Act::Noted => "Wrote a note",
        Act::Handled => "Labelled, assigned, snoozed, resolved",
        Act::Deleted => "Deleted a message",
        Act::ContactChanged => "Changed a contact",
        Act::Begun => "Began a conversation",
        Act::Blocked => "Blocked",
        Act::Unblocked => "Unblocked",
        Act::Exported => "Exported",
        Act::Imported => "Imported",
        Act::LabelChanged => "Changed a label",
        Act::ReplyChanged => "Changed a quick reply",
        Act::PersonChanged => "Changed a person",
        Act::NumberChanged => "Changed a number",
        Act::ViewChanged => "Changed a shared view",
        Act::KeyChanged => "Changed a program's key",
        Act::SignedIn => "Signed in",
        Act::SignInRefused => "Was refused: wrong password",
    }
}

/// What was done, in a line: the act, and to what.
#[must_use]
pub fn audit_line(word: &str, subject: &str) -> String {
    let what = Act::parse(word).map_or_else(|| word.to_owned(), |known| if known == Act::Handled { "Handled".to_owned() } else { act(known).to_owned() });
    if subject.is_empty() { what } else { format!("{what}: {}", subject.replace('_', " ")) }
}
