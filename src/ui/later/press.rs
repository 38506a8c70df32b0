//! While a row of the list is pressed, the list stands still: what a message moves under the pointer is not opened in place of what was pressed.

use crate::ui::browser::{document, task};
use crate::ui::state::inbox::Inbox;
use leptos::ev;
use leptos::prelude::*;

/// The click comes after the release.
const AFTER_MS: i64 = 50;

/// Listens for presses.
pub fn start(inbox: Inbox) {
    let _pressed = window_event_listener(ev::pointerdown, move |event| {
        if document::is_within(&event, ".row") {
            inbox.hold(true);
        }
    });
    let release = move || {
        task::spawn(async move {
            task::sleep(AFTER_MS).await;
            inbox.hold(false);
        });
    };
    let _released = window_event_listener(ev::pointerup, move |_| release());
    // A finger that scrolls, a link that is dragged away, a window that is left: no click comes.
    let _cancelled = window_event_listener(ev::pointercancel, move |_| release());
    let _left = window_event_listener(ev::blur, move |_| release());
}
