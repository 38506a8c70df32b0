//! What can be done with one message. With a pointer: the arrow on its bubble, or the other button anywhere on it. With keys: Up in an empty composer goes to the last
//! message, Up and Down to the others, Enter opens, Escape goes back.

use super::{answer, details, forward};
use crate::api;
use crate::domain::content::Content;
use crate::domain::id::MessageId;
use crate::domain::media::State;
use crate::domain::message::{Direction, Message};
use crate::ui::browser::{document, task};
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;
use std::cell::Cell;

/// The menu's element.
const MENU: &str = "menu";
/// What opens it.
const MORE: &str = ".bubble__more";
/// The emoji that are offered, as WhatsApp offers them.
const EMOJI: [&str; 6] = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

thread_local! {
    /// The bubble it is open for.
    static OPEN: ArcRwSignal<String> = ArcRwSignal::new(String::new());
    /// Where it was asked for, until the pointer is released.
    static ASKED: Cell<Option<ev::MouseEvent>> = const { Cell::new(None) };
    /// Whether words were selected before the button was pressed: some browsers select the word under the pointer first.
    static SELECTED: Cell<bool> = const { Cell::new(false) };
}

/// Opens it where the pointer is.
fn open_at(event: ev::MouseEvent) {
    task::spawn(async move {
        // What is in it must be there to be measured; and what the release of the button closes must be closed.
        leptos::task::tick().await;
        document::show_at(MENU, &event);
    });
}

/// Listens for what opens it.
pub fn start() {
    let _clicked = window_event_listener(ev::click, |event| {
        if let Some(key) = document::clicked(&event, MORE, "data-key") {
            OPEN.with(Clone::clone).set(key);
            task::spawn(async move {
                // What is in it must be there to be measured.
                leptos::task::tick().await;
                document::show_beside(MENU, &event);
            });
        }
    });
    let _asked = window_event_listener(ev::contextmenu, |event| {
        // Over words that are selected, links and files the browser's own menu is of more use; with Shift it always comes.
        let Some(key) = document::clicked(&event, ".bubble:not([data-side='event'])", "data-key").filter(|_| !event.shift_key()) else { return };
        if SELECTED.get() || document::is_within(&event, "a, video, audio, input") {
            return;
        }
        event.prevent_default();
        OPEN.with(Clone::clone).set(key);
        // Where it comes with the pressing of the button, its release would close the menu again.
        if event.buttons() == 0 { open_at(event) } else { ASKED.set(Some(event)) }
    });
    let _released = window_event_listener(ev::pointerup, |_| {
        if let Some(event) = ASKED.take() {
            open_at(event);
        }
    });
    let _began = window_event_listener(ev::pointerdown, |_| SELECTED.set(document::has_selection()));
    let _pressed = window_event_listener(ev::keydown, |event| {
        let by = match event.key().as_str() {
            "ArrowUp" => -1,
            "ArrowDown" => 1,
            "Escape" => 0,
            _ => return,
        };
        let from_composer = by == -1 && document::is_target(&event, "composer") && document::value("composer").is_empty();
        if from_composer || document::is_within(&event, MORE) {
            event.prevent_default();
            if by == 0 { document::focus("composer") } else { document::focus_next(MORE, by) }
        }
    });
}

/// The menu, closed until it is opened.
pub fn draw(inbox: Inbox) -> AnyView {
    let open = OPEN.with(Clone::clone);
    view! { <div class="menu" id=MENU popover="auto">{move || inbox.message(&open.get()).map(|message| entries(inbox, &message))}</div> }.into_any()
}

/// Puts an emoji on a message, or (none) takes ours back; the stream shows it.
fn react(id: MessageId, emoji: &'static str) {
    task::spawn(async move {
        if let Err(error) = api::messages::react_to(id, emoji.to_owned()).await {
            answer::say(error.message);
        }
    });
}

/// Whether it carries something that can go to somebody else.
fn can_forward(message: &Message) -> bool {
    let is_said = matches!(message.direction, Direction::Inbound | Direction::Outbound);
    let is_here = message.media.as_ref().is_some_and(|media| media.state == State::Ready);
    is_said && (is_here || matches!(message.content, Content::Text(_) | Content::Location(_) | Content::Contacts(_)))
}

fn entries(inbox: Inbox, message: &Message) -> AnyView {
    // What Meta does not know yet cannot be answered.
    let is_known = message.wamid.is_some();
    let id = message.id.clone();
    let answer = move |_| {
        document::hide(MENU);
        inbox.replying.set(id.0.clone());
        document::focus("composer");
    };
    let emoji = |emoji: &'static str| {
        let (id, is_ours) = (message.id.clone(), message.reacted == emoji);
        let react = move |_| {
            document::hide(MENU);
            react(id.clone(), if is_ours { "" } else { emoji });
        };
        view! { <button class="menu__emoji" aria-pressed=is_ours.to_string() aria-label=words::react(emoji) on:click=react>{emoji}</button> }.into_any()
    };
    let whole = message.clone();
    let details = move |_| {
        document::hide(MENU);
        details::open(whole.clone());
    };
    let words = message.content.body().filter(|words| !words.is_empty()).map(str::to_owned);
    let copy = words.map(|words| {
        let copy = move |_| {
            document::hide(MENU);
            let words = words.clone();
            task::spawn(async move { answer::say(if document::copy(&words).await { words::COPIED } else { words::NOT_COPIED }.to_owned()) });
        };
        view! { <button class="menu__item" on:click=copy>{words::COPY}</button> }.into_any()
    });
    let whole_again = message.clone();
    let forward = can_forward(message).then(|| {
        let open = move |_| {
            document::hide(MENU);
            forward::open(whole_again.clone());
        };
        view! { <button class="menu__item" on:click=open>{words::FORWARD}</button> }.into_any()
    });
    let known = is_known.then(|| {
        view! {
            <div class="menu__row">{EMOJI.map(emoji).into_iter().collect::<Vec<_>>()}</div>
            <button class="menu__item" on:click=answer>{words::ANSWER}</button>
        }
        .into_any()
    });
    view! {
        {known}
        {copy}
        {forward}
        <button class="menu__item" on:click=details>{words::DETAILS}</button>
    }
    .into_any()
}
