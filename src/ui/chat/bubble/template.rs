//! A template that was sent, as the customer got it: the file above, the filled text, the buttons.

use super::interactive::offer;
use super::{document, image, video};
use crate::domain::content::{Document, Image, Template, Video};
use crate::domain::media::Media;
use crate::ui::state::inbox::Inbox;
use leptos::prelude::*;

/// The template.
pub fn body(inbox: Inbox, template: Template, media: Option<Media>) -> AnyView {
    let Template { file, file_name, header, body, footer, buttons, .. } = template;
    let file = file.map(|kind| match kind.as_str() {
        "image" => image::body(inbox, Image { caption: None }, media),
        "video" => video::body(inbox, Video { caption: None }, media),
        _ => document::body(inbox, Document { name: file_name, caption: None }, media),
    });
    view! {
        {file}
        {offer(header, body, footer, buttons)}
    }
    .into_any()
}
