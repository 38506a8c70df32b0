//! `image`, `video`, `audio`, `document`, `sticker` (`meta-api` section 4.2): what is said with a file, and how to get the file.

use super::{clip, filled};
use crate::domain::content::document::harmless_name;
use crate::domain::content::{Audio, Content, Document, Image, Sticker, Video};
use crate::domain::failure::Failure;
use crate::server::meta::inbound::message::Message;
use crate::server::meta::inbound::scalar::{id, object, text};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Default, Deserialize)]
struct Wire {
    #[serde(default)]
    id: Option<Box<RawValue>>,
    #[serde(default)]
    url: Option<Box<RawValue>>,
    #[serde(default)]
    mime_type: Option<Box<RawValue>>,
    #[serde(default)]
    sha256: Option<Box<RawValue>>,
    #[serde(default)]
    caption: Option<Box<RawValue>>,
    #[serde(default)]
    filename: Option<Box<RawValue>>,
    #[serde(default)]
    voice: Option<Box<RawValue>>,
}

/// The types of messages that are files.
pub const KINDS: [&str; 6] = ["image", "video", "audio", "voice", "document", "sticker"];

/// A file that lies at Meta.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Meta's id of it; good for seven days.
    pub meta_id: Option<String>,
    /// Where it lies, for five minutes.
    pub url: Option<String>,
    /// What Meta says it is.
    pub mime: String,
    /// Its name, made harmless.
    pub name: Option<String>,
    /// SHA-256 in hex.
    pub hash: Option<String>,
    /// Why it will never come.
    pub failure: Option<Failure>,
}

/// What is said with a file; `None` if there neither is one nor a reason why not.
pub fn content(kind: &str, message: &Message) -> Option<Content> {
    file(message)?;
    let wire = wire(message);
    let caption = text(wire.caption.as_deref()).filter(|caption| !caption.trim().is_empty());
    let is = |raw: &Option<Box<RawValue>>| raw.as_ref().is_some_and(|raw| raw.get() == "true");
    Some(match kind {
        "image" => Content::Image(Image { caption }),
        "video" => Content::Video(Video { caption }),
        "sticker" => Content::Sticker(Sticker {}),
        "document" => Content::Document(Document { name: name(&wire), caption }),
        // Older accounts name voice notes by the type.
        _ => Content::Audio(Audio { voice: kind == "voice" || is(&wire.voice) }),
    })
}

/// The file of a message, if it has one or says why it has none.
#[must_use]
pub fn file(message: &Message) -> Option<File> {
    let wire = wire(message);
    let meta_id = id(wire.id.as_deref());
    let failure = message.failure.clone();
    let is_file = message.kind.as_deref().is_some_and(|kind| KINDS.contains(&kind));
    if !is_file || (meta_id.is_none() && failure.is_none()) {
        return None;
    }
    let mime = filled(wire.mime_type.as_deref()).unwrap_or_default();
    Some(File {
        meta_id,
        url: filled(wire.url.as_deref()).filter(|url| url.len() <= 4096),
        // Parameters such as the codec are of no use here.
        mime: clip(mime.split(';').next().unwrap_or_default().trim()).to_lowercase(),
        name: name(&wire),
        hash: filled(wire.sha256.as_deref()).and_then(|hash| hex_hash(&hash)),
        failure,
    })
}

fn wire(message: &Message) -> Wire {
    object(message.file.as_deref()).unwrap_or_default()
}

fn name(wire: &Wire) -> Option<String> {
    harmless_name(&filled(wire.filename.as_deref())?)
}

/// A SHA-256 in hex, from the base64 of webhooks or the hex of the API.
pub fn hex_hash(text: &str) -> Option<String> {
    let is_hex = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    if is_hex {
        return Some(text.to_lowercase());
    }
    STANDARD.decode(text).ok().filter(|bytes| bytes.len() == 32).map(hex::encode)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::meta::inbound::message::read;

    #[test]
    fn a_hash_is_read_in_both_writings() {
        let hex = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
        assert_eq!(hex_hash("LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=").as_deref(), Some(hex));
        assert_eq!(hex_hash(&hex.to_uppercase()).as_deref(), Some(hex));
        for other in ["", "abc", "aGVsbG8="] {
            assert_eq!(hex_hash(other), None);
        }
    }

    #[test]
    fn a_file_says_how_to_get_it() {
        let message = read(include_str!("../samples/document.json"), &[]).unwrap();
        let file = file(&message).unwrap();
        assert_eq!(
            (file.meta_id.as_deref(), file.mime.as_str(), file.name.as_deref()),
            (Some("1002003004005001"), "application/pdf", Some("Offer 7 – Größe.pdf"))
        );
        assert_eq!(content("document", &message), Some(Content::Document(Document { name: file.name, caption: Some("Is this *still* right?".into()) })));
    }

    #[test]
    fn kinds_of_recordings_and_stickers() {
        let of = |kind: &str, json: &str| content(kind, &read(json, &[]).unwrap());
        let audio = |voice| Some(Content::Audio(Audio { voice }));
        assert_eq!(of("audio", r#"{"type":"audio","audio":{"id":"1","voice":true}}"#), audio(true));
        assert_eq!(of("audio", r#"{"type":"audio","audio":{"id":"1"}}"#), audio(false));
        assert_eq!(of("voice", r#"{"type":"voice","voice":{"id":"1"}}"#), audio(true));
        assert_eq!(of("sticker", r#"{"type":"sticker","sticker":{"id":1,"animated":true}}"#), Some(Content::Sticker(Sticker {})));
        assert_eq!(of("image", r#"{"type":"image","image":{"caption":"no file"}}"#), None);
    }

    #[test]
    fn a_file_that_will_never_come_says_why() {
        let message = read(r#"{"type":"video","errors":[{"code":131052,"title":"Media download error"}]}"#, &[]).unwrap();
        let file = file(&message).unwrap();
        assert_eq!((file.meta_id, file.failure.map(|failure| failure.code)), (None, Some(131_052)));
        assert_eq!(content("video", &message), Some(Content::Video(Video { caption: None })));
    }
}
