//! A file that came or goes with a message: what is known of it, and how far it has got.

use super::content::text::units;
use super::content::{Audio, Content, Document, Image, Sticker, Video};
use super::failure::Failure;
use super::id::MediaId;
use super::time::Instant;
use serde::{Deserialize, Serialize};

/// A file of a message. Its bytes are had from the server by its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// Our id.
    pub id: MediaId,
    /// How far it has got.
    pub state: State,
    /// Its type: announced by its sender, and told by its content once it is here.
    pub mime: String,
    /// Bytes, once it is here.
    #[serde(default)]
    pub size: Option<i64>,
    /// Of a PDF: its pages.
    #[serde(default)]
    pub pages: Option<i64>,
    /// Of a picture: width and height in pixels, as it is shown.
    pub pixels: Option<(i64, i64)>,
    /// Of a recording, or of a film that telephones play, in milliseconds. The page's player finds it out for itself.
    #[serde(skip)]
    pub duration_ms: Option<i64>,
    /// Of a voice note: how loud it is over its length, a letter (`a` to `p`) for each part.
    pub waveform: Option<String>,
    /// Whether there is a small picture of it.
    pub thumbnail: bool,
}

/// How far a file has got.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is on its way.
    Fetching,
    /// It did not come, and is tried again then.
    Waiting(Instant),
    /// It will not come by itself.
    Failed(Failure),
    /// It is here.
    Ready,
}

/// Why a file cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsendable {
    /// WhatsApp takes no files of this type.
    Kind,
    /// It is larger than any file may be.
    Size,
    /// A WebP picture that is no sticker: 512 by 512 pixels and small.
    Sticker,
    /// A picture as iPhones store it.
    Heic,
    /// A damaged picture: the place where it was taken cannot be told from the rest.
    Traces,
    /// Its caption is too long by so many units.
    Caption(usize),
}

impl Unsendable {
    /// What is wrong and what to do.
    #[must_use]
    pub fn sentence(self) -> String {
        match self {
            Self::Kind => {
                "WhatsApp takes no files of this type. It takes pictures (JPEG, PNG), videos (MP4), recordings, PDF, text and Office files.".to_owned()
            }
            Self::Size => "The file is larger than 100 MB, the most WhatsApp takes.".to_owned(),
            Self::Sticker => {
                "WhatsApp takes WebP only as a sticker: 512 by 512 pixels and at most 100 kB, or 500 kB if it moves. Send the picture as JPEG or PNG."
                    .to_owned()
            }
            Self::Heic => {
                "WhatsApp takes no HEIC pictures. Save it as JPEG first; an iPhone takes JPEG with Settings, Camera, Formats, Most Compatible.".to_owned()
            }
            Self::Traces => {
                "This picture is damaged: the place where it was taken cannot be taken out of it. Open it, save it anew as JPEG or PNG, and send that."
                    .to_owned()
            }
            Self::Caption(by) => format!("The text below the file is {by} characters too long. WhatsApp takes {CAPTION_LIMIT}: shorten it or send it apart."),
        }
    }
}

const MB: i64 = 1024 * 1024;
/// How long a caption may be, in UTF-16 units (`meta-api` section 10).
pub const CAPTION_LIMIT: usize = 1024;

/// The largest sticker, in bytes: one that stands still, and one that moves.
pub const STICKER: i64 = 100 * 1024;
/// See [`STICKER`].
pub const MOVING_STICKER: i64 = 500 * 1024;

/// Whether a WebP picture that begins so moves: a flag of its extended header (RFC 9649, section 2.7).
#[must_use]
pub fn webp_moves(head: &[u8]) -> bool {
    head.starts_with(b"RIFF") && head.get(8..16) == Some(b"WEBPVP8X") && head.get(20).is_some_and(|flags| flags & 2 > 0)
}

/// Text and Office files: with PDF, the types that go as documents (`meta-api` section 11.2).
pub const PAPERS: [&str; 7] = [
    "text/plain",
    "application/msword",
    "application/vnd.ms-excel",
    "application/vnd.ms-powerpoint",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
];

impl Media {
    /// Whether it is here and can be shown small: of pictures that browsers do not know there is none.
    #[must_use]
    pub fn is_picture(&self) -> bool {
        self.state == State::Ready && (self.thumbnail || ["image/jpeg", "image/png", "image/webp", "image/gif"].contains(&self.mime.as_str()))
    }

    /// As what this file goes out (`meta-api` section 11.3): pictures, films and recordings that are too large for that, and films that
    /// telephones may not play, as documents.
    ///
    /// # Errors
    /// WhatsApp would not take it.
    pub fn to_send(&self, name: Option<String>, caption: Option<String>) -> Result<Content, Unsendable> {
        let size = self.size.unwrap_or(0);
        let over = caption.as_deref().map_or(0, units).saturating_sub(CAPTION_LIMIT);
        if size > 100 * MB {
            return Err(Unsendable::Size);
        }
        if over > 0 {
            return Err(Unsendable::Caption(over));
        }
        let document = |name, caption| Ok(Content::Document(Document { name, caption }));
        match self.mime.as_str() {
            "image/jpeg" | "image/png" if size <= 5 * MB => Ok(Content::Image(Image { caption })),
            // In other codecs, WhatsApp takes it and delivers nothing: it was looked into.
            "video/mp4" | "video/3gpp" if size <= 16 * MB && self.duration_ms.is_some() => Ok(Content::Video(Video { caption })),
            "audio/aac" | "audio/amr" | "audio/mpeg" | "audio/mp4" if size <= 16 * MB => Ok(Content::Audio(Audio { voice: false })),
            // Only Opus goes out in this container: it was looked into.
            "audio/ogg" if size <= 16 * MB && self.duration_ms.is_some() => Ok(Content::Audio(Audio { voice: true })),
            "image/heic" | "image/heif" => Err(Unsendable::Heic),
            "image/webp" if size <= MOVING_STICKER && self.pixels == Some((512, 512)) => Ok(Content::Sticker(Sticker {})),
            "image/webp" => Err(Unsendable::Sticker),
            "image/jpeg" | "image/png" | "video/mp4" | "video/3gpp" | "audio/aac" | "audio/amr" | "audio/mpeg" | "audio/mp4" => document(name, caption),
            mime if mime == "application/pdf" || PAPERS.contains(&mime) => document(name, caption),
            _ => Err(Unsendable::Kind),
        }
    }
}

/// Bars of a waveform.
pub const BARS: usize = 48;

/// A waveform of loudness (any unit): one letter a bar, the quietest part `a`, the loudest `p`.
#[must_use]
pub fn waveform(loudness: &[u64]) -> String {
    let least = loudness.iter().min().copied().unwrap_or(0);
    let span = (loudness.iter().max().copied().unwrap_or(0) - least).max(1);
    let letter = |bar: usize| {
        let part = &loudness[bar * loudness.len() / BARS..((bar + 1) * loudness.len() / BARS).max(bar * loudness.len() / BARS + 1).min(loudness.len())];
        let level = (part.iter().max().copied().unwrap_or(least) - least) * 15 / span;
        char::from(b'a' + u8::try_from(level).unwrap_or(15))
    };
    if loudness.is_empty() { String::new() } else { (0..BARS).map(letter).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every type and limit of `meta-api` section 11.3.
    #[test]
    fn a_file_goes_out_as_whatsapp_takes_it() {
        let media = |mime: &str, size, pixels, duration_ms| Media {
            id: "m".into(),
            state: State::Ready,
            mime: mime.into(),
            size: Some(size),
            pages: None,
            pixels,
            duration_ms,
            waveform: None,
            thumbnail: false,
        };
        let sent = |media: Media| media.to_send(Some("n".into()), None).map(|content| content.message_type().to_owned());
        for (mime, size, kind) in [
            ("image/jpeg", 5 * MB, Ok("image")),
            ("image/jpeg", 5 * MB + 1, Ok("document")),
            ("image/png", 1, Ok("image")),
            ("image/gif", 1, Err(Unsendable::Kind)),
            ("image/webp", 1, Err(Unsendable::Sticker)),
            ("image/heic", 1, Err(Unsendable::Heic)),
            ("video/mp4", 16 * MB, Ok("document")),
            ("audio/mp4", 16 * MB, Ok("audio")),
            ("audio/ogg", 1, Err(Unsendable::Kind)),
            ("application/pdf", 100 * MB, Ok("document")),
            ("application/pdf", 100 * MB + 1, Err(Unsendable::Size)),
            ("application/octet-stream", 1, Err(Unsendable::Kind)),
            ("text/html", 1, Err(Unsendable::Kind)),
        ] {
            assert_eq!(sent(media(mime, size, None, None)), kind.map(str::to_owned), "{mime} {size}");
        }
        assert_eq!(sent(media("image/webp", 9000, Some((512, 512)), None)), Ok("sticker".into()));
        assert_eq!(sent(media("image/webp", MOVING_STICKER + 1, Some((512, 512)), None)), Err(Unsendable::Sticker));
        assert_eq!(sent(media("video/mp4", 16 * MB, None, Some(1))), Ok("video".into()));
        assert_eq!(sent(media("video/3gpp", 17 * MB, None, Some(1))), Ok("document".into()));
        assert_eq!(media("audio/ogg", 1, None, Some(1)).to_send(None, None), Ok(Content::Audio(Audio { voice: true })));
        let long = Some("x".repeat(CAPTION_LIMIT + 3));
        assert_eq!(media("image/png", 1, None, None).to_send(None, long), Err(Unsendable::Caption(3)));
    }

    #[test]
    fn a_waveform_has_its_bars_however_short_or_long() {
        for length in [1, 2, 47, 48, 49, 5000] {
            let loudness: Vec<u64> = (0..length).collect();
            assert_eq!(waveform(&loudness).len(), BARS, "{length}");
        }
        assert_eq!(waveform(&[]), "");
        let ramp: Vec<u64> = (0..480).collect();
        assert!(waveform(&ramp).starts_with('a') && waveform(&ramp).ends_with('p'));
        assert_eq!(waveform(&[3, 3]), "a".repeat(BARS), "nobody speaks");
    }
}
