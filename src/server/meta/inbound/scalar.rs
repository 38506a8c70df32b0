//! Lenient reading of single values: Meta writes ids and times as strings or numbers, lists as lists or single objects.

use serde_json::value::RawValue;

/// A string, or a number as text. Anything else, and NUL characters, are left out.
#[must_use]
pub fn text(raw: Option<&RawValue>) -> Option<String> {
    let raw = raw?.get();
    if raw.starts_with('"') {
        let text: String = serde_json::from_str(raw).ok()?;
        return Some(if text.contains('\0') { text.replace('\0', "") } else { text });
    }
    raw.starts_with(|c: char| c.is_ascii_digit() || c == '-').then(|| raw.to_owned())
}

/// A string that says something.
#[must_use]
pub fn filled(raw: Option<&RawValue>) -> Option<String> {
    text(raw).filter(|text| !text.is_empty())
}

/// The longest id of Meta's that is taken; theirs have at most 128 characters.
const MAX_ID: usize = 512;

/// An id: a filled text that is not absurdly long.
#[must_use]
pub fn id(raw: Option<&RawValue>) -> Option<String> {
    filled(raw).filter(|id| id.len() <= MAX_ID)
}

/// A whole number, also from text.
#[must_use]
pub fn integer(raw: Option<&RawValue>) -> Option<i64> {
    text(raw)?.trim().parse().ok()
}

/// A list; a single object counts as a list of one, anything else as empty.
#[must_use]
pub fn list(raw: Option<&RawValue>) -> Vec<Box<RawValue>> {
    let Some(raw) = raw else { return Vec::new() };
    match raw.get().as_bytes().first() {
        Some(b'[') => serde_json::from_str(raw.get()).unwrap_or_default(),
        Some(b'{') => vec![raw.to_owned()],
        _ => Vec::new(),
    }
}

/// An object read as `T`; `None` if it is not one. (serde would also read an array as a struct.)
#[must_use]
pub fn object<T: serde::de::DeserializeOwned>(raw: Option<&RawValue>) -> Option<T> {
    parse(raw?.get())
}

/// The same, from text.
#[must_use]
pub fn parse<T: serde::de::DeserializeOwned>(json: &str) -> Option<T> {
    if json.trim_start().starts_with('{') { serde_json::from_str(json).ok() } else { None }
}

/// Replaces escapes of half a surrogate pair (`"\ud83d"`), which no string can hold, by U+FFFD.
#[must_use]
pub fn without_lone_surrogates(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let unit = |from: usize| {
            let digits = escape.get(from..from + 6)?.strip_prefix("\\u")?;
            u16::from_str_radix(digits, 16).ok()
        };
        let (text, length) = match unit(0) {
            Some(0xd800..=0xdbff) if matches!(unit(6), Some(0xdc00..=0xdfff)) => (&escape[..12], 12),
            Some(0xd800..=0xdfff) => ("\\ufffd", 6),
            Some(_) => (&escape[..6], 6),
            // A two-character escape; what follows the backslash is ASCII in valid JSON.
            None => (escape.get(..2).unwrap_or(escape), escape.get(..2).map_or(escape.len(), str::len)),
        };
        out.push_str(text);
        rest = &escape[length..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_pairs_are_replaced_and_whole_ones_kept() {
        let table = [
            (r#""\ud83d\ude00""#, r#""\ud83d\ude00""#),
            (r#""\ud83d""#, r#""\ufffd""#),
            (r#""\ude00\ud83d""#, r#""\ufffd\ufffd""#),
            (r#""\\ud83d \n \u00e9""#, r#""\\ud83d \n \u00e9""#),
            (r#""é😀""#, r#""é😀""#),
        ];
        for (json, expected) in table {
            assert_eq!(without_lone_surrogates(json), expected);
        }
    }
}
