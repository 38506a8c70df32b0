//! A picture: small in the thread, whole when it is opened.

use super::file::{caption, missing};
use crate::domain::content::Image;
use crate::domain::media::Media;
use crate::protocol::address;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::prelude::*;

/// The picture with its words.
pub fn body(inbox: Inbox, image: Image, media: Option<Media>) -> AnyView {
    let missing = missing(inbox, "image", media.as_ref());
    let picture = media.filter(|_| missing.is_none()).map(|media| picture(&media));
    view! {
        {missing}
        {picture}
        {caption(image.caption)}
    }
    .into_any()
}

fn picture(media: &Media) -> AnyView {
    let (width, height) = media.pixels.unzip();
    view! {
        <a class="picture" href=address::file(media.id.as_str()) target="_blank" rel="noopener" data-id=media.id.0.clone() aria-label=words::OPEN_PHOTO>
            <img src=address::thumbnail(media.id.as_str()) width=width.map(|n| n.to_string()) height=height.map(|n| n.to_string()) alt=words::kind("image") loading="lazy" decoding="async"/>
        </a>
    }
    .into_any()
}
