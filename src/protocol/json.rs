//! JSON as both sides read it.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::marker::PhantomData;

/// Reads what the other side wrote; `None` if it is something else.
///
/// The page reads with the smaller of two readers, which says less about faults and trusts its server with the depth; the server with the one that bears anything.
#[must_use]
pub fn read<T: DeserializeOwned>(json: &[u8]) -> Option<T> {
    if cfg!(feature = "ssr") { serde_json::from_slice(json).ok() } else { read_small(json) }
}

fn read_small<T: DeserializeOwned>(json: &[u8]) -> Option<T> {
    // Room for the longest text, if any text needs room to be unescaped in.
    let mut room = vec![0; if json.contains(&b'\\') { json.len() } else { 0 }];
    serde_json_core::from_slice_escaped(json, &mut room).ok().map(|(value, _)| value)
}

/// A value as a text of JSON: whoever only passes it on, or holds it until it is wanted, needs no code to read it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent, bound = "")]
pub struct Packed<T> {
    text: String,
    of: PhantomData<T>,
}

impl<T: Serialize> Packed<T> {
    /// Packs a value.
    #[must_use]
    pub fn new(value: &T) -> Self {
        // invariant: what crosses the wire has texts as keys and no endless parts; everything of the kind is written.
        Self { text: serde_json::to_string(value).expect("a value of the wire"), of: PhantomData }
    }
}

impl<T: DeserializeOwned + Default> Packed<T> {
    /// The value; the empty one if this version cannot read it.
    #[must_use]
    pub fn read(&self) -> T {
        read(self.text.as_bytes()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::content::location::{Degrees, Location};
    use crate::domain::content::{Answer, Content, answer};

    #[test]
    fn both_readers_read_what_is_written() {
        let words = "\"quoted\" back\\slash\nline\ttab \u{1}\u{7f}\u{2028} ünïcödé 👩‍👩‍👧 {\"a\":[1,null]} </script>";
        let answer = Answer { by: answer::By::Form, title: words.into(), detail: None, fields: vec![(words.into(), String::new())] };
        let place = Location { latitude: Degrees(-90_000_000), longitude: Degrees(i64::MAX), name: Some(words.into()), address: None };
        let written = [Content::Answer(answer), Content::Location(place)];
        let json = serde_json::to_vec(&written).unwrap();
        assert_eq!(read::<Vec<Content>>(&json).unwrap(), written);
        assert_eq!(read_small::<Vec<Content>>(&json).unwrap(), written);
        // A newer server's fields are passed over.
        let newer = br#"{"location":{"later":{"a":[{"b":"c\"}"},null,-1.5e3,true]},"latitude":1,"longitude":-2}}"#;
        assert_eq!(read_small::<Content>(newer), read::<Content>(newer));
        assert!(read_small::<Content>(newer).is_some());
    }

    #[test]
    fn neither_reads_half() {
        for broken in ["", "{", r#"{"text":{"body":"a"}"#, r#"{"text":{}}"#, r#"{"text":{"body":1}}"#, r#"{"text":{"body":"a"}} x"#, r#"{"later":{}}"#] {
            assert_eq!((read::<Content>(broken.as_bytes()), read_small::<Content>(broken.as_bytes())), (None, None), "{broken}");
        }
    }
}
