//! Addresses of pages: made and read in one place.

use crate::domain::id::MessageId;
use crate::domain::search::{Filter, View};
use std::fmt::Write;

/// The list of conversations.
pub const INBOX: &str = "/whatsapp/inbox/";
/// The labels.
pub const LABELS: &str = "/whatsapp/labels/";
/// The address book.
pub const CONTACTS: &str = "/whatsapp/contacts/";
/// All of it as a table.
pub const CONTACTS_EXPORT: &str = "/whatsapp/contacts/export/";
/// Where contacts come in from a table.
pub const CONTACTS_IMPORT: &str = "/whatsapp/contacts/import/";
/// The quick replies.
pub const REPLIES: &str = "/whatsapp/replies/";
/// The business's numbers.
pub const NUMBERS: &str = "/whatsapp/accounts/";
/// Who did what.
pub const AUDIT: &str = "/whatsapp/audit/";
/// The people of the team.
pub const PEOPLE: &str = "/whatsapp/people/";
/// What people change about themselves.
pub const PROFILE: &str = "/whatsapp/profile/";
/// Where whoever is invited chooses a password.
pub const INVITATION: &str = "/whatsapp/invitation/";
/// Files of messages.
const MEDIA: &str = "/whatsapp/media/";
/// The emoji that can be picked.
pub const EMOJI: &str = "/whatsapp/emoji/";
/// Where people sign in.
pub const SIGN_IN: &str = "/whatsapp/sign-in/";
/// Where the first admin is made.
pub const SET_UP: &str = "/whatsapp/set-up/";

/// The address of a conversation.
#[must_use]
pub fn thread(segment: &str) -> String {
    format!("{INBOX}{}/", encode(segment))
}

/// The address book: searched through, with a label, and from a contact on.
#[must_use]
pub fn contacts(q: &str, label: &str, before: &str) -> String {
    CONTACTS.to_owned() + &asked(&[("q", q), ("label", label), ("before", before)])
}

/// A query with its question mark, of the values that are there.
fn asked(values: &[(&str, &str)]) -> String {
    let mut out = String::new();
    for (name, value) in values.iter().filter(|(_, value)| !value.is_empty()) {
        out.push(if out.is_empty() { '?' } else { '&' });
        out.push_str(name);
        out.push('=');
        out.push_str(&encode(value));
    }
    out
}

/// Who did what: of whom, what, with whom, below a line.
#[must_use]
pub fn audit(who: &str, what: &str, customer: &str, before: i64) -> String {
    format!("{AUDIT}?who={}&what={}&customer={}&before={before}", encode(who), encode(what), encode(customer))
}

/// Where a conversation is begun with a number.
#[must_use]
pub fn begin(number: &str, name: &str) -> String {
    format!("{CONTACTS}?number={}&name={}", encode(number), encode(name))
}

/// What stands before a message's id behind `#`.
pub const MESSAGE: &str = "message-";

/// One message of a conversation.
#[must_use]
pub fn message(segment: &str, id: &MessageId) -> String {
    format!("{}#{MESSAGE}{id}", thread(segment))
}

/// The file that goes along with a quick reply.
#[must_use]
pub fn reply_file(id: &str) -> String {
    format!("{REPLIES}{id}/file/")
}

/// Keeps a file that waits above a composer.
pub const DRAFT_FILES: &str = "/whatsapp/drafts/files/";

/// A file that waits above a composer.
#[must_use]
pub fn draft_file(id: &str) -> String {
    format!("{DRAFT_FILES}{}/", encode(id))
}

/// A file of a message.
#[must_use]
pub fn file(id: &str) -> String {
    format!("{MEDIA}{id}/")
}

/// The same, to be saved.
#[must_use]
pub fn download(id: &str) -> String {
    format!("{MEDIA}{id}/?download=1")
}

/// Its small picture.
#[must_use]
pub fn thumbnail(id: &str) -> String {
    format!("{MEDIA}{id}/thumbnail/")
}

/// The conversation that an address of the inbox names.
#[must_use]
pub fn segment_of(path: &str) -> Option<String> {
    let rest = path.strip_prefix(INBOX)?;
    let segment = rest.split(['/', '?']).next().unwrap_or_default();
    (!segment.is_empty()).then(|| decode(segment))
}

/// The query of an address with its question mark; empty if it has none.
#[must_use]
pub fn query_of(path: &str) -> &str {
    path.find('?').map_or("", |at| &path[at..])
}

/// A value of a query; empty if it is not there.
#[must_use]
pub fn value_of(query: &str, name: &str) -> String {
    let value = query.trim_start_matches('?').split('&').rev().find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
    // Forms write blanks so.
    value.map(|value| decode(&value.replace('+', " "))).unwrap_or_default()
}

/// What an address, or its query, asks the list for.
#[must_use]
pub fn filter_of(path: &str) -> Filter {
    let value = |name| value_of(query_of(path), name);
    Filter { view: View::parse(&value("view")), label: value("label"), q: value("q"), account: value("account"), agent: value("agent") }
}

/// An address with what the list is asked for.
#[must_use]
pub fn with(path: &str, filter: &Filter) -> String {
    format!("{path}{}", query(filter))
}

/// What the list is asked for, with a question mark; empty for everything.
#[must_use]
pub fn query(filter: &Filter) -> String {
    let view = if filter.view == View::All { "" } else { filter.view.as_str() };
    asked(&[("view", view), ("label", &filter.label), ("account", &filter.account), ("agent", &filter.agent), ("q", &filter.q)])
}

/// Percent-encodes a query value or path segment.
#[must_use]
pub fn encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Undoes percent-encoding.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|digits| std::str::from_utf8(digits).ok()).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let Some(byte) = hex.filter(|_| *first == b'%') {
            bytes.push(byte);
            rest = &tail[2..];
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_names_the_conversation() {
        assert_eq!(segment_of("/whatsapp/inbox/"), None);
        assert_eq!(segment_of("/whatsapp/inbox/4477/").as_deref(), Some("4477"));
        assert_eq!(segment_of("/whatsapp/inbox/%2B4477/?q=1").as_deref(), Some("+4477"));
        assert_eq!(segment_of("/elsewhere/"), None);
        for segment in ["447700900123", "GB.77/../x", "a b?é%"] {
            assert_eq!(segment_of(&thread(segment)).as_deref(), Some(segment));
        }
        assert_eq!(encode("/a b?é"), "%2Fa%20b%3F%C3%A9");
        let filter = Filter { view: View::Mine, label: "Very urgent".into(), q: "a&b=c+d é".into(), account: "account-1".into(), agent: "x y".into() };
        assert_eq!(filter_of(&with("/x/", &filter)), filter);
        assert_eq!((with("/x/", &Filter::default()).as_str(), filter_of("/x/?q=two+words&other=1").q.as_str()), ("/x/", "two words"));
    }
}
