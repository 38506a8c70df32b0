//! What all files share: where they are had, how far they have got, and what is written below them.

use crate::domain::content::Text;
use crate::domain::media::{Media, State};
use crate::protocol::address;
use crate::ui::browser::player;
use crate::ui::chat::bubble::act;
use crate::ui::chat::bubble::text::TextBody;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::ev::{Custom, Event, on};
use leptos::html::custom;
use leptos::prelude::*;
use leptos::tachys::html::attribute::any_attribute::IntoAnyAttribute;

/// What stands in the file's place while it is not here; `None` once it is.
pub fn missing(inbox: Inbox, kind: &str, media: Option<&Media>) -> Option<AnyView> {
    let Some(media) = media else { return Some(place(words::kind(kind), words::NO_FILE.to_owned(), None)) };
    match &media.state {
        State::Ready => None,
        State::Fetching => Some(place(words::kind(kind), words::FETCHING.to_owned(), None)),
        State::Waiting(at) => {
            let at = inbox.zone.with_value(|zone| words::time(&zone.local(*at)));
            Some(place(words::kind(kind), words::fetched_at(&at), Some(act("fetch", words::TRY_NOW))))
        }
        // What Meta itself says of a file that it never had for us will not change.
        State::Failed(failure) => {
            let action = (failure.code < 0).then(|| act("fetch", words::TRY_AGAIN));
            Some(place(words::kind(kind), inbox.sentence(failure), action))
        }
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
    caption.map(|body| view! { <TextBody text=Text::new(body)/> }.into_any())
}

/// What an event does.
type Handler = Box<dyn FnMut(Event)>;

/// A film or a recording, by the browser's own player: one at a time, and a voice note after the other.
pub fn player(tag: &'static str, media: &Media, kind: &str, rate_changed: Handler) -> AnyView {
    let player = custom(tag).attr("controls", "").attr("preload", "metadata").attr("playsinline", "").attr("data-kind", kind.to_owned());
    let player = player.attr("src", address::file(media.id.as_str())).attr("aria-label", words::kind(kind));
    let handlers: [(&str, Handler); 3] =
        [("play", Box::new(|event| player::alone(&event))), ("ended", Box::new(|event| player::play_next(&event))), ("ratechange", rate_changed)];
    let [play, ended, rate] = handlers.map(|(name, handler)| on(Custom::new(name), handler).into_any_attr());
    player.add_any_attr(vec![play, ended, rate]).into_any()
}
