//! Answers that are written often, found by a short name. Names in braces stand for what is known when one is used.

use serde::{Deserialize, Serialize};

/// A quick reply as pages know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// Our id.
    pub id: String,
    /// What is typed after the slash.
    pub shortcut: String,
    /// The words, with names in braces.
    pub body: String,
    /// Whether everybody has it, or its writer alone.
    pub is_shared: bool,
    /// What the file is called that goes along, if one does.
    pub file: Option<String>,
}

/// How long a short name may be, in characters.
pub const SHORTCUT_CHARS: usize = 40;

/// A short name without its slash, if it is one: letters, digits, dashes.
#[must_use]
pub fn shortcut(text: &str) -> Option<String> {
    let name = text.trim().trim_start_matches('/').to_lowercase();
    let fits = !name.is_empty() && name.chars().count() <= SHORTCUT_CHARS && name.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c));
    fits.then_some(name)
}

/// Whom an answer is from and to.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// `{contact.name}`
    pub contact: &'a str,
    /// `{contact.phone}`
    pub phone: &'a str,
    /// `{agent.name}`
    pub agent: &'a str,
}

/// The words with what is known filled in; other braces stay for the agent to fill.
#[must_use]
pub fn filled(body: &str, known: Known<'_>) -> String {
    let first = known.contact.split_whitespace().next().unwrap_or_default();
    let names = [("{contact.name}", known.contact), ("{contact.first_name}", first), ("{contact.phone}", known.phone), ("{agent.name}", known.agent)];
    let mut out = String::new();
    let mut rest = body;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        // What was filled in is never read again: a customer's name may hold braces.
        let found = names.iter().find(|(name, _)| rest.starts_with(name));
        out.push_str(found.map_or("{", |(_, value)| value));
        rest = &rest[found.map_or(1, |(name, _)| name.len())..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_filled_in_once() {
        let known = Known { contact: "{agent.name} Ångström", phone: "+47", agent: "Mira" };
        assert_eq!(filled("Hi {contact.first_name}, {order} {agent.name} {", known), "Hi {agent.name}, {order} Mira {");
        assert_eq!(shortcut(" /Thanks-2 ").as_deref(), Some("thanks-2"));
        assert_eq!((shortcut("two words"), shortcut("/")), (None, None));
    }
}
