//! Single keys: while the focus is in the list, a letter does something with the open conversation; on a message of the thread, R answers it. Off until the agent switches them
//! on, as letters may come from a machine that listens, or from a slip (WCAG 2.1.4).
//!
//! To add one: its arm in [`command`], its words in `words::SINGLE_KEYS`.

use super::{answer, bulk, keys, note, tools};
use crate::api;
use crate::domain::conversation::Status;
use crate::domain::id::ConversationId;
use crate::domain::message::Direction;
use crate::domain::search::Filter;
use crate::domain::time::Instant;
use crate::protocol::address;
use crate::protocol::command::Handle;
use crate::protocol::snapshot::cursor;
use crate::ui::browser::{document, history, storage, task};
use crate::ui::chat::row;
use crate::ui::page::rail::SINGLE_KEYS;
use crate::ui::state::inbox::{Inbox, Pane};
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;
use std::cell::RefCell;

/// Kept in the browser if they are on.
const ON: &str = "single-keys";

thread_local! {
    /// What was pressed for a conversation whose thread was still on its way.
    static EARLY: RefCell<Option<(ConversationId, String)>> = const { RefCell::new(None) };
}

/// Reads the switch, and listens to it.
pub fn start(inbox: Inbox) {
    document::check(SINGLE_KEYS, storage::read(ON).is_some());
    let _chosen = window_event_listener(ev::change, |event| {
        if document::is_target(&event, SINGLE_KEYS) {
            if event_target_checked(&event) { storage::write(ON, "1") } else { storage::remove(ON) }
        }
    });
    Effect::new(move |_| {
        let pane = inbox.pane.get();
        if matches!(pane, Pane::Loading(Some(_))) {
            return;
        }
        // Whatever else is shown by then, it was not for that.
        let early = EARLY.take();
        if let (Pane::Thread(id), Some((of, letter))) = (pane, early)
            && of == id
        {
            // Its header and its composer are drawn by then.
            task::spawn(async move {
                leptos::task::tick().await;
                command(inbox, &letter);
            });
        }
    });
}

/// Whether a key was one of them.
pub fn hear(inbox: Inbox, event: &ev::KeyboardEvent) -> bool {
    let is_plain =
        !event.ctrl_key() && !event.meta_key() && !event.alt_key() && !event.shift_key() && !event.get_modifier_state("AltGraph") && !event.is_composing();
    let bubble = document::clicked(event, ".bubble__more", "data-key");
    if !is_plain || (bubble.is_none() && !document::is_within(event, ".rows")) || storage::read(ON).is_none() {
        return false;
    }
    let key = event.key().to_lowercase();
    // Of other scripts, where the key lies.
    let letter = if key.is_ascii() { key } else { event.code().trim_start_matches("Key").to_lowercase() };
    // In the thread, whoever types writes; but a message that has the focus can be answered.
    if let Some(key) = bubble {
        return letter == "r" && answer::answer(inbox, &key);
    }
    // A key that is held goes on through the list, and does nothing else again.
    (event.repeat() && !["j", "k"].contains(&letter.as_str())) || command(inbox, &letter)
}

fn command(inbox: Inbox, letter: &str) -> bool {
    let press = |button: &'static str, field: &'static str| {
        document::press_first(button);
        task::spawn(async move {
            leptos::task::tick().await;
            document::focus_first(field);
        });
    };
    match letter {
        "j" => follow(keys::go(inbox, 1)),
        "k" => follow(keys::go(inbox, -1)),
        "n" => match next_unread(inbox) {
            Some(id) => follow(Some(id)),
            None => further_unread(inbox),
        },
        "/" => document::focus(keys::SEARCH),
        _ => {
            let Some(id) = inbox.chosen_id() else { return false };
            let is_early = inbox.open_id().is_none();
            // After one that waits for the thread, what is typed is meant for what it opens.
            if is_early && EARLY.with_borrow(|early| early.as_ref().is_some_and(|(of, _)| *of == id)) {
                return true;
            }
            match letter {
                // These need the thread.
                "r" | "l" | "s" | "m" if is_early => EARLY.set(Some((id, letter.to_owned()))),
                "e" => {
                    let is_done = inbox.row(&id).is_some_and(|row| row.with_untracked(|row| row.status == Status::Resolved));
                    if !is_done {
                        tools::begin(inbox, &id, Handle::Resolve);
                    }
                    follow(keys::go(inbox, 1));
                }
                "r" => {
                    // The newest of theirs, unless another one is chosen already.
                    let newest = inbox.newest().filter(|message| message.direction == Direction::Inbound);
                    if let (Some(message), true) = (newest, inbox.replying.with_untracked(String::is_empty)) {
                        inbox.replying.set(message.id.0);
                    }
                    document::focus(keys::FIELD);
                }
                "a" => tools::begin(inbox, &id, Handle::Assign(Some(inbox.agent.with_value(|agent| agent.id.clone())))),
                "l" => press(".tools__more", ".tools input"),
                "s" => press(".tools__more", ".tools__rests button"),
                "m" => note::open(&id),
                "x" => bulk::turn(&id),
                _ => return false,
            }
        }
    }
    true
}

/// Opens the next conversation with unread messages, below the open one or from the top; which, if there is one.
fn next_unread(inbox: Inbox) -> Option<ConversationId> {
    let open = inbox.chosen_id();
    let order = inbox.order.get_untracked();
    let at = open.and_then(|open| order.iter().position(|id| *id == open)).map_or(0, |at| at + 1);
    let unread = |id: &&_| inbox.row(id).is_some_and(|row| row.with_untracked(|row| row.unread > 0));
    let next = order[at..].iter().chain(&order[..at]).find(unread).cloned();
    next.filter(|next| keys::show(inbox, next))
}

/// Of those that the list has not loaded, opens the newest with unread messages.
fn further_unread(inbox: Inbox) {
    let (query, chosen) = (inbox.query.get_untracked(), inbox.chosen_id());
    let filter = address::filter_of(&query);
    let unread = Filter { q: format!("is:unread {}", filter.q), ..filter };
    task::spawn(async move {
        let found = api::conversations::list_more(cursor((Instant(i64::MAX), i64::MAX)), unread).await;
        // Whoever has gone elsewhere meanwhile stays there.
        if inbox.chosen_id() != chosen || inbox.query.get_untracked() != query {
            return;
        }
        match found {
            Ok(page) => match page.conversations.into_iter().find(|row| Some(&row.id) != inbox.open_id().as_ref()) {
                Some(row) => {
                    let path = address::thread(&inbox.segment(&row)) + &inbox.query.get_untracked();
                    if history::push(&path) {
                        inbox.show_path(path);
                    }
                }
                None => answer::say(words::NOTHING_UNREAD.to_owned()),
            },
            Err(error) => answer::say(error.message),
        }
    });
}

/// The focus goes along, so that the next key is heard.
fn follow(opened: Option<ConversationId>) {
    let Some(id) = opened else { return };
    task::spawn(async move {
        // Its row may only come onto the page now.
        leptos::task::tick().await;
        document::focus(&row::element_id(&id));
    });
}
