//! Words of the palette: what can be done, by name.

/// The window, and its field.
pub const PALETTE: &str = "Do or open something";
/// Nothing fits what is typed.
pub const NOTHING_FITS: &str = "Nothing fits these words.";
/// What an entry is: something that is done with the open conversation.
pub const DOES: &str = "Do";
/// A part of the list.
pub const SHOWS: &str = "List";
/// A conversation.
pub const OPENS: &str = "Conversation";
/// Another page.
pub const GOES: &str = "Page";

/// Hands the open conversation to somebody.
#[must_use]
pub fn assign_to(name: &str) -> String {
    format!("Assign to {name}")
}

/// Labels the open conversation.
#[must_use]
pub fn label_as(name: &str) -> String {
    format!("Label {name}")
}

/// Puts the open conversation off.
#[must_use]
pub fn snooze(how_long: &str) -> String {
    format!("Snooze: {}", how_long.to_lowercase())
}
