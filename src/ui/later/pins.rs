//! What the agent put on conversations for themselves: pinned ones stay above the list, quiet ones are counted nowhere. Other devices
//! are asked whenever the page gets the focus.

use super::answer;
use super::undo::{self, Step};
use crate::api;
use crate::domain::agent::Notify;
use crate::domain::conversation::Conversation;
use crate::domain::id::ConversationId;
use crate::domain::pin::Pin;
use crate::protocol::address;
use crate::protocol::team::Pins;
use crate::ui::browser::task;
use crate::ui::kit::avatar::Avatar;
use crate::ui::kit::when::When;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;

thread_local! {
    static PINS: ArcRwSignal<Pins> = ArcRwSignal::new(Pins::default());
}

fn pins() -> ArcRwSignal<Pins> {
    PINS.with(Clone::clone)
}

/// Whether one is on this conversation.
pub fn is_on(id: &ConversationId, pin: Pin) -> bool {
    pins().with(|pins| match pin {
        Pin::Pin => pins.pinned.iter().any(|row| row.id == *id),
        Pin::Mute => pins.muted.contains(id),
    })
}

/// What the agent is told of while they look elsewhere.
pub fn told_of() -> Notify {
    pins().with_untracked(|pins| pins.notify)
}

fn take_in(inbox: Inbox, now: Pins) {
    inbox.mute(now.muted.clone());
    pins().maybe_update(|pins| {
        let changed = *pins != now;
        *pins = now;
        changed
    });
}

/// Asks for them, now and whenever the page gets the focus.
pub fn start(inbox: Inbox) {
    let ask = move || {
        task::spawn(async move {
            if let Ok(pins) = api::team::list_pins().await {
                take_in(inbox, pins);
            }
        });
    };
    ask();
    let _focused = window_event_listener(ev::focus, move |_| ask());
}

/// Puts one on, or takes it off.
pub fn turn(inbox: Inbox, id: &ConversationId, pin: Pin) {
    let (id, on) = (id.clone(), !untrack(|| is_on(id, pin)));
    task::spawn(async move {
        if set(inbox, id.clone(), pin, on).await {
            undo::offer(words::pinned(pin, on).to_owned(), vec![Step::pin(id, pin, !on)]);
        }
    });
}

/// Puts one on, or takes it off; whether that was done.
pub async fn set(inbox: Inbox, id: ConversationId, pin: Pin, on: bool) -> bool {
    match api::team::set_pin(id, pin, on).await {
        Ok(pins) => {
            take_in(inbox, pins);
            true
        }
        Err(error) => {
            answer::say(error.message);
            false
        }
    }
}

/// What events have changed of the pinned ones.
pub fn refresh(inbox: Inbox) {
    pins().maybe_update(|pins| {
        let mut changed = false;
        for row in &mut pins.pinned {
            if let Some(now) = inbox.row(&row.id).map(|now| now.get_untracked())
                && now != *row
            {
                *row = now;
                changed = true;
            }
        }
        changed
    });
}

/// Above the list: the pinned ones.
pub fn draw(inbox: Inbox) -> AnyView {
    view! {
        <When is=|| pins().with(|pins| !pins.pinned.is_empty())>
            <nav class="pins" aria-label=words::PINNED_ONES>{move || pins().get().pinned.into_iter().map(|row| one(inbox, row)).collect::<Vec<_>>()}</nav>
        </When>
    }
    .into_any()
}

fn one(inbox: Inbox, row: Conversation) -> AnyView {
    let name = row.display_name();
    let href = address::thread(&inbox.segment(&row)) + &inbox.query.get();
    let is_quiet = is_on(&row.id, Pin::Mute).then_some("");
    let unread = row.unread;
    let badge =
        move || view! { <span class="badge" data-quiet=is_quiet aria-label=words::unread(unread)>{words::count(usize::try_from(unread).unwrap_or(0))}</span> };
    let (shown, whole) = (name.clone(), name.clone());
    view! {
        <a class="pins__one" href=href title=whole>
            <Avatar name=Signal::stored(name) id=row.id.0 small=true/>
            <bdi>{shown}</bdi>
            {(unread > 0).then(badge)}
        </a>
    }
    .into_any()
}
