//! Written words (`meta-api` sections 4.1 and 10).

use serde::{Deserialize, Serialize};

/// Meta's limit for an outbound text, here counted in UTF-16 units, the strictest reading.
pub const LIMIT: usize = 4096;

/// A text message. Inbound it may be of any length; outbound at most [`LIMIT`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The words as written, markup included.
    pub body: String,
    /// Outbound: the customer sees no preview of the page that a link in it leads to.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub plain: bool,
}

impl Text {
    /// Words as they are mostly sent.
    #[must_use]
    pub fn new(body: impl Into<String>) -> Self {
        Self { body: body.into(), plain: false }
    }

    /// Whether WhatsApp can show a preview of a link in such words: only of those that say how they are fetched (`meta-api` section 10).
    #[must_use]
    pub fn has_preview(body: &str) -> bool {
        body.contains("http://") || body.contains("https://")
    }
}

/// The length as Meta may count it: UTF-16 units.
#[must_use]
pub fn units(body: &str) -> usize {
    body.encode_utf16().count()
}

/// Why a text cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Nothing but white space.
    Empty,
    /// Longer than [`LIMIT`] by so many units.
    TooLong(usize),
}

/// Checks a text before it is sent.
///
/// # Errors
/// Says what is wrong with it.
pub fn check(body: &str) -> Result<(), Refusal> {
    let units = units(body);
    if body.trim().is_empty() {
        Err(Refusal::Empty)
    } else if units > LIMIT {
        Err(Refusal::TooLong(units - LIMIT))
    } else {
        Ok(())
    }
}

/// Cuts a text into parts that each fit, preferably after white space. Put together again they are the text.
#[must_use]
pub fn parts(body: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = body;
    while units(rest) > LIMIT {
        let cut = cut(rest);
        parts.push(rest[..cut].to_owned());
        rest = &rest[cut..];
    }
    if rest.trim().is_empty() {
        // White space alone cannot be sent: it stays where it was.
        match parts.last_mut() {
            Some(last) if units(last) + units(rest) <= LIMIT => last.push_str(rest),
            _ => {}
        }
    } else {
        parts.push(rest.to_owned());
    }
    parts
}

/// Where to cut a text that is too long: after the last white space that fits, else between two characters that do not join.
fn cut(text: &str) -> usize {
    let joins = |c: char| matches!(c, '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{300}'..='\u{36f}');
    let (mut used, mut at_space, mut at_char, mut before) = (0, 0, 0, ' ');
    for (place, c) in text.char_indices() {
        if before.is_whitespace() && !c.is_whitespace() {
            at_space = place;
        }
        if !joins(c) && before != '\u{200d}' {
            at_char = place;
        }
        used += c.len_utf16();
        if used > LIMIT {
            break;
        }
        before = c;
    }
    match (at_space, at_char) {
        (space, _) if space > LIMIT / 2 => space,
        (_, 0) => text.char_indices().nth(LIMIT / 2).map_or(text.len(), |(place, _)| place),
        (_, place) => place,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_fit_and_are_the_text_again() {
        let family = "👨\u{200d}👩\u{200d}👧 ";
        let zalgo = format!("a{}", "\u{301}".repeat(9000));
        for text in ["word ".repeat(3000), "x".repeat(10_000), family.repeat(1500), "😀".repeat(5000), zalgo, "short".to_owned()] {
            let parts = parts(&text);
            assert_eq!(parts.concat(), text);
            assert!(parts.iter().all(|part| check(part).is_ok()), "every part can be sent");
        }
        assert!(parts(&"word ".repeat(3000)).iter().all(|part| part.starts_with("word")));
        assert!(parts(&family.repeat(1500)).iter().all(|part| part.starts_with('👨')));
    }

    #[test]
    fn the_limit_counts_utf16_units() {
        assert_eq!(check(" \n\t"), Err(Refusal::Empty));
        assert_eq!(check(&"a".repeat(LIMIT)), Ok(()));
        assert_eq!(check(&"😀".repeat(LIMIT / 2)), Ok(()));
        assert_eq!(check(&"😀".repeat(LIMIT / 2 + 1)), Err(Refusal::TooLong(2)));
    }
}
