//! What can be done with one message. With a pointer: the arrow on its bubble. With keys: Up in an empty composer goes to the last
//! message, Up and Down to the others, Enter opens, Escape goes back.

use super::{answer, details};
use crate::api;
use crate::domain::id::MessageId;
use crate::domain::message::Message;
use crate::ui::browser::{document, task};
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;

/// The menu's element.
const MENU: &str = "menu";
/// What opens it.
const MORE: &str = ".bubble__more";
/// The emoji that are offered, as WhatsApp offers them.
const EMOJI: [&str; 6] = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

thread_local! {
    /// The bubble it is open for.
    static OPEN: ArcRwSignal<String> = ArcRwSignal::new(String::new());
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
    let known = is_known.then(|| {
        view! {
            <div class="menu__row">{EMOJI.map(emoji).into_iter().collect::<Vec<_>>()}</div>
            <button class="menu__item" on:click=answer>{words::ANSWER}</button>
        }
        .into_any()
    });
    view! {
        {known}
        <button class="menu__item" on:click=details>{words::DETAILS}</button>
    }
    .into_any()
}
