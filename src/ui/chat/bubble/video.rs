//! A film, played where it stands.

use super::file::{caption, missing, player};
use crate::domain::content::Video;
use crate::domain::media::Media;
use crate::ui::state::inbox::Inbox;
use leptos::prelude::*;

/// The film with its words.
pub fn body(inbox: Inbox, video: Video, media: Option<Media>) -> AnyView {
    let missing = missing(inbox, "video", media.as_ref());
    let film = media.filter(|_| missing.is_none()).map(|media| player("video", &media, "video", Box::new(|_| {})));
    view! {
        {missing}
        {film}
        {caption(video.caption)}
    }
    .into_any()
}
