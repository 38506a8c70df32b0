//! Keys: from conversation to conversation, and to the palette; in the thread, what Enter does; marks around what is selected in the composer; and whoever begins to type writes there.

use super::{find, note, palette, room, single, tools};
use crate::domain::id::ConversationId;
use crate::protocol::address;
use crate::ui::browser::{document, history, keys, storage, typing};
use crate::ui::chat::row;
use crate::ui::page::rail::{ENTER_BREAKS, ENTER_SENDS};
use crate::ui::state::inbox::Inbox;
use leptos::ev;
use leptos::prelude::*;

/// Where words are written.
pub const FIELD: &str = "composer";
/// Where words are looked for.
pub const SEARCH: &str = "search";

/// Opens the conversation above or below the open one in the list; without one, the first. Which, if there is any.
pub fn go(inbox: Inbox, by: isize) -> Option<ConversationId> {
    let open = inbox.chosen_id();
    let next = inbox.order.with_untracked(|order| {
        let at = open.and_then(|open| order.iter().position(|id| *id == open));
        let next = at.map_or(Some(0), |at| at.checked_add_signed(by));
        next.and_then(|next| order.get(next).cloned())
    });
    next.filter(|next| show(inbox, next))
}

/// Opens a conversation of the list; whether it is there.
pub fn show(inbox: Inbox, id: &ConversationId) -> bool {
    let Some(row) = inbox.row(id) else { return false };
    room::reveal(inbox, id, row::element_id(id));
    let path = row.with_untracked(|row| address::thread(&inbox.segment(row))) + &inbox.query.get_untracked();
    if history::push(&path) {
        inbox.show_path(path);
    }
    true
}

/// Listens for them.
pub fn start(inbox: Inbox) {
    // Unticked already: by whoever was faster than this code.
    if document::is_unchecked(ENTER_SENDS) {
        inbox.enter_sends.set(false);
        storage::write(ENTER_BREAKS, "1");
    }
    document::check(ENTER_SENDS, inbox.enter_sends.get_untracked());
    let _chosen = window_event_listener(ev::change, move |event| {
        if document::is_target(&event, ENTER_SENDS) {
            let sends = event_target_checked(&event);
            inbox.enter_sends.set(sends);
            if sends { storage::remove(ENTER_BREAKS) } else { storage::write(ENTER_BREAKS, "1") }
        }
    });
    let _skipped = window_event_listener(ev::click, |event| {
        if document::clicked(&event, ".skip", "href").is_some() {
            event.prevent_default();
            document::focus(FIELD);
        }
    });
    single::start(inbox);
    keys::listen_first(move |event| hear(inbox, event));
}

/// Whether a key was for us: then nobody else gets it.
fn hear(inbox: Inbox, event: &ev::KeyboardEvent) -> bool {
    // What types a sign on some keyboards is no command.
    let types = event.get_modifier_state("AltGraph");
    let command = (event.ctrl_key() || event.meta_key()) && !types;
    // In a window of its own, and in other fields, they mean something else.
    let is_here = [FIELD, SEARCH, note::FIELD].iter().any(|field| document::is_target(event, field)) || !typing::is_taken();
    match (event.key().as_str(), command, event.alt_key()) {
        _ if !is_here => {}
        ("ArrowUp", false, true) if !types => return go(inbox, -1).is_some(),
        ("ArrowDown", false, true) if !types => return go(inbox, 1).is_some(),
        // Again, in its own field, it is the browser's.
        ("f", true, false) if !event.shift_key() => {
            // Without a thread, through all of them.
            let searches = document::is_target(event, SEARCH);
            if !find::open(inbox) && !searches {
                document::focus(SEARCH);
            }
            return inbox.open_id().is_some() || !searches;
        }
        ("k", true, false) if !event.shift_key() => {
            palette::open();
            return true;
        }
        ("u" | "U", true, false) if event.shift_key() => {
            if let Some(id) = inbox.open_id() {
                tools::mark_unread(inbox, id);
            }
            return true;
        }
        _ => {}
    }
    if command && !event.alt_key() && document::is_target(event, FIELD) {
        let mark = match (event.key().to_lowercase().as_str(), event.shift_key()) {
            ("b", false) => "*",
            ("i", false) => "_",
            ("x", true) => "~",
            _ => return false,
        };
        typing::wrap(FIELD, mark);
        return true;
    }
    if single::hear(inbox, event) {
        return true;
    }
    // A sign of any script, by whichever keys; Space and Enter press buttons.
    let is_sign = event.key().chars().count() == 1 && event.key() != " ";
    let is_free = !command && (types || !event.alt_key()) && !event.is_composing() && inbox.open_id().is_some() && !typing::is_taken();
    if is_sign && is_free {
        // The sign itself follows the focus.
        // Whoever writes a note goes on with it: its words are not for the customer.
        document::focus(if document::is_there(note::FIELD) { note::FIELD } else { FIELD });
    }
    false
}
