//! While a row of the list is pressed, the list stands still: what a message moves under the pointer is not opened in place of what was pressed.

use crate::ui::browser::{document, task};
use crate::ui::state::inbox::{Inbox, PRESSED};
use leptos::ev;
use leptos::prelude::*;
use std::cell::Cell;

/// The click comes after the release.
const AFTER_MS: i64 = 50;

thread_local! {
    /// Counts presses: only the last one's release lets the list go.
    static PRESSES: Cell<u64> = const { Cell::new(0) };
}

/// Listens for presses of the button that opens.
pub fn start(inbox: Inbox) {
    let _pressed = window_event_listener(ev::pointerdown, move |event| {
        if event.button() == 0 && document::is_within(&event, ".row") {
            PRESSES.set(PRESSES.get() + 1);
            inbox.hold(PRESSED, true);
        }
    });
    let release = move || {
        let press = PRESSES.get();
        task::spawn(async move {
            task::sleep(AFTER_MS).await;
            if PRESSES.get() == press {
                inbox.hold(PRESSED, false);
            }
        });
    };
    let _released = window_event_listener(ev::pointerup, move |_| release());
    // A finger that scrolls, a link that is dragged away, a window that is left: no click comes.
    let _cancelled = window_event_listener(ev::pointercancel, move |_| release());
    let _left = window_event_listener(ev::blur, move |_| release());
}
