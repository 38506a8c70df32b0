//! What can be said of a file before it is sent: whether WhatsApp takes it, and as what it goes. The bytes decide in the end, on the
//! server: what a machine calls a file may be wrong or missing.

use crate::domain::content::Content;
use crate::domain::media::{MOVING_STICKER, Media, STICKER, State, Unsendable, webp_moves};
use crate::ui::browser::upload::{self, Local};
use crate::ui::words;

/// Why a sticker is refused that stands still and is only small enough for one that moves: its first bytes tell.
pub async fn on_sticker(file: &Local) -> Option<String> {
    let stands = file.size > STICKER && upload::head(&file.key).await.is_some_and(|head| !webp_moves(&head));
    stands.then(|| Unsendable::Sticker.sentence())
}

/// The file as the thread would show it.
fn about(file: &Local) -> Media {
    let is_heic = ["heic", "heif"].iter().any(|ending| file.name.to_lowercase().ends_with(ending));
    let mime = match file.mime.as_str() {
        "audio/x-m4a" => "audio/mp4",
        "" if is_heic => "image/heic",
        mime => mime,
    };
    Media {
        id: "".into(),
        state: State::Ready,
        mime: mime.to_owned(),
        size: Some(file.size),
        pages: None,
        pixels: None,
        // Whether it can be played, the server finds out.
        duration_ms: Some(0).filter(|_| mime.starts_with("video/")),
        waveform: None,
        thumbnail: false,
    }
}

/// Why WhatsApp will not take it, if that can be told by now.
#[must_use]
pub fn refusal(file: &Local) -> Option<String> {
    if file.mime == upload::FOLDER {
        return Some(words::NO_FOLDERS.to_owned());
    }
    if file.size == 0 {
        return Some(words::EMPTY_FILE.to_owned());
    }
    let media = about(file);
    let is_sticker = media.mime == "image/webp" && file.size <= MOVING_STICKER;
    let is_undecided = is_sticker || ["", "audio/ogg", "audio/webm"].contains(&media.mime.as_str());
    let refused = media.to_send(None, None).err();
    refused.filter(|why| *why == Unsendable::Size || !is_undecided).map(Unsendable::sentence)
}

/// What becomes of a file that is too large for what it is.
#[must_use]
pub fn becomes(file: &Local) -> Option<&'static str> {
    let is_seen_or_heard = ["image/", "video/", "audio/"].iter().any(|kind| file.mime.starts_with(kind));
    let is_document = matches!(about(file).to_send(None, None), Ok(Content::Document(_)));
    (is_seen_or_heard && is_document).then_some(words::GOES_AS_DOCUMENT)
}
