//! A person who writes to the business, and the identities Meta knows them by.

use serde::{Deserialize, Serialize};

/// How Meta names a person (`meta-api` section 3.1). Used exactly as delivered, never normalised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentityKind {
    /// `wa_id`: digits without `+`, the same everywhere.
    WaId,
    /// Business-scoped user id, `CC.…`: unique within one business portfolio.
    UserId,
}

impl IdentityKind {
    /// The word used in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WaId => "wa_id",
            Self::UserId => "user_id",
        }
    }
}

/// One identity of a contact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Identity {
    /// Empty for a `wa_id`; the portfolio (else the WABA) for a business-scoped user id.
    pub scope: String,
    /// Which kind of id.
    pub kind: IdentityKind,
    /// The id as Meta wrote it.
    pub value: String,
}

/// What is shown for a contact: the profile name, else the number, else the user id.
#[must_use]
pub fn display_name(name: &str, wa_id: Option<&str>, user_id: Option<&str>) -> String {
    let name = name.trim();
    if !name.is_empty() {
        return name.to_owned();
    }
    match (wa_id, user_id) {
        (Some(digits), _) => display_phone(digits),
        (None, Some(user_id)) => user_id.to_owned(),
        (None, None) => "Unknown".to_owned(),
    }
}

/// A `wa_id` as people read it: `+` and the digits in groups of three from the end.
#[must_use]
pub fn display_phone(digits: &str) -> String {
    let count = digits.chars().count();
    let mut out = String::from("+");
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (count - i).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// Up to two letters for the avatar, which shows them as capitals: of the first and the last word, or the number's last two digits.
#[must_use]
pub fn initials(display_name: &str) -> String {
    if display_name.starts_with('+') {
        let digits: Vec<char> = display_name.chars().filter(char::is_ascii_digit).collect();
        return digits[digits.len().saturating_sub(2)..].iter().collect();
    }
    let letter = |word: &str| word.chars().find(|c| c.is_alphanumeric()).map(|c| c.to_string());
    let mut words = display_name.split_whitespace().filter_map(letter);
    let first = words.next();
    // One CJK character says as much as two Latin letters; two letters of joining scripts (from Hebrew to Thai) would read as a word.
    let wide = first.as_ref().and_then(|text| text.chars().next()).is_some_and(|c| matches!(c, '\u{590}'..='\u{fff}' | '\u{2e80}'..='\u{d7ff}'));
    match (first, words.next_back()) {
        (Some(first), Some(last)) if !wide => first + &last,
        (Some(first), _) => first,
        _ => "?".to_owned(),
    }
}

/// One of twelve avatar hues, the same for the same contact everywhere (FNV-1a).
#[must_use]
pub fn hue(id: &str) -> u32 {
    id.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)) % 12
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_falls_back_to_the_number_then_the_user_id() {
        assert_eq!(display_name("  Zoë ", Some("447700900123"), None), "Zoë");
        assert_eq!(display_name("", Some("447700900123"), Some("GB.1")), "+447 700 900 123");
        assert_eq!(display_name(" ", None, Some("GB.13491208655302741918")), "GB.13491208655302741918");
    }

    #[test]
    fn initials_of_many_scripts() {
        let table = [("Zoë Ångström", "ZÅ"), ("田中 美咲", "田"), ("أحمد المنصوري", "أ"), ("+447 700 900 123", "23"), ("🙂", "?"), ("dana", "d")];
        for (name, expected) in table {
            assert_eq!(initials(name), expected);
        }
    }
}
