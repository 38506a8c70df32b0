//! Every sentence of the page, one typed function each: another language is another file.

mod audit;
mod contacts;
mod details;
mod files;
mod import;
mod labels;
mod make;
mod notify;
mod numbers;
mod origin;
mod palette;
mod replies;
mod team;
mod times;
mod triage;

use crate::domain::content::answer::By;
use crate::domain::content::unknown::Reason;
use crate::domain::delivery::Delivery;
pub use audit::*;
pub use contacts::*;
pub use details::*;
pub use files::*;
pub use import::*;
pub use labels::*;
pub use make::*;
pub use notify::*;
pub use numbers::*;
pub use origin::*;
pub use palette::*;
pub use replies::*;
pub use team::*;
use times::date;
pub use times::*;
pub use triage::*;

/// The title of the browser tab.
#[must_use]
pub fn title(unread: usize) -> String {
    if unread == 0 { "Inbox".to_owned() } else { format!("({}) Inbox", count(unread)) }
}

/// A count that stops at 99+.
#[must_use]
pub fn count(n: usize) -> String {
    if n > 99 { "99+".to_owned() } else { n.to_string() }
}

/// A row's badge, spoken.
#[must_use]
pub fn unread(n: i64) -> String {
    format!("{n} unread")
}

/// The line above the first message nobody has looked at.
#[must_use]
pub fn new_messages(n: i64) -> String {
    if n == 1 { "1 new message".to_owned() } else { format!("{n} new messages") }
}

/// The jump button, spoken.
#[must_use]
pub fn jump(n: usize) -> String {
    match n {
        0 => "Go to the newest message".to_owned(),
        1 => "Go to the newest message, 1 is new".to_owned(),
        n => format!("Go to the newest message, {n} are new"),
    }
}

/// The strip above a thread whose window is about to close, after the time left.
pub const CLOSING: &str = " left to reply freely. After that, only templates.";
/// Why there is no composer.
pub const CLOSED: &str = "The customer has not written in the last 24 hours. Until they do, WhatsApp takes only templates.";
/// A row whose window is closed, on hover.
pub const ROW_CLOSED: &str = "The 24 hours to reply are over";
/// A row whose window is open, on hover.
#[must_use]
pub fn row_open(ms: i64) -> String {
    format!("{} left to reply", left(ms))
}

/// Ticks, spoken.
#[must_use]
pub fn delivery(state: Delivery) -> &'static str {
    match state {
        Delivery::Queued => "waiting",
        Delivery::Sending => "sending",
        Delivery::Unknown => "not known whether sent",
        Delivery::Accepted => "accepted by WhatsApp",
        Delivery::Sent => "sent",
        Delivery::Failed => "failed",
        Delivery::Delivered => "delivered",
        Delivery::Read => "read",
        Delivery::Played => "played",
    }
}

/// A kind of message by its name, for people.
#[must_use]
pub fn kind(kind: &str) -> String {
    let name = match kind {
        "audio" | "voice" => "Audio message",
        "button" => "Button answer",
        "call" => "Call",
        "contacts" => "Contact card",
        "document" => "Document",
        "edit" => "Edited message",
        "image" => "Photo",
        "interactive" => "Answer to a choice",
        "location" => "Location",
        "order" => "Order",
        "reaction" => "Reaction",
        "revoke" => "Deleted message",
        "sticker" => "Sticker",
        "system" => "System message",
        "template" => "Template",
        "unknown" | "unsupported" => "Message",
        "video" => "Video",
        other => return format!("“{}”", other.replace('_', " ")),
    };
    name.to_owned()
}

/// How an answer was given.
#[must_use]
pub fn answered_by(by: By) -> &'static str {
    match by {
        By::Button => "Chose",
        By::List => "Chose from the list",
        By::Template => "Answered the template",
        By::Form => "Filled in",
        By::CallPermission => "Permission to call",
        By::Payment => "Payment",
    }
}

/// The name of a form's field, readable: `preferred_date` is *Preferred date*.
#[must_use]
pub fn field_name(name: &str) -> String {
    let spaced = name.replace(['_', '-'], " ");
    let mut letters = spaced.trim().chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// The value of a form's field; what programs say is said in words.
#[must_use]
pub fn field_value(value: &str) -> String {
    match value {
        "true" => "Yes".to_owned(),
        "false" => "No".to_owned(),
        "accept" => "Given".to_owned(),
        "reject" => "Refused".to_owned(),
        other => other.to_owned(),
    }
}

/// A link beside a place.
pub const ON_A_MAP: &str = "Look at it on a map";

/// Below the lines of a cart.
pub const TOTAL: &str = "Total";

/// What stands in place of a message that cannot be shown.
#[must_use]
pub fn unknown(name: &str, reason: &Reason) -> String {
    let kind = kind(name);
    match reason {
        Reason::NotSupportedYet => format!("{kind} · not shown here yet. It is kept, and you can see it on the phone."),
        Reason::NotPassedOn => format!("{kind} · WhatsApp does not pass this kind on. Ask the customer to send it another way."),
        Reason::Malformed => format!("{kind} · came in a form that cannot be read. It is kept."),
    }
}

/// What a row, a quote or a notification shows of a message: its words, and what it is if that is not words alone.
#[must_use]
pub fn quoted(of: &str, preview: &str) -> String {
    match (of, preview) {
        ("text" | "template" | "button" | "interactive", words) if !words.is_empty() => words.to_owned(),
        (of, "") => kind(of),
        (of, words) => format!("{}: {words}", kind(of)),
    }
}

/// The reactions on a message: each emoji once, and how many put it there.
#[must_use]
pub fn reactions(all: &[String]) -> String {
    let mut said = String::new();
    for (at, emoji) in all.iter().enumerate().filter(|(at, emoji)| !all[..*at].contains(emoji)) {
        let count = all[at..].iter().filter(|other| *other == emoji).count();
        said = said + if at > 0 { " " } else { "" } + emoji + &if count > 1 { count.to_string() } else { String::new() };
    }
    said
}

/// On a message that its writer took back.
pub const TAKEN_BACK: &str = "Deleted for everybody; the team still sees it.";
/// The quote of a message that we do not have.
pub const NO_ORIGINAL: &str = "The original message is not available";
/// Between messages that are shown, where others are not fetched yet.
pub const GAP: &str = "Messages are left out here. They come when you scroll on.";
/// Above the agent's own quote.
pub const US: &str = "Us";

/// Why a message waits for a person.
pub const OUTCOME_UNKNOWN: &str = "Not known whether this was sent: the line broke.";
/// Its buttons.
pub const MARK_AS_SENT: &str = "Mark as sent";
/// Sends the same again.
pub const SEND_AGAIN: &str = "Send again";
/// Sends a file that WhatsApp could not read as it takes any file.
pub const SEND_AS_DOCUMENT: &str = "Send as a document";
/// Puts the text back into the box.
pub const EDIT: &str = "Edit";
/// Takes a failed message away.
pub const DELETE: &str = "Delete";
/// Tries to hand it over again.
pub const TRY_AGAIN: &str = "Try again";
/// Said of a message that was sent again.
pub const WAS_RETRIED: &str = "It was sent again, see below.";
/// A message typed here that the server has not got.
pub const NOT_HANDED_OVER: &str = "Not sent yet: the inbox could not be reached.";

/// An edited message whose first version got through after all.
pub const FIRST_VERSION_ARRIVED: &str = "The first version of this message did arrive: look above. Edit this one to send it as a new message.";

/// The box's counter.
#[must_use]
pub fn units_left(left: i64) -> String {
    if left < 0 { format!("{} characters too many", -left) } else { format!("{left} characters left") }
}

/// The banner without a connection.
#[must_use]
pub fn disconnected(since: &str, retry_in_s: i64) -> String {
    if retry_in_s > 0 { format!("No connection since {since}. Trying again in {retry_in_s} s.") } else { format!("No connection since {since}. Trying now…") }
}

/// Tries at once.
pub const TRY_NOW: &str = "Try now";
/// Opens what can be done with a message.
pub const MORE: &str = "More";
/// Answers a message, quoting it.
pub const ANSWER: &str = "Reply";
/// A message that is answered and not loaded.
pub const OLDER_MESSAGE: &str = "An older message";
/// Answers nothing in particular after all.
pub const NO_ANSWER: &str = "Cancel reply";
/// Puts an emoji on a message.
#[must_use]
pub fn react(emoji: &str) -> String {
    format!("React with {emoji}")
}

/// The code of a part that the first page does without did not come.
pub const PART_MISSING: &str = "A part of the page could not be loaded. Check the connection.";
/// A new version waits.
pub const NEW_VERSION: &str = "A new version of the inbox is ready. What you have typed is kept.";
/// Loads it.
pub const KEPT: &str = "What you wrote was not sent:";
/// A button.
pub const RELOAD: &str = "Reload";
/// The session is over.
pub const SIGNED_OUT: &str = "You are signed out. What you have typed is kept on this device.";
/// Goes there.
pub const SIGN_IN_AGAIN: &str = "Sign in again";
/// For admins.
pub const NO_APP_SECRET: &str = "Every message from WhatsApp is refused, because WHATSAPP_APP_SECRET is not set. Set it and restart the inbox.";
/// For admins.
pub const NO_ACCOUNT: &str = "No WhatsApp number is connected yet. An admin connects one on the page “Numbers”.";

/// For everybody.
pub const NOT_STORING: &str = "New messages cannot be stored right now, because the disk is full or the database is away. WhatsApp keeps them and delivers them later; an admin must make room.";
/// For everybody.
pub const NOT_APPLYING: &str = "New messages are stored but have not been shown for more than a minute. Nothing is lost; an admin should look at the log.";

/// Names of things.
pub const INBOX: &str = "Inbox";
/// The list, spoken.
pub const CONVERSATIONS: &str = "Conversations";
/// The list is empty.
pub const NO_CONVERSATIONS: &str = "No conversations yet";
/// What fills it.
pub const NO_CONVERSATIONS_WHY: &str = "As soon as a customer writes to your number, the conversation appears here by itself.";
/// No thread is open.
pub const NOTHING_OPEN: &str = "Choose a conversation";
/// How.
pub const NOTHING_OPEN_WHY: &str = "The newest are at the top of the list. New messages appear by themselves.";
/// The address names nothing.
pub const NOT_FOUND: &str = "There is no such conversation";
/// A thread could not be fetched.
pub const NOT_LOADED: &str = "This conversation could not be loaded";
/// What may have happened.
pub const NOT_FOUND_WHY: &str = "The number has not written to us, its conversation was joined with another, or you may not see its account.";
/// Back to the list.
pub const BACK: &str = "Back to the list";
/// The thread, spoken.
pub const MESSAGES: &str = "Messages";
/// Older ones are on their way.
pub const LOADING_OLDER: &str = "Loading older messages…";
/// The box.
pub const WRITE: &str = "Write a message";
/// Sends an over-long text as two messages or more.
pub const SEND_IN_PARTS: &str = "Send in parts";
/// Whether Enter sends.
pub const ENTER_SENDS: &str = "Enter sends a message";
/// How the box works where Enter does not send.
pub const HOW_TO_SEND_BY_BUTTON: &str = "Enter for a new line · Ctrl+Enter sends";
/// Its button.
pub const SEND: &str = "Send";
/// How the box works.
pub const HOW_TO_SEND: &str = "Enter sends · Shift+Enter for a new line";
/// Unfolds a long text.
pub const READ_MORE: &str = "Read more";
/// Folds it.
pub const READ_LESS: &str = "Show less";
/// Skips to the box.
pub const SKIP: &str = "Skip to the message box";
/// The agent's menu.
pub const YOU: &str = "You";
/// Ends the session.
pub const SIGN_OUT: &str = "Sign out";
/// The sign-in page.
pub const SIGN_IN: &str = "Sign in";
/// Under its title.
pub const SIGN_IN_WHY: &str = "to answer your customers";
/// A field.
pub const EMAIL: &str = "E-mail";
/// A field.
pub const PASSWORD: &str = "Password";
/// A field.
pub const NAME: &str = "Your name";
/// Under the name.
pub const NAME_WHY: &str = "Your colleagues see it on your answers.";
/// Under the password.
pub const PASSWORD_WHY: &str = "At least 10 characters. A few words in a row are a good one.";
/// The set-up page.
pub const SET_UP: &str = "Set up the inbox";
/// Under its title.
pub const SET_UP_WHY: &str = "You become its first admin.";
/// Its button.
pub const CREATE: &str = "Create and sign in";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_count_says_no_more_than_99() {
        assert_eq!([count(0), count(99), count(100), count(12_345)], ["0", "99", "99+", "99+"]);
    }

    #[test]
    fn a_preview_says_what_it_is_of() {
        assert_eq!([quoted("text", "hi"), quoted("image", ""), quoted("image", "the crack")], ["hi", "Photo", "Photo: the crack"]);
    }
}
