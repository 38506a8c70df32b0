//! Any other file: what it is called, what it is, and how to save it. It is never shown inside the page.

use super::file::{caption, missing};
use crate::domain::content::Document;
use crate::domain::media::Media;
use crate::protocol::address;
use crate::ui::kit::icon::{Glyph, Icon};
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::prelude::*;

/// The file with its words.
pub fn body(inbox: Inbox, document: Document, media: Option<Media>) -> AnyView {
    let missing = missing(inbox, "document", media.as_ref());
    let name = document.name.unwrap_or_else(|| words::kind("document"));
    let card = media.filter(|_| missing.is_none()).map(|media| {
        view! {
            <a class="paper" href=address::download(media.id.as_str()) download="">
                <Icon glyph=Glyph::PAPER/>
                <span><b dir="auto">{name}</b><small>{words::about(&media.mime, media.pages, media.size)}</small></span>
            </a>
        }
        .into_any()
    });
    view! {
        {missing}
        {card}
        {caption(document.caption)}
    }
    .into_any()
}
