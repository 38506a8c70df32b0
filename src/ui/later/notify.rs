//! Tells of what comes while the agent looks elsewhere, by the browser's notifications: as much as they have chosen on their own page, once they
//! have switched it on in this browser. Never of what they wrote themselves, of quiet conversations, or while they look at the page.

use super::{answer, keys, pins};
use crate::domain::agent::Notify;
use crate::domain::content::{Change, Content};
use crate::domain::conversation::Conversation;
use crate::domain::message::{Direction, Message};
use crate::domain::pin::Pin;
use crate::protocol::aside::Notice;
use crate::protocol::event::Event;
use crate::ui::browser::{document, notification, storage, task};
use crate::ui::page::rail::NOTIFY;
use crate::ui::state::inbox::{Inbox, recent};
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;
use std::cell::Cell;

/// Kept in the browser if they are on.
const ON: &str = "notifications";

thread_local! {
    /// Up to where the stream was told of.
    static PLACE: Cell<i64> = const { Cell::new(0) };
}

/// Reads the switch, and listens to it.
pub fn start(inbox: Inbox) {
    PLACE.set(inbox.place().1);
    document::check(NOTIFY, is_on());
    let _chosen = window_event_listener(ev::change, |event| {
        if !document::is_target(&event, NOTIFY) {
            return;
        }
        if !event_target_checked(&event) {
            return storage::remove(ON);
        }
        storage::write(ON, "1");
        task::spawn(async {
            if !notification::ask().await {
                storage::remove(ON);
                document::check(NOTIFY, false);
                answer::say(words::NOTIFY_DENIED.to_owned());
            }
        });
    });
}

fn is_on() -> bool {
    storage::read(ON).is_some() && notification::are_allowed()
}

/// Tells of what the stream has brought since.
pub fn look(inbox: Inbox) {
    let events = recent::list_after(PLACE.get());
    let Some((last, _)) = events.last() else { return };
    PLACE.set(*last);
    if document::is_watched() || !is_on() {
        return;
    }
    for (_, event) in events {
        if let Event::MessageStored { conversation, message } = event
            && let Some(text) = worth_telling(inbox, &conversation, &message)
        {
            show(inbox, conversation, &text);
        }
    }
}

/// What is told of a message, if anything is.
fn worth_telling(inbox: Inbox, row: &Conversation, message: &Message) -> Option<String> {
    let chosen = pins::told_of();
    let me = inbox.agent.get_value();
    let is_mine = row.assignee.as_ref() == Some(&me.id);
    // An old message that looks otherwise now is no news.
    let is_new = row.last.as_ref().is_some_and(|last| last.id == message.id);
    match (&message.content, message.direction) {
        (Content::Change(Change::Assigned(Some(_))), _) if is_mine && message.author.as_ref() != Some(&me.name) && chosen >= Notify::Calls => {
            Some(words::handed(message.author.as_deref().unwrap_or_default()))
        }
        (_, Direction::Inbound) if is_new && row.unread > 0 && !untrack(|| pins::is_on(&row.id, Pin::Mute)) => {
            let least = if is_mine {
                Notify::Mine
            } else if row.assignee.is_none() {
                Notify::Free
            } else {
                Notify::All
            };
            (chosen >= least).then(|| words::preview(&message.content.preview(), message.content.message_type()))
        }
        _ => None,
    }
}

/// Tells of notes that call the agent, if they were not known before.
pub fn calls(before: &[Notice], now: &[Notice]) {
    if document::is_watched() || !is_on() || pins::told_of() < Notify::Calls {
        return;
    }
    for notice in now.iter().filter(|notice| !before.contains(notice)) {
        if let Notice::Mentioned { by, customer, message, preview, .. } = notice {
            notification::show(customer, &words::calls(by, preview), message.as_str(), || {});
        }
    }
}

fn show(inbox: Inbox, row: Conversation, text: &str) {
    let name = row.display_name();
    let about = row.id.0.clone();
    notification::show(&name, text, &about, move || {
        if keys::show(inbox, &row.id) {
            document::focus(keys::FIELD);
        }
    });
}
