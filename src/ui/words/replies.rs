//! Words about quick replies.

/// The page of quick replies.
pub const REPLIES: &str = "Quick replies";
/// What they are for.
pub const REPLIES_WHY: &str = "Type / in the message box to use one.";
/// There are none.
pub const NO_REPLIES: &str = "There is no quick reply yet.";
/// The form of a new one.
pub const NEW_REPLY: &str = "New quick reply";
/// Makes it.
pub const MAKE_REPLY: &str = "Make quick reply";
/// Its short name.
pub const SHORTCUT: &str = "Short name";
/// Its words.
pub const REPLY_BODY: &str = "Text";
/// What can be in it.
pub const REPLY_HINT: &str = "{contact.name}, {contact.first_name}, {contact.phone} and {agent.name} are filled in.";
/// What goes along with its words.
pub const REPLY_FILE: &str = "File";
/// See there.
pub const REPLY_FILE_HINT: &str = "Waits above the message box when the reply is used, and goes when you send it. A new one takes the place of the old.";
/// Takes a table of them in.
pub const IMPORT_REPLIES: &str = "Import from CSV";
/// What it takes.
pub const IMPORT_REPLIES_WHY: &str =
    "A CSV file whose first line names the columns: shortcut and text. Of a short name that is there, the text is changed. If one line is wrong, nothing is.";
/// Does it.
pub const DO_IMPORT: &str = "Import";

/// Takes the file of a quick reply away.
#[must_use]
pub fn without_file(name: &str) -> String {
    format!("Take {name} away")
}

/// It did not come; the words are there.
#[must_use]
pub fn reply_file_missing(name: &str) -> String {
    format!("{name} did not come. Attach it yourself, or choose the quick reply again.")
}

/// What a table did.
#[must_use]
pub fn replies_imported(new: usize, changed: usize) -> String {
    format!("Imported: {new} new, {changed} changed.")
}

/// Deletes it, once that was asked for.
pub const DELETE_REPLY: &str = "Delete it for good";

/// Asks for that.
#[must_use]
pub fn delete_reply(shortcut: &str) -> String {
    format!("Delete /{shortcut}")
}

/// While the file of one is fetched.
#[must_use]
pub fn reply_file_coming(name: &str) -> String {
    format!("{name} is on its way to you.")
}
