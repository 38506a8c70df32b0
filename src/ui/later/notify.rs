//! Tells of what comes while the agent looks elsewhere, by the browser's notifications: as much as they have chosen on their own page, once they
//! have switched it on in this browser. Never of what they wrote themselves, while they look at the inbox, or of messages
//! in quiet conversations.

use super::{answer, keys, pins};
use crate::domain::agent::{Agent, Notify};
use crate::domain::content::{Change, Content};
use crate::domain::conversation::Conversation;
use crate::domain::message::{Direction, Message};
use crate::domain::pin::Pin;
use crate::protocol::address;
use crate::protocol::aside::Notice;
use crate::protocol::event::Event;
use crate::ui::browser::{document, history, notification, storage, task};
use crate::ui::page::rail::NOTIFY;
use crate::ui::state::inbox::{Inbox, recent};
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;
use std::cell::Cell;

/// Kept in the browser if they are on.
const ON: &str = "notifications";

/// Kept in the browser: up to where of which log the agent saw it come, in whichever tab.
const SEEN: &str = "seen-up-to";
/// A tab that nobody looks at waits so long for another to say so.
const WAIT_MS: i64 = 300;

thread_local! {
    /// Up to where the stream was told of.
    static PLACE: Cell<i64> = const { Cell::new(0) };
    /// The page, for what is told beside the stream.
    static INBOX: Cell<Option<Inbox>> = const { Cell::new(None) };
    /// Whether anything was heard beside the stream: what was known before is no news.
    static HEARD: Cell<bool> = const { Cell::new(false) };
}

/// Reads the switch, and listens to it.
pub fn start(inbox: Inbox) {
    PLACE.set(inbox.place().1);
    INBOX.set(Some(inbox));
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
    // Another log counts anew.
    if inbox.place().1 < PLACE.get() {
        PLACE.set(0);
    }
    let events = recent::list_after(PLACE.get());
    let Some((last, _)) = events.last() else { return };
    PLACE.set(*last);
    if document::is_watched() {
        return storage::write(SEEN, &format!("{} {last}", inbox.place().0));
    }
    if !is_on() {
        return;
    }
    let (chosen, me) = (pins::told_of(), inbox.agent.get_value());
    for (seq, event) in events {
        if let Event::MessageStored { conversation, message } = event
            && let Some(text) = worth_telling(chosen, &me, &conversation, &message, untrack(|| pins::is_on(&conversation.id, Pin::Mute)))
        {
            let path = address::thread(&inbox.segment(&conversation));
            show(conversation.display_name(), text, conversation.id.0, path, Some(seq));
        }
    }
}

/// What is told of a message, if anything is, to somebody who has chosen to hear so much.
fn worth_telling(chosen: Notify, me: &Agent, row: &Conversation, message: &Message, is_quiet: bool) -> Option<String> {
    let is_mine = row.assignee.as_ref() == Some(&me.id);
    // An old message that looks otherwise now is no news.
    let is_new = row.last.as_ref().is_some_and(|last| last.id == message.id);
    match (&message.content, message.direction) {
        (Content::Change(Change::Assigned(Some(_))), _) if is_mine && message.author.as_ref() != Some(&me.name) && chosen >= Notify::Calls => {
            Some(words::handed(message.author.as_deref().unwrap_or_default()))
        }
        (_, Direction::Inbound) if is_new && row.unread > 0 && !is_quiet => {
            let least = if is_mine {
                Notify::Mine
            } else if row.assignee.is_none() {
                Notify::Free
            } else {
                Notify::All
            };
            (chosen >= least).then(|| words::quoted(message.content.message_type(), &message.content.preview()))
        }
        _ => None,
    }
}

/// Tells of notes that call the agent, if they were not known before.
pub fn calls(before: &[Notice], now: &[Notice]) {
    let is_first = !HEARD.replace(true);
    if is_first || document::is_watched() || !is_on() || pins::told_of() < Notify::Calls {
        return;
    }
    for notice in now.iter().filter(|notice| !before.contains(notice)) {
        if let Notice::Mentioned { by, customer, conversation, message, preview, .. } = notice {
            let path = address::message(conversation.as_str(), message);
            show(customer.clone(), words::calls(by, preview), message.0.clone(), path, None);
        }
    }
}

/// Whether the agent has seen this place of the log come in another tab.
fn is_seen(seq: i64) -> bool {
    let epoch = INBOX.get().map(|inbox| inbox.place().0).unwrap_or_default();
    let seen = storage::read(SEEN).unwrap_or_default();
    seen.split_once(' ').is_some_and(|(log, up_to)| log == epoch && up_to.parse::<i64>().is_ok_and(|up_to| up_to >= seq))
}

/// Shows it, unless it is seen.
fn show(title: String, text: String, about: String, path: String, seq: Option<i64>) {
    task::spawn(async move {
        task::sleep(WAIT_MS).await;
        if seq.is_some_and(is_seen) {
            return;
        }
        notification::show(&title, &text, &about, move || {
            if let Some(inbox) = INBOX.get()
                && history::push(&path)
            {
                inbox.show_path(path);
                document::focus(keys::FIELD);
            }
        });
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::agent::Role;
    use crate::domain::content::text::Text;
    use serde_json::json;

    fn message(content: &Content, direction: Direction, author: Option<&str>) -> Message {
        let value = json!({"id": "m", "n": 1, "conversation_id": "c", "account_id": "a", "direction": direction, "author": author, "by_program": false,
            "client_id": null, "wamid": null, "content": content, "media": null, "sort_at": 1, "delivery": null, "failure": null, "quote": null,
            "reactions": [], "retried": false});
        serde_json::from_value(value).unwrap()
    }

    fn row(message: &Message, assignee: Option<&str>) -> Conversation {
        let last = json!({"id": message.id, "direction": message.direction, "message_type": "text", "preview": "hi", "sort_at": 1, "n": 1, "delivery": null});
        let value = json!({"id": "c", "account_id": "a", "contact_id": "k", "wa_id": "1", "user_id": null, "name": "Zoë", "unread": 1,
            "window_expires_at": null, "last": last, "assignee": assignee});
        serde_json::from_value(value).unwrap()
    }

    /// Each choice tells of what those before it tell, too; nobody is told of quiet conversations, or of what they did themselves.
    #[test]
    fn as_much_is_told_as_was_chosen() {
        let me = Agent { id: "mira".into(), name: "Mira".to_owned(), email: String::new(), role: Role::Agent };
        let text = message(&Content::Text(Text::new("hi")), Direction::Inbound, None);
        for (assignee, least) in [(Some("mira"), Notify::Mine), (None, Notify::Free), (Some("jonas"), Notify::All)] {
            for chosen in Notify::ALL {
                let told = worth_telling(chosen, &me, &row(&text, assignee), &text, false);
                assert_eq!(told.is_some(), chosen >= least, "{assignee:?} {chosen:?}");
            }
            assert_eq!(worth_telling(Notify::All, &me, &row(&text, assignee), &text, true), None, "quiet");
        }
        let handed = |by: &str| message(&Content::Change(Change::Assigned(Some("Mira".to_owned()))), Direction::Event, Some(by));
        let told = |chosen, by: &str, to| worth_telling(chosen, &me, &row(&text, to), &handed(by), false).is_some();
        assert_eq!((told(Notify::Calls, "Jonas", Some("mira")), told(Notify::Nothing, "Jonas", Some("mira"))), (true, false));
        assert_eq!((told(Notify::All, "Mira", Some("mira")), told(Notify::All, "Jonas", Some("lea"))), (false, false));
        let old = Conversation { unread: 0, ..row(&text, None) };
        assert_eq!(worth_telling(Notify::All, &me, &old, &text, false), None, "read elsewhere");
    }
}
