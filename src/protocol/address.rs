//! Addresses of pages: made and read in one place.

use std::fmt::Write;

/// The list of conversations.
pub const INBOX: &str = "/whatsapp/inbox/";
/// Files of messages.
const MEDIA: &str = "/whatsapp/media/";
/// Where people sign in.
pub const SIGN_IN: &str = "/whatsapp/sign-in/";
/// Where the first admin is made.
pub const SET_UP: &str = "/whatsapp/set-up/";

/// The address of a conversation.
#[must_use]
pub fn thread(segment: &str) -> String {
    format!("{INBOX}{}/", encode(segment))
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
    }
}
