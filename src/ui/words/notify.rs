//! Words about what an agent is told of while they look elsewhere.

use crate::domain::agent::Notify;

/// What is chosen on one's own page.
pub const NOTIFY: &str = "Notifications";
/// Where they are switched on.
pub const NOTIFY_WHY: &str = "While you look at something else. Each browser asks once: switch them on in your menu beside the inbox.";
/// The switch of this browser.
pub const NOTIFY_HERE: &str = "Notifications in this browser";
/// The browser does not let us.
pub const NOTIFY_DENIED: &str = "This browser does not allow notifications from this page. Allow them beside its address, then switch them on again.";

/// What each choice tells of.
#[must_use]
pub fn notify(notify: Notify) -> &'static str {
    match notify {
        Notify::Nothing => "Nothing",
        Notify::Calls => "Notes that call me, and what I am handed",
        Notify::Mine => "Also messages in my conversations",
        Notify::Free => "Also messages in conversations that are nobody's",
        Notify::All => "Every message",
    }
}

/// A colleague has given the agent a conversation.
#[must_use]
pub fn handed(by: &str) -> String {
    format!("{by} gave this to you")
}

/// A colleague calls the agent in a note.
#[must_use]
pub fn calls(by: &str, preview: &str) -> String {
    format!("{by} calls you: {preview}")
}
