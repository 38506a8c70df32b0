//! A film, played where it stands.

use super::file::{caption, missing};
use crate::domain::content::Video;
use crate::domain::media::Media;
use crate::protocol::address;
use crate::ui::browser::player;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::prelude::*;

/// The film with its words.
pub fn body(inbox: Inbox, video: Video, media: Option<Media>) -> AnyView {
    let missing = missing(inbox, "video", media.as_ref());
    let film = media.filter(|_| missing.is_none()).map(|media| {
        let name = words::kind("video");
        view! { <video class="film" controls="" preload="metadata" playsinline="" src=address::file(&media.id) aria-label=name on:play=move |event| player::alone(&event)></video> }.into_any()
    });
    view! {
        {missing}
        {film}
        {caption(video.caption)}
    }
    .into_any()
}
