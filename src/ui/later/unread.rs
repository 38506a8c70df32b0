//! How many conversations have unread messages: of very many, a page knows some. Once those are read, it asks for the others, so that what it
//! counts stays true.

use crate::api;
use crate::protocol::snapshot::UNREAD;
use crate::ui::browser::task;
use crate::ui::state::inbox::Inbox;
use leptos::prelude::*;
use std::cell::Cell;

thread_local! {
    /// Whether there may be more than the page knows.
    static PARTIAL: Cell<bool> = const { Cell::new(false) };
    /// Whether they are being asked for.
    static ASKING: Cell<bool> = const { Cell::new(false) };
}

/// Asks whenever fewer are left than a page knows at first, until there is an answer.
pub fn start(inbox: Inbox) {
    Effect::new(move |_| {
        if inbox.unread.get() >= UNREAD {
            PARTIAL.set(true);
        } else if PARTIAL.get() && !ASKING.replace(true) {
            task::spawn(async move {
                // Without an answer, the next one that is read asks again.
                if let Ok(unread) = api::conversations::list_unread().await {
                    PARTIAL.set(false);
                    inbox.count_unread(unread);
                }
                ASKING.set(false);
            });
        }
    });
}
