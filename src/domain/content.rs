//! What a message says: one file per kind.
//!
//! To add a kind: its file here, its line in [`Content`] and an arm in each function below.

pub mod answer;
pub mod audio;
pub mod call;
pub mod change;
pub mod contacts;
pub mod document;
pub mod image;
pub mod interactive;
pub mod location;
pub mod note;
pub mod order;
pub mod reaction;
pub mod sticker;
pub mod system;
pub mod template;
pub mod text;
pub mod unknown;
pub mod video;

pub use answer::Answer;
pub use audio::Audio;
pub use call::Call;
pub use change::Change;
pub use contacts::Contacts;
pub use document::Document;
pub use image::Image;
pub use interactive::Interactive;
pub use location::Location;
pub use note::Note;
pub use order::Order;
pub use reaction::Reaction;
use serde::{Deserialize, Serialize};
pub use sticker::Sticker;
pub use system::System;
pub use template::Template;
pub use text::Text;
pub use unknown::Unknown;
pub use video::Video;

/// The content of one message. Stored as JSON under the name of its kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Written words.
    Text(Text),
    /// A picture.
    Image(Image),
    /// A film.
    Video(Video),
    /// A recording.
    Audio(Audio),
    /// Any other file.
    Document(Document),
    /// A sticker.
    Sticker(Sticker),
    /// A place.
    Location(Location),
    /// Contact cards.
    Contacts(Contacts),
    /// A choice, a filled-in form.
    Answer(Answer),
    /// A cart.
    Order(Order),
    /// A template that was sent.
    Template(Template),
    /// A question with answers to tap.
    Interactive(Interactive),
    /// An emoji on a message.
    Reaction(Reaction),
    /// A call.
    Call(Call),
    /// What WhatsApp says about the customer.
    System(System),
    /// What somebody of the team did with the conversation.
    Change(Change),
    /// What the team says among itself.
    Note(Note),
    /// A kind this version cannot show; its raw JSON is kept beside it.
    Unknown(Unknown),
}

impl Content {
    /// The kind as `message_type` of the REST API and the Django app.
    #[must_use]
    pub fn message_type(&self) -> &str {
        match self {
            Self::Text(_) => "text",
            Self::Image(_) => "image",
            Self::Video(_) => "video",
            Self::Audio(_) => "audio",
            Self::Document(_) => "document",
            Self::Sticker(_) => "sticker",
            Self::Location(_) => "location",
            Self::Contacts(_) => "contacts",
            Self::Answer(answer) if answer.by == answer::By::Template => "button",
            Self::Template(_) => "template",
            Self::Answer(_) | Self::Interactive(_) => "interactive",
            Self::Order(_) => "order",
            Self::Reaction(_) => "reaction",
            Self::Call(_) => "call",
            Self::System(_) => "system",
            Self::Change(_) => "change",
            Self::Note(_) => "note",
            Self::Unknown(unknown) => &unknown.kind,
        }
    }

    /// The plain words of the message, if it has any.
    #[must_use]
    pub fn body(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(&text.body),
            Self::Answer(answer) => Some(answer.title.as_str()).filter(|title| !title.is_empty()),
            Self::Order(order) => order.text.as_deref(),
            Self::Template(template) => Some(&template.body),
            Self::Interactive(interactive) => Some(&interactive.body),
            Self::Note(note) => Some(&note.body),
            Self::Image(Image { caption }) | Self::Video(Video { caption }) | Self::Document(Document { caption, .. }) => caption.as_deref(),
            Self::Audio(_)
            | Self::Sticker(_)
            | Self::Location(_)
            | Self::Contacts(_)
            | Self::Reaction(_)
            | Self::Call(_)
            | Self::System(_)
            | Self::Change(_)
            | Self::Unknown(_) => None,
        }
    }

    /// One line for the list of conversations, at most [`PREVIEW_CHARS`] characters, without markup or line breaks.
    #[must_use]
    pub fn preview(&self) -> String {
        match self {
            Self::Text(text) => written(&text.body),
            Self::Image(Image { caption }) | Self::Video(Video { caption }) => written(caption.as_deref().unwrap_or_default()),
            Self::Document(Document { name, caption }) => written(caption.as_deref().or(name.as_deref()).unwrap_or_default()),
            Self::Location(location) => one_line(location.name.as_deref().or(location.address.as_deref()).unwrap_or_default()),
            Self::Contacts(contacts) => one_line(contacts.cards.first().map(contacts::Card::title).unwrap_or_default()),
            Self::Answer(answer) => one_line(beginning(&answer.title)),
            Self::Order(order) => one_line(beginning(order.text.as_deref().unwrap_or_default())),
            Self::Template(template) => written(&template.body),
            Self::Interactive(interactive) => written(&interactive.body),
            Self::Note(note) => written(&note.body),
            Self::Audio(_) | Self::Sticker(_) | Self::Reaction(_) | Self::Call(_) | Self::System(_) | Self::Change(_) | Self::Unknown(_) => String::new(),
        }
    }
}

impl Content {
    /// Everything a person may remember of it: words, captions, names of files and people, answers, addresses.
    #[must_use]
    pub fn searchable(&self) -> String {
        let mut parts: Vec<&str> = self.body().into_iter().collect();
        match self {
            Self::Document(document) => parts.extend(document.name.as_deref()),
            Self::Location(place) => parts.extend([place.name.as_deref(), place.address.as_deref()].into_iter().flatten()),
            Self::Answer(answer) => {
                parts.extend(answer.detail.as_deref());
                parts.extend(answer.fields.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]));
            }
            Self::Contacts(contacts) => return contacts.cards.iter().map(contacts::Card::searchable).collect::<Vec<_>>().join(" "),
            _ => {}
        }
        parts.join(" ")
    }
}

/// Written words on one line.
fn written(text: &str) -> String {
    one_line(&super::markup::plain(beginning(text)))
}

/// How long a preview may be, in characters.
pub const PREVIEW_CHARS: usize = 120;

/// As much of a text as a preview can need, however long it is.
fn beginning(text: &str) -> &str {
    text.char_indices().nth(PREVIEW_CHARS * 8).map_or(text, |(end, _)| &text[..end])
}

/// The first words on one line, cut between characters that belong together.
fn one_line(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().count() <= PREVIEW_CHARS {
        return words;
    }
    let mut cut: Vec<char> = words.chars().take(PREVIEW_CHARS + 1).collect();
    while let Some(next) = cut.pop() {
        if !is_joined(&cut, next) {
            break;
        }
    }
    cut.into_iter().collect::<String>() + "…"
}

/// Whether a sign belongs to what stands before it: a joiner, an accent, a tone of skin, the second half of a flag.
fn is_joined(before: &[char], next: char) -> bool {
    let is_half_flag = |c: &char| ('\u{1f1e6}'..='\u{1f1ff}').contains(c);
    before.last() == Some(&'\u{200d}')
        || matches!(next, '\u{200d}' | '\u{20e3}' | '\u{fe0f}' | '\u{300}'..='\u{36f}' | '\u{1f3fb}'..='\u{1f3ff}')
        || is_half_flag(&next) && before.iter().rev().take_while(|c| is_half_flag(c)).count() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_survives_its_storage() {
        let unknown = Unknown { kind: "sticker".into(), reason: unknown::Reason::NotSupportedYet };
        for content in [Content::Text(Text::new("hi")), Content::Unknown(unknown)] {
            let stored = serde_json::to_string(&content).unwrap();
            assert_eq!(serde_json::from_str::<Content>(&stored).unwrap(), content);
        }
    }

    #[test]
    fn a_preview_is_one_plain_line() {
        let text = |body: &str| Content::Text(Text::new(body)).preview();
        assert_eq!(text("*Hello*\n  there_x_y _you_"), "Hello there_x_y you");
        let long = text(&"word ".repeat(100));
        assert_eq!(long.chars().count(), PREVIEW_CHARS + 1);
        // Nothing is cut in half: not a family, a tone of skin, a flag, an accent.
        for whole in ["👨‍👩‍👧", "👍🏽", "🇳🇴", "e\u{301}"] {
            for before in PREVIEW_CHARS - 6..=PREVIEW_CHARS {
                let shown = text(&format!("{}{whole}{}", "x".repeat(before), "y".repeat(9)));
                let kept = shown.trim_start_matches('x').trim_end_matches('…').trim_end_matches('y');
                assert!(kept.is_empty() || kept == whole, "{before}: {shown}");
            }
        }
        assert!(text(&format!("{}🇳🇴🇸🇪", "x".repeat(PREVIEW_CHARS - 3))).ends_with("x🇳🇴…"), "whole flags stay");
    }
}
