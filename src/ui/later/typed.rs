//! What is typed into the search is looked for at once.

use super::views::{FIELD, show};
use crate::domain::search::Filter;
use crate::protocol::address;
use crate::ui::browser::{document, task, typing};
use crate::ui::state::inbox::Inbox;
use leptos::ev;
use leptos::prelude::*;
use std::cell::Cell;

/// Letters that follow one another faster than this, as of a key that is held, are searched for once they have ended.
const BURST_MS: i64 = 50;

thread_local! {
    /// Counts them: only the last one of a burst is searched for.
    static TYPED: Cell<u64> = const { Cell::new(0) };
    /// When the last one was.
    static TYPED_AT: Cell<i64> = const { Cell::new(0) };
}

/// Listens for what is typed into the field.
pub fn start(inbox: Inbox) {
    let search = move |now: bool| {
        let mine = TYPED.get() + 1;
        TYPED.set(mine);
        let at = document::clock_ms();
        let is_burst = at - TYPED_AT.replace(at) < BURST_MS && !now;
        task::spawn(async move {
            if is_burst {
                task::sleep(BURST_MS).await;
            }
            if TYPED.get() == mine {
                let q = document::value(FIELD).trim().to_owned();
                show(inbox, &Filter { q, ..address::filter_of(&document::path()) });
            }
        });
    };
    let _typed = window_event_listener(ev::input, move |event| {
        if document::is_target(&event, FIELD) {
            search(false);
        }
    });
    let _left = window_event_listener(ev::keydown, move |event| {
        if event.key() == "Escape" && document::is_target(&event, FIELD) && !event.is_composing() && !document::value(FIELD).is_empty() {
            event.prevent_default();
            typing::clear(FIELD);
            search(true);
        }
    });
    let _sent = window_event_listener(ev::submit, move |event| {
        if document::is_within(&event, ".search") {
            event.prevent_default();
            search(true);
        }
    });
}
