//! What all files share: where they are had, how far they have got, and what is written below them.

use crate::domain::content::Text;
use crate::domain::id::MediaId;
use crate::domain::media::{Media, State};
use crate::ui::chat::bubble::text::TextBody;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::prelude::*;

/// What stands in the file's place while it is not here; `None` once it is.
pub fn missing(inbox: Inbox, kind: &str, media: Option<&Media>) -> Option<AnyView> {
    let Some(media) = media else { return Some(place(words::kind(kind), words::NO_FILE.to_owned(), None)) };
    let again = |id: MediaId, name| view! { <button class="link" on:click=move |_| inbox.fetch_again(id.clone())>{name}</button> }.into_any();
    match &media.state {
        State::Ready => None,
        State::Fetching => Some(place(words::kind(kind), words::FETCHING.to_owned(), None)),
        State::Waiting(at) => {
            let at = inbox.zone.with_value(|zone| words::time(&zone.local(*at)));
            Some(place(words::kind(kind), words::fetched_at(&at), Some(again(media.id.clone(), words::TRY_NOW))))
        }
        State::Failed(failure) => Some(place(words::kind(kind), failure.sentence(), Some(again(media.id.clone(), words::TRY_AGAIN)))),
    }
}

fn place(kind: String, sentence: String, action: Option<AnyView>) -> AnyView {
    view! {
        <div class="missing">
            <b>{kind}</b>
            <span>{sentence}</span>
            {action}
        </div>
    }
    .into_any()
}

/// The words below a file.
pub fn caption(caption: Option<String>) -> Option<AnyView> {
    caption.map(|body| view! { <TextBody text=Text { body }/> }.into_any())
}
