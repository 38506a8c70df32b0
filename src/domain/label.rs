//! A mark that agents put on conversations. A conversation carries at most one.

use super::id::LabelId;
use serde::{Deserialize, Serialize};

/// A label as pages show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Label {
    /// Our id.
    pub id: LabelId,
    /// Unique but for case.
    pub name: String,
    /// Its colour as `#rrggbb`.
    pub color: String,
}

/// The preset colours, as the Django app names them.
pub const PRESETS: [(&str, &str); 14] = [
    ("gray", "#6b7280"),
    ("slate", "#64748b"),
    ("red", "#ef4444"),
    ("orange", "#f97316"),
    ("amber", "#f59e0b"),
    ("emerald", "#10b981"),
    ("teal", "#14b8a6"),
    ("cyan", "#06b6d4"),
    ("blue", "#3b82f6"),
    ("indigo", "#6366f1"),
    ("violet", "#8b5cf6"),
    ("fuchsia", "#d946ef"),
    ("pink", "#ec4899"),
    ("rose", "#f43f5e"),
];

/// What the field for another colour shows at first.
pub const OWN_AT_FIRST: &str = "#4f46e5";

/// How long a name may be, in characters.
pub const NAME_CHARS: usize = 50;

/// The name without blanks around it, if a label may be called so.
#[must_use]
pub fn name(text: &str) -> Option<String> {
    let name = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!name.is_empty() && name.chars().count() <= NAME_CHARS && !name.chars().any(char::is_control)).then_some(name)
}

/// What two names have in common that differ in case alone.
#[must_use]
pub fn key(name: &str) -> String {
    name.to_lowercase()
}

/// The colour as it is kept: a preset's name, or `#rrggbb`; nothing given is the first preset.
#[must_use]
pub fn color(text: &str) -> Option<String> {
    let text = text.trim().to_lowercase();
    let hex = text.strip_prefix('#').filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
    match hex.map(str::len) {
        Some(6) => Some(text),
        Some(3) => Some(std::iter::once('#').chain(text.chars().skip(1).flat_map(|digit| [digit, digit])).collect()),
        _ if text.is_empty() => Some(PRESETS[0].0.to_owned()),
        _ => PRESETS.iter().find(|(name, _)| *name == text).map(|(name, _)| (*name).to_owned()),
    }
}

/// A kept colour as `#rrggbb`.
#[must_use]
pub fn hex(color: &str) -> String {
    PRESETS.iter().find(|(name, _)| *name == color).map_or(color, |(_, hex)| hex).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_presets_or_hex() {
        assert_eq!(color(" Teal ").as_deref(), Some("teal"));
        assert_eq!(color("#AbC").as_deref(), Some("#aabbcc"));
        assert_eq!(color("#10B981").as_deref(), Some("#10b981"));
        assert_eq!(color("").as_deref(), Some("gray"));
        for wrong in ["#12345", "#ggg", "mauve", "red;background:url(x)", "#", "#1234567"] {
            assert_eq!(color(wrong), None, "{wrong}");
        }
        assert_eq!((hex("teal").as_str(), hex("#aabbcc").as_str()), ("#14b8a6", "#aabbcc"));
    }

    #[test]
    fn names_are_a_line_of_words() {
        assert_eq!(name("  very   urgent \n").as_deref(), Some("very urgent"));
        assert_eq!(name(" \t"), None);
        assert_eq!(name(&"x".repeat(51)), None);
        assert_eq!(key("Größe"), key("GRÖSSE").replace("ss", "ß"));
    }
}
