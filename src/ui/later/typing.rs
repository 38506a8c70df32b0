//! Tells the server that the agent writes, so that the customer sees it. WhatsApp shows it for 25 seconds at most.

use crate::api;
use crate::domain::id::ConversationId;
use crate::ui::browser::{document, task};
use crate::ui::state::inbox::Inbox;
use leptos::ev;
use leptos::prelude::*;
use std::cell::RefCell;

/// How long one telling lasts.
const LASTS_MS: i64 = 20_000;

thread_local! {
    /// For whom it was last said, and when.
    static SAID: RefCell<Option<(ConversationId, i64)>> = const { RefCell::new(None) };
}

/// Listens for key strokes in the composer.
pub fn start(inbox: Inbox) {
    let _typed = window_event_listener(ev::input, move |event| {
        let Some(id) = inbox.open_id().filter(|_| document::is_target(&event, "composer") && !document::value("composer").is_empty()) else { return };
        let now = document::clock_ms();
        let said = SAID.with_borrow(|said| said.as_ref().is_some_and(|(of, at)| *of == id && now - at < LASTS_MS));
        if !said {
            SAID.set(Some((id.clone(), now)));
            task::spawn(async move {
                // Nobody waits for it.
                let _ = api::conversations::say_typing(id).await;
            });
        }
    });
}
