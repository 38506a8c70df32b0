//! Words of the address book.

use crate::domain::time::LocalTime;

/// The page of contacts.
pub const CONTACTS: &str = "Contacts";
/// There is none.
pub const NO_CONTACTS: &str = "There is no contact yet. Whoever writes to you is one, and so is whoever you begin a conversation with.";
/// None is found.
pub const NO_CONTACT_FOUND: &str = "No contact like this is known.";
/// Further ones.
pub const MORE_CONTACTS: &str = "More contacts";
/// Looks for one.
pub const FIND_CONTACT: &str = "Name or number";
/// Takes all of them along, as a table.
pub const EXPORT: &str = "Export as CSV";
/// Opens the form.
pub const NEW_CONVERSATION: &str = "New conversation";
/// What it does.
pub const NEW_CONVERSATION_WHY: &str =
    "Opens the chat with this number. Nothing is sent yet: to somebody who has not written, WhatsApp lets you send a template first.";
/// Whom to write to.
pub const NUMBER: &str = "Number";
/// How to write it; without a code, it is a number of one of these countries.
#[must_use]
pub fn number_hint(homes: &[String]) -> String {
    let without = match homes {
        [] => "Without one, it is not known whose it is.".to_owned(),
        [home] => format!("Without one, it is a number of {home}."),
        _ => format!("Without one, it is of the country of the number you write from: {}.", homes.join(", ")),
    };
    format!("With country code, like +44 7400 123456. {without}")
}
/// What to call somebody who is not known.
pub const NAME_IF_NEW: &str = "Name, if they have none here yet";
/// Which of several numbers writes.
pub const FROM_NUMBER: &str = "From";
/// Opens the chat.
pub const BEGIN: &str = "Open the chat";
/// Opens a contact's chat.
pub const OPEN_CHAT: &str = "Chat";
/// What the team calls somebody.
pub const GIVEN_NAME: &str = "Name for the team";
/// What else is known.
pub const NOTES: &str = "Notes for the team";
/// Marks who wants none.
pub const NO_MARKETING: &str = "No marketing";
/// What follows from that.
pub const NO_MARKETING_WHY: &str = "Wants no marketing: marketing templates are refused";
/// Chooses by a label.
pub const WITH_LABEL: &str = "With this label";
/// See [`WITH_LABEL`].
pub const ANY_LABEL: &str = "Any label";
/// Beside a thread: of the person, whichever conversation it is.
pub const CONTACT_LABELS: &str = "Labels of this contact";
/// They said so themselves.
pub const HAS_STOPPED: &str = "They told WhatsApp that they want no marketing. Only they can take that back.";
/// Marks who is blocked.
pub const BLOCKED: &str = "Blocked";
/// What blocking does.
pub const BLOCK_WHY: &str = "WhatsApp then passes on nothing that they write or call. They are not told.";
/// What follows.
pub const UNBLOCK_WHY: &str = "They are blocked: WhatsApp passes on nothing that they write.";
/// On a contact card: leads to the form with its number.
pub const WRITE_TO: &str = "Write on WhatsApp";

/// What they call themselves, and since when they write.
#[must_use]
pub fn contact_since(name: &str, since: &LocalTime) -> String {
    let since = super::date(since.date, true);
    if name.is_empty() { format!("Wrote first on {since}.") } else { format!("On WhatsApp: {name}. Wrote first on {since}.") }
}

/// Blocks somebody.
#[must_use]
pub fn block(name: &str) -> String {
    format!("Block {name}")
}

/// Lets somebody write again.
#[must_use]
pub fn unblock(name: &str) -> String {
    format!("Let {name} write again")
}

/// One of our numbers.
#[must_use]
pub fn account(name: &str, phone: &str) -> String {
    format!("{name} {phone}")
}
