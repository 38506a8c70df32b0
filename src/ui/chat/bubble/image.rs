//! A picture: small in the thread, whole when it is opened.

use super::file::{caption, missing};
use crate::domain::content::Image;
use crate::domain::media::Media;
use crate::protocol::address;
use crate::ui::browser::document;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::prelude::*;

/// The picture with its words.
pub fn body(inbox: Inbox, image: Image, media: Option<Media>) -> AnyView {
    let missing = missing(inbox, "image", media.as_ref());
    let picture = media.filter(|_| missing.is_none()).map(|media| picture(inbox, &media));
    view! {
        {missing}
        {picture}
        {caption(image.caption)}
    }
    .into_any()
}

fn picture(inbox: Inbox, media: &Media) -> AnyView {
    let (width, height) = media.pixels.unzip();
    let id = media.id.clone();
    // Without the page's code, or with a modifier key, it is an ordinary link.
    let open = move |event: leptos::ev::MouseEvent| {
        if document::is_plain_click(&event) {
            event.prevent_default();
            inbox.look_at(id.as_str());
        }
    };
    view! {
        <a class="picture" href=address::file(media.id.as_str()) target="_blank" rel="noopener" on:click=open aria-label=words::OPEN_PHOTO>
            <img src=address::thumbnail(media.id.as_str()) width=width.map(|n| n.to_string()) height=height.map(|n| n.to_string()) alt=words::kind("image") loading="lazy" decoding="async"/>
        </a>
    }
    .into_any()
}
