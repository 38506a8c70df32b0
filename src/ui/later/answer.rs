//! Answering a message: which one stands above the composer until the answer is sent; a quote leads to its original.

use crate::domain::id::ConversationId;
use crate::domain::media::Media;
use crate::domain::message::{Direction, Message, Quote, Quoted};
use crate::protocol::address;
use crate::protocol::error::Code;
use crate::ui::browser::{document, scroll, swipe, task};
use crate::ui::kit::banner::Banner;
use crate::ui::kit::when::When;
use crate::ui::state::inbox::{Inbox, Motion};
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;

/// How far down the thread an original is shown.
const ORIGINAL_AT: f64 = 0.3;
/// How long a thread may take to open: so often it is looked.
const WAITS: usize = 200;
const WAIT_MS: i64 = 50;

thread_local! {
    /// The bubble whose quote was followed, by its key; empty: none.
    static BACK: ArcRwSignal<String> = ArcRwSignal::new(String::new());
    /// Why something that was asked for was not done, until the agent has seen it.
    static SAID: ArcRwSignal<String> = ArcRwSignal::new(String::new());
}

fn back() -> ArcRwSignal<String> {
    BACK.with(Clone::clone)
}

fn said_last() -> ArcRwSignal<String> {
    SAID.with(Clone::clone)
}

/// Says why something was not done.
pub fn say(text: String) {
    said_last().set(text);
}

/// What an answer shows of the message that it answers, until the server has it.
pub fn quote_of(original: Message) -> Option<Quote> {
    let kind = original.content.message_type().to_owned();
    let picture = original.media.filter(Media::is_picture).map(|media| media.id);
    let quoted = Quoted { kind, preview: original.content.preview(), id: original.id, direction: original.direction, picture };
    Some(Quote { wamid: original.wamid?, original: Some(quoted) })
}

/// Answers the message of this bubble; whether that can be. What Meta does not know yet cannot be answered.
pub fn answer(inbox: Inbox, key: &str) -> bool {
    let Some(message) = inbox.message(key).filter(|message| message.wamid.is_some()) else { return false };
    inbox.replying.set(message.id.0);
    document::focus("composer");
    true
}

/// Listens for clicks on quotes, for bubbles that are pulled aside, and for Escape.
pub fn start(inbox: Inbox) {
    swipe::listen(".bubble:not([data-side='event'])", move |key| {
        answer(inbox, &key);
    });
    let _clicked = window_event_listener(ev::click, move |event| {
        if let Some(id) = document::clicked(&event, ".quote[data-id]", "data-id") {
            back().set(document::clicked(&event, "[data-key]", "data-key").unwrap_or_default());
            task::spawn(show(inbox, id));
        }
    });
    // An address may name a message.
    let named = move || {
        if let Some(id) = document::fragment().strip_prefix(address::MESSAGE).filter(|_| inbox.open_id().is_some()) {
            task::spawn(show(inbox, id.to_owned()));
        }
    };
    named();
    let _named = window_event_listener(ev::hashchange, move |_| named());
    let _pressed = window_event_listener(ev::keydown, move |event| {
        // One Escape, one thing: a recording goes on.
        if event.key() == "Escape" && document::is_target(&event, "composer") && !inbox.replying.with_untracked(String::is_empty) {
            event.prevent_default();
            inbox.replying.set(String::new());
        }
    });
}

/// Shows a message of a thread that is being opened.
pub async fn show_when_open(inbox: Inbox, conversation: ConversationId, id: String) {
    for _ in 0..WAITS {
        if inbox.open_id().as_ref() == Some(&conversation) {
            return show(inbox, id).await;
        }
        task::sleep(WAIT_MS).await;
    }
}

/// Shows a message of the thread, from however long ago: it is fetched with what stands around it.
pub async fn show(inbox: Inbox, id: String) {
    let Some(opened) = inbox.open_id() else { return };
    if inbox.key_of(&id).is_none()
        && let Err(error) = inbox.fetch_around(&opened, &id).await
    {
        return say(if error.code == Code::UnknownMessage { words::NO_ORIGINAL.to_owned() } else { error.message });
    }
    if inbox.open_id() != Some(opened) {
        return;
    }
    inbox.show_older(Motion::Found);
    let Some(key) = inbox.key_of(&id) else { return say(words::NO_ORIGINAL.to_owned()) };
    leptos::task::tick().await;
    scroll::show(&key, ORIGINAL_AT);
}

/// The message that is answered.
pub fn draw(inbox: Inbox) -> AnyView {
    let answered = Memo::new(move |_| {
        // It may be older than what is loaded.
        inbox.motion.track();
        inbox.find(&inbox.replying.get())
    });
    let whose = move || {
        let name = || inbox.open_id().and_then(|id| inbox.row(&id)).map(|row| row.with(crate::domain::conversation::Conversation::display_name));
        answered.with(|message| match message.as_ref().map(|message| message.direction) {
            Some(Direction::Outbound) => Some(words::US.to_owned()),
            _ => name(),
        })
    };
    let said = move || {
        answered.with(|message| {
            message
                .as_ref()
                .map_or_else(|| words::OLDER_MESSAGE.to_owned(), |message| words::quoted(message.content.message_type(), &message.content.preview()))
        })
    };
    let side = move || answered.with(|message| message.as_ref().map_or("in", |message| if message.direction == Direction::Outbound { "out" } else { "in" }));
    let kind = move || answered.with(|message| message.as_ref().map(|message| message.content.message_type().to_owned()));
    let picture = move || {
        let file = answered.with(|message| message.as_ref()?.media.as_ref().filter(|media| media.is_picture()).map(|media| media.id.clone()));
        file.map(|id| view! { <img src=address::thumbnail(id.as_str()) alt=""/> }.into_any())
    };
    // Another thread has other bubbles.
    let can_go_back = move || {
        inbox.lines.track();
        back().with(|key| inbox.bubble(key).is_some())
    };
    let go_back = |_| {
        scroll::show(&back().get_untracked(), ORIGINAL_AT);
        back().set(String::new());
    };
    view! {
        <When is=can_go_back>
            <div class="answer"><button class="link" on:click=go_back>{words::BACK_TO_ANSWER}</button></div>
        </When>
        <When is=move || inbox.replying.with(|id| !id.is_empty())>
            <div class="answer" role="status">
                <div class="quote" data-side=side data-kind=kind>{picture}<b><bdi>{whose}</bdi></b><bdi>{said}</bdi></div>
                <button class="link" on:click=move |_| { inbox.replying.set(String::new()); document::focus("composer") }>{words::NO_ANSWER}</button>
            </div>
        </When>
    }
    .into_any()
}

/// What was said last, above everything, until the agent has seen it.
pub fn said() -> AnyView {
    view! {
        <When is=|| said_last().with(|said| !said.is_empty())>
            <Banner kind="warn" text=Signal::derive(|| said_last().get())>
                <button class="link" on:click=|_| say(String::new())>{words::CLOSE}</button>
            </Banner>
        </When>
    }
    .into_any()
}
