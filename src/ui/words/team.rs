//! Words about what the team does among itself.

use crate::domain::agent::Role;
use crate::domain::content::Change;
use crate::domain::conversation::Status;
use crate::domain::search::View;
use crate::domain::time::{LocalTime, Zone};
use crate::domain::warning::{About, Warning};
use crate::protocol::team::Present;

/// What somebody did, after their name.
#[must_use]
pub fn change(change: &Change, zone: &Zone) -> String {
    match change {
        Change::Labelled(Some(label)) => format!("labelled this {label}"),
        Change::Labelled(None) => "took the label off".to_owned(),
        Change::Assigned(Some(name)) => format!("gave this to {name}"),
        Change::Assigned(None) => "gave this to nobody".to_owned(),
        Change::Resolved => "resolved this".to_owned(),
        Change::Reopened => "reopened this".to_owned(),
        Change::Snoozed(until) => format!("snoozed this until {}", super::full_time(*until, zone)),
        Change::Unread => "marked this as unread".to_owned(),
        Change::Deleted => "deleted a message here".to_owned(),
        Change::Blocked(true) => "blocked this customer".to_owned(),
        Change::Blocked(false) => "unblocked this customer".to_owned(),
        Change::Woken => "The snooze is over: this is open again".to_owned(),
    }
}

/// Finds conversations and messages.
pub const SEARCH: &str = "Search";
/// A list that shows nothing.
pub const NO_MATCH: &str = "Nothing matches";
/// What to do about it.
pub const NO_MATCH_WHY: &str = "Try fewer or other words, or show all conversations.";
/// Chooses a part of the list.
pub const VIEWS: &str = "Show";
/// Takes words, label and view away.
pub const SHOW_ALL: &str = "Show all";
/// Contacts that were found.
pub const FOUND_CONTACTS: &str = "Contacts without a conversation";
/// Messages that were found.
pub const FOUND_MESSAGES: &str = "Messages";
/// Further ones.
pub const MORE_MESSAGES: &str = "More messages";

/// Whose thread a message of ours is in, and who wrote it.
#[must_use]
pub fn hit_by(name: &str, author: &str) -> String {
    format!("{name} \u{b7} {author}")
}

/// A part of all conversations.
#[must_use]
pub fn view(view: View) -> &'static str {
    match view {
        View::All => "All",
        View::Mine => "Mine",
        View::Unassigned => "Unassigned",
        View::Unread => "Unread",
        View::Unanswered => "Unanswered",
        View::Closing => "Closing soon",
        View::Failed => "Failed",
        View::Snoozed => "Snoozed",
        View::Resolved => "Resolved",
    }
}

/// The pages beside the inbox, spoken.
pub const PAGES: &str = "Pages";
/// Opens a form.
pub const CHANGE: &str = "Change";
/// Keeps what was changed.
pub const SAVE: &str = "Save";
/// What is not simply open.
#[must_use]
pub fn status(status: Status) -> Option<&'static str> {
    match status {
        Status::Open => None,
        Status::Snoozed(_) => Some("Snoozed"),
        Status::Resolved => Some("Resolved"),
    }
}

/// Opens what the team can do with a conversation.
pub const TOOLS: &str = "Label, assign, snooze";
/// It is done with.
pub const RESOLVE: &str = "Resolve";
/// It is to be done again.
pub const REOPEN: &str = "Reopen";
/// Its label.
pub const LABEL: &str = "Label";
/// Finds a label or makes one.
pub const FIND_LABEL: &str = "Find or make a label";
/// Takes the label off.
pub const NO_LABEL: &str = "No label";
/// Whose it is.
pub const ASSIGNED_TO: &str = "Assigned to";
/// Nobody's.
pub const NOBODY: &str = "Nobody";
/// When it comes back.
pub const SNOOZE: &str = "Snooze";
/// A rest.
pub const IN_AN_HOUR: &str = "For an hour";
/// A rest.
pub const IN_THREE_HOURS: &str = "For three hours";
/// A rest.
pub const TOMORROW_MORNING: &str = "Until tomorrow, 09:00";
/// A rest.
pub const MONDAY_MORNING: &str = "Until Monday, 09:00";
/// A rest that ends then.
pub const ANOTHER_TIME: &str = "Until another time";
/// The field does not say when.
pub const NO_TIME: &str = "Fill in a day and a time.";
/// Puts it back among what nobody has read.
pub const MARK_UNREAD: &str = "Mark as unread";
/// Opens the box for notes.
pub const WRITE_NOTE: &str = "Write a note";
/// Above that box.
pub const NOTE_FOR: &str = "Note for the team. The customer never sees it.";
/// In that box.
pub const NOTE_HINT: &str = "Write @ and a name to call somebody";
/// Puts the note into the thread.
pub const ADD_NOTE: &str = "Add note";

/// A label that is not there yet.
#[must_use]
pub fn make_label(name: &str) -> String {
    format!("Make \u{201c}{name}\u{201d}")
}

/// The agent among the others.
#[must_use]
pub fn me(name: &str) -> String {
    format!("{name} (you)")
}

/// Above a note: whose it is, and that it stays here.
#[must_use]
pub fn note_by(author: &str) -> String {
    format!("{author} \u{b7} note for the team")
}

/// Whether it is everybody's.
pub const SHARED: &str = "For everybody";
/// Everybody's.
pub const EVERYBODYS: &str = "Everybody's";
/// The agent's own.
pub const YOURS: &str = "Yours";

/// Which numbers somebody answers.
#[must_use]
pub fn answers(names: &str) -> String {
    format!("Only {names}")
}

/// The page of people.
pub const PEOPLE: &str = "People";
/// The form for somebody new.
pub const INVITE: &str = "Invite somebody";
/// What they are called.
pub const THEIR_NAME: &str = "Name";
/// Where it is seen.
pub const THEIR_NAME_WHY: &str = "Colleagues see it on their answers.";
/// Which numbers somebody answers.
pub const ANSWERS_WHY: &str = "Sees and answers these numbers only. None ticked: all of them.";
/// Makes their link.
pub const MAKE_LINK: &str = "Invite and show the link";
/// Another link for somebody.
pub const NEW_LINK: &str = "New link to choose a password";
/// What to do with a link.
pub const LINK_WHY: &str = "Give it to them yourself, by a way that you trust. It works once, for three days, and is not shown again.";
/// What somebody may do.
pub const ROLE: &str = "May";
/// Somebody who may not sign in.
pub const IS_OUT: &str = "May not sign in";
/// The page behind a link.
pub const INVITED: &str = "Choose a password";
/// What it is for.
pub const INVITED_WHY: &str = "You sign in with it and your e-mail from now on.";
/// Keeps the password.
pub const CHOOSE_PASSWORD: &str = "Choose it and sign in";

/// What a role may do.
#[must_use]
pub fn role(role: Role) -> &'static str {
    match role {
        Role::Agent => "read and answer",
        Role::Admin => "everything",
    }
}

/// Above a link.
#[must_use]
pub fn link_for(name: &str) -> String {
    format!("The link for {name}")
}

/// Ends somebody's sessions.
#[must_use]
pub fn let_out(name: &str) -> String {
    format!("Sign {name} out and let them in no more")
}

/// What that does.
#[must_use]
pub fn let_out_why(name: &str) -> String {
    format!("Every page {name} has open ends. The conversations {name} answers become nobody’s, and stay so when {name} is let in again.")
}

/// Takes that back.
#[must_use]
pub fn let_in(name: &str) -> String {
    format!("Let {name} in again")
}

/// Somebody has seen to it.
pub const SEEN: &str = "Seen to";

/// What Meta told, as a sentence, with Meta's own reason.
#[must_use]
pub fn warning(warning: &Warning) -> String {
    let Warning { about, name, event, detail } = warning;
    let what = match (about, event.as_str()) {
        (About::Template, "REJECTED") => format!("WhatsApp did not accept the template {name}."),
        (About::Template, "PAUSED") => format!("WhatsApp has paused the template {name}, because customers did not want it."),
        (About::Template, "FLAGGED") => format!("Customers complain about the template {name}: WhatsApp may pause it."),
        (About::Template, _) => format!("The template {name} cannot be sent any more ({event})."),
        (About::Number, _) => format!("Customers block or report {name}: WhatsApp may limit how much it sends."),
        (About::DisplayName, _) => format!("WhatsApp did not accept the name \u{201c}{name}\u{201d}."),
        (About::Account, "DISABLE") => "WhatsApp has blocked this business account.".to_owned(),
        (About::Account, "SCHEDULE_FOR_DISABLE") => "WhatsApp will block this business account.".to_owned(),
        (About::Account, "ACCOUNT_RESTRICTION") => "WhatsApp has limited what this business account may do.".to_owned(),
        (About::Account, "ACCOUNT_VIOLATION") => "WhatsApp says that this business account broke its rules.".to_owned(),
        (About::Account, _) => format!("This business account is no longer connected ({event})."),
        (About::Alert, _) => format!("WhatsApp has sent an alert: {event}."),
        (About::Review, _) => "WhatsApp has looked at this business account and does not accept it.".to_owned(),
        (About::Quality, _) => format!("Customers do not like the template {name}: WhatsApp may pause it."),
        (About::Category, "SOON") => format!("WhatsApp announces that the template {name} will count, and cost, as another kind:"),
        (About::Category, _) => format!("The template {name} now counts, and costs, as another kind:"),
        (About::Security, _) => format!("The PIN of a number was asked for or changed ({event})."),
    };
    let sep = if detail.is_empty() { "" } else { " " };
    format!("{what}{sep}{detail}")
}

/// Marks a conversation in which something is begun.
pub const DRAFT: &str = "Draft";

/// How long a conversation can be answered freely, in its header.
#[must_use]
pub fn open_for(ms: i64) -> String {
    format!("{} left", super::left(ms))
}

/// A free entry point.
#[must_use]
pub fn free_until(at: &str) -> String {
    format!("Free of charge until {at}")
}

/// Who else has the conversation open, and who writes there.
#[must_use]
pub fn present(others: &[Present]) -> String {
    let names = |writes: bool| others.iter().filter(|one| one.writes == writes).map(|one| one.name.as_str()).collect::<Vec<_>>();
    let all = |names: &[&str]| match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    };
    let (write, look) = (names(true), names(false));
    let verb = |names: &[&str], one: &str, many: &str| if names.len() == 1 { one.to_owned() } else { many.to_owned() };
    let write = (!write.is_empty()).then(|| format!("{} {}", all(&write), verb(&write, "is writing…", "are writing…")));
    let look = (!look.is_empty()).then(|| format!("{} {} this open, too.", all(&look), verb(&look, "has", "have")));
    write.into_iter().chain(look).collect::<Vec<_>>().join(" ")
}

/// Leads to one's own page.
pub const PROFILE: &str = "Name, notifications, password";
/// What they are called.
pub const YOUR_NAME: &str = "Your name";
/// Proves that it is they.
pub const PASSWORD_NOW: &str = "Current password";
/// What it shall be.
pub const PASSWORD_NEW: &str = "New password";
/// What follows.
pub const PASSWORD_NEW_WHY: &str = "At least 10 characters. You are signed out everywhere else.";
/// Where they are signed in.
pub const SESSIONS: &str = "Where you are signed in";
/// Of one of which nothing is known.
pub const SOME_BROWSER: &str = "A browser";
/// The one they look from.
pub const THIS_BROWSER: &str = "This browser";
/// Ends all but this one.
pub const END_OTHERS: &str = "Sign out everywhere else";

/// When a session began and was last used.
#[must_use]
pub fn session_used(began: &LocalTime, used: &LocalTime) -> String {
    format!("since {} {}, last used {} {}", super::date(began.date, true), super::time(began), super::date(used.date, true), super::time(used))
}

/// Spoken: which one ends.
#[must_use]
pub fn end_session(device: &str) -> String {
    format!("Sign out {device}")
}

/// What keys do, where it is not written beside them.
pub const KEYS: [(&str, &str); 6] = [
    ("Alt ↑ ↓", "other conversation"),
    ("Ctrl K", "do or open something"),
    ("↑", "messages, from an empty box"),
    ("/  :", "quick reply, emoji"),
    ("Ctrl B  I", "bold, italic"),
    ("Ctrl Shift U", "mark unread"),
];
/// Said where the key for the next unread conversation finds none.
pub const NOTHING_UNREAD: &str = "Nothing else here is unread.";
/// The switch for keys that are a letter alone.
pub const SINGLE_KEYS_ON: &str = "Single keys while the list has the focus";
/// What they do.
pub const SINGLE_KEYS: [(&str, &str); 7] = [
    ("J  K", "next, previous"),
    ("N", "next unread"),
    ("E", "resolve, next"),
    ("R  M", "reply, note"),
    ("A  L  S", "mine, label, snooze"),
    ("X", "choose several"),
    ("/", "search"),
];
