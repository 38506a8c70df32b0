//! Words about choosing, pinning, finding in a thread, and what stands beside it.

use crate::domain::pin::Pin;
use crate::domain::time::{DAY_MS, HOUR_MS, MINUTE_MS};
use crate::protocol::search::MOST_IN_THREAD;

/// Takes back what was just done.
pub const UNDO: &str = "Undo";

/// What somebody else has changed since stays so.
#[must_use]
pub fn changed_meanwhile(count: usize) -> String {
    if count == 1 {
        "One conversation was changed by somebody else meanwhile: it stays as it is.".to_owned()
    } else {
        format!("{count} conversations were changed by somebody else meanwhile: they stay as they are.")
    }
}

fn so_many(count: usize) -> String {
    super::conversations(i64::try_from(count).unwrap_or(i64::MAX))
}

/// Some were resolved.
#[must_use]
pub fn resolved(count: usize) -> String {
    format!("Resolved {}.", so_many(count))
}

/// A message of ours has failed there, and nothing was done about it yet.
pub const NOT_SENT: &str = "Not sent";

/// What is to be done with it needs its row.
pub const NOT_LISTED: &str = "It is no longer in the list.";

/// Some count as read.
#[must_use]
pub fn counted_read(count: usize) -> String {
    format!("Marked {} as read.", so_many(count))
}

/// Some were opened again.
#[must_use]
pub fn reopened(count: usize) -> String {
    format!("Reopened {}.", so_many(count))
}

/// Some got a label, or lost it.
#[must_use]
pub fn labelled(count: usize) -> String {
    format!("Changed the label of {}.", so_many(count))
}

/// Some went to somebody, or to nobody.
#[must_use]
pub fn assigned(count: usize) -> String {
    format!("Handed over {}.", so_many(count))
}

/// Some were put off.
#[must_use]
pub fn snoozed(count: usize) -> String {
    format!("Snoozed {}.", so_many(count))
}

/// Some of several did not work.
#[must_use]
pub fn not_done(count: usize, names: &str, why: &str) -> String {
    format!("{} stayed as before ({names}): {why}", so_many(count))
}

/// How far several have got.
#[must_use]
pub fn bulk_progress(done: usize, all: usize) -> String {
    format!("{done} of {all}\u{2026}")
}

/// How many are chosen.
#[must_use]
pub fn chosen(count: usize) -> String {
    if count == 0 { "Choose conversations in the list".to_owned() } else { format!("{count} chosen") }
}

/// What is chosen, spoken.
pub const CHOSEN_ONES: &str = "Chosen conversations";
/// A row that is.
pub const CHOSEN: &str = "Chosen";
/// A row that is not.
pub const NOT_CHOSEN: &str = "Not chosen";
/// Begins to choose.
pub const CHOOSE_SEVERAL: &str = "Choose several\u{2026}";
/// Ends it.
pub const CHOOSE_NONE: &str = "Cancel";
/// Hands over.
pub const ASSIGN: &str = "Assign";
/// Counts as read.
pub const MARK_READ: &str = "Mark as read";
/// Keeps one above the list.
pub const PIN: &str = "Pin above the list";
/// No longer.
pub const UNPIN: &str = "Take the pin off";
/// Lets one be counted nowhere.
pub const MUTE: &str = "Mute for me";
/// No longer.
pub const UNMUTE: &str = "Unmute";
/// On a row that is.
pub const MUTED: &str = "Muted";
/// Above the list, spoken.
pub const PINNED_ONES: &str = "Pinned conversations";

/// Looks for words in the open thread.
pub const FIND_HERE: &str = "Find in this conversation";
/// The next older one.
pub const OLDER: &str = "Older";
/// The next newer one.
pub const NEWER: &str = "Newer";
/// Leads to a day.
pub const GO_TO_DAY: &str = "Go to a day";
/// There is no such day yet.
pub const NOTHING_SINCE: &str = "Nothing was written since that day.";

/// Which of how many.
#[must_use]
pub fn found_of(at: usize, all: usize) -> String {
    match all {
        0 => "Nothing found".to_owned(),
        MOST_IN_THREAD.. => format!("{at} of the newest {MOST_IN_THREAD}"),
        _ => format!("{at} of {all}"),
    }
}

/// Below what was found, while the index of words is being made.
pub const IS_BEHIND: &str = "Some messages are not indexed yet. They can be found in a while.";

/// Opens what stands beside the thread.
pub const BESIDE: &str = "About this customer";
/// The profile name.
pub const CALLS_THEMSELVES: &str = "Calls themselves";
/// Their first message.
pub const FIRST_SEEN: &str = "First wrote";
/// Their newest message.
pub const LAST_SEEN: &str = "Last wrote";
/// WhatsApp passes nothing on.
pub const IS_BLOCKED: &str = "Blocked: WhatsApp passes on nothing that they write.";
/// It is on its way.
pub const SAVING: &str = "Saving\u{2026}";
/// It is kept.
pub const SAVED: &str = "Saved.";
/// Leads to the address book.
pub const IN_CONTACTS: &str = "Open in the contacts";
/// With other numbers of ours.
pub const OTHER_CONVERSATIONS: &str = "Other conversations";
/// Of this thread.
pub const FILES_HERE: &str = "Files";
/// Shows further ones.
pub const MORE_FILES: &str = "More files";
/// Shows further ones.
pub const MORE_LINKS: &str = "More links";
/// Of this thread.
pub const LINKS_HERE: &str = "Links";

/// Of which number.
pub const OF_NUMBER: &str = "Number";
/// Views under names.
pub const SAVED_VIEWS: &str = "Saved views";
/// Keeps what is shown.
pub const SAVE_VIEW: &str = "Save what is shown";
/// Under this.
pub const VIEW_NAME: &str = "Name of the view";

/// Deletes one.
#[must_use]
pub fn delete_view(name: &str) -> String {
    format!("Delete the view {name}")
}

/// A colleague calls.
#[must_use]
pub fn mentioned(by: &str, customer: &str, preview: &str) -> String {
    format!("{by} calls you in a note on {customer}: {preview}")
}

/// Leads to the note.
pub const SHOW_NOTE: &str = "Show the note";

/// How long a customer waits for an answer.
#[must_use]
pub fn waits(ms: i64) -> String {
    match ms {
        ..MINUTE_MS => "Waits a moment".to_owned(),
        MINUTE_MS..HOUR_MS => format!("Waits {} min", ms / MINUTE_MS),
        HOUR_MS..TWO_DAYS_MS => format!("Waits {} h", ms / HOUR_MS),
        _ => format!("Waits {} days", ms / DAY_MS),
    }
}

/// Until then, hours say more.
const TWO_DAYS_MS: i64 = 2 * DAY_MS;

/// What was put on a conversation, or taken off.
#[must_use]
pub fn pinned(pin: Pin, on: bool) -> &'static str {
    match (pin, on) {
        (Pin::Pin, true) => "Pinned.",
        (Pin::Pin, false) => "Not pinned any more.",
        (Pin::Mute, true) => "Muted: it is not counted.",
        (Pin::Mute, false) => "Not muted any more.",
    }
}

/// It was marked so.
pub const MARKED_UNREAD: &str = "Marked as unread.";

/// So many conversations are not shown, up to 100.
#[must_use]
pub fn hidden(count: i64) -> String {
    match count {
        0 => String::new(),
        1 => "This hides one conversation.".to_owned(),
        100.. => "This hides more than 99 conversations.".to_owned(),
        _ => format!("This hides {count} conversations."),
    }
}

/// In place of what somebody else has written meanwhile.
pub const KEEP_MINE: &str = "Keep mine";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_of_how_many_is_true_for_any_number() {
        assert_eq!(found_of(1, 0), "Nothing found");
        assert_eq!(found_of(199, 200), "199 of 200");
        assert_eq!(found_of(300, 350), "300 of 350");
        assert_eq!(found_of(1, MOST_IN_THREAD), "1 of the newest 1000");
    }
}
