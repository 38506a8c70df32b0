//! The files and links of a thread, in the panel beside it: the newest first, and more of them at a press.

use super::{answer, beside};
use crate::domain::id::MessageId;
use crate::protocol::address;
use crate::protocol::beside::{Beside, File, Link};
use crate::ui::browser::task;
use crate::ui::kit::icon::{Glyph, Icon};
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::prelude::*;

/// Both, each with a button that asks for more, if there are more.
pub fn draw(inbox: Inbox, known: &Beside, more: impl Fn() + Clone + 'static) -> AnyView {
    let files = known.files.iter().map(|file| self::file(inbox, file)).collect::<Vec<_>>();
    let links = known.links.iter().map(|link| self::link(inbox, link)).collect::<Vec<_>>();
    let further = |is_wanted: bool, name: &'static str| {
        let more = more.clone();
        is_wanted.then(|| view! { <button type="button" class="link" on:click=move |_| more()>{name}</button> }.into_any())
    };
    view! {
        {section(words::FILES_HERE, files)}
        {further(known.has_more_files, words::MORE_FILES)}
        {section(words::LINKS_HERE, links)}
        {further(known.has_more_links, words::MORE_LINKS)}
    }
    .into_any()
}

/// A part of the panel, if there is anything in it.
pub fn section(title: &'static str, items: Vec<AnyView>) -> Option<AnyView> {
    (!items.is_empty()).then(|| view! { <section><h4>{title}</h4><ul class="beside__items">{items}</ul></section> }.into_any())
}

/// A button that leads to the message.
fn leads(inbox: Inbox, id: &MessageId, name: String, shown: AnyView) -> AnyView {
    let id = id.0.clone();
    let go = move |_| {
        let id = id.clone();
        beside::uncover();
        task::spawn(async move { answer::show(inbox, id).await });
    };
    view! { <button type="button" class="beside__item" title=name on:click=go>{shown}</button> }.into_any()
}

fn file(inbox: Inbox, file: &File) -> AnyView {
    let when = inbox.zone.with_value(|zone| words::full_time(file.at, zone));
    let (media, is_picture) = (&file.media, file.media.is_picture());
    let shown = if is_picture {
        view! { <img src=address::thumbnail(media.id.as_str()) alt=words::kind("image") loading="lazy"/> }.into_any()
    } else {
        let name = file.name.clone().unwrap_or_else(|| words::about(&media.mime, media.pages, media.size));
        view! { <Icon glyph=Glyph::PAPER/><span dir="auto">{name}</span> }.into_any()
    };
    view! { <li data-kind=is_picture.then_some("picture")>{leads(inbox, &file.message_id, when, shown)}</li> }.into_any()
}

fn link(inbox: Inbox, link: &Link) -> AnyView {
    let when = inbox.zone.with_value(|zone| words::full_time(link.at, zone));
    let shown = view! { <span dir="ltr">{link.href.clone()}</span> }.into_any();
    view! { <li>{leads(inbox, &link.message_id, when, shown)}</li> }.into_any()
}
