//! A sticker: it stands for itself, without a bubble around it, and still for whom it must not move.

use super::file::missing;
use crate::domain::media::Media;
use crate::protocol::address;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::prelude::*;

/// The sticker.
pub fn body(inbox: Inbox, media: Option<Media>) -> AnyView {
    let missing = missing(inbox, "sticker", media.as_ref());
    let picture = media.filter(|_| missing.is_none()).map(|media| {
        let still = media.thumbnail.then(|| view! { <source media="(prefers-reduced-motion: reduce)" srcset=address::thumbnail(media.id.as_str())/> }.into_any());
        view! { <picture>{still}<img class="sticker" src=address::file(media.id.as_str()) alt=words::kind("sticker") width="160" height="160" loading="lazy"/></picture> }.into_any()
    });
    view! {
        {missing}
        {picture}
    }
    .into_any()
}
