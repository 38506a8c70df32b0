//! What an agent does about a message that is in trouble: its buttons name it, one listener hears them all.
//!
//! To add one: its arm in [`act`], and a button that names it, on the bubble.

use crate::protocol::command::Settle;
use crate::protocol::error::Code;
use crate::ui::browser::document;
use crate::ui::state::inbox::{Bubble, Inbox};
use crate::ui::state::model::Handover;
use leptos::ev;
use leptos::prelude::*;

/// Listens for all of them.
pub fn start(inbox: Inbox) {
    let _clicked = window_event_listener(ev::click, move |event| {
        let named = |attribute| document::clicked(&event, "[data-act]", attribute);
        if let (Some(what), Some(bubble)) = (named("data-act"), named("data-key").and_then(|key| inbox.bubble(&key))) {
            act(inbox, &what, &bubble.get_untracked());
        }
    });
}

fn act(inbox: Inbox, what: &str, bubble: &Bubble) {
    let message = &bubble.entry.message;
    let settle = |how| inbox.settle(message.id.clone(), how);
    match (what, &bubble.entry.handover) {
        ("hand-over", _) => inbox.try_again(message),
        ("take-back", _) => inbox.take_back(message),
        ("edit", Handover::Refused(error)) => {
            inbox.edit(message, matches!(error.code, Code::Offline | Code::Internal | Code::Unavailable));
            inbox.take_back(message);
        }
        ("edit", _) => {
            inbox.edit(message, false);
            settle(Settle::Discard);
        }
        ("discard", _) => settle(Settle::Discard),
        ("send-again", _) => settle(Settle::SendAgain),
        ("mark-as-sent", _) => settle(Settle::MarkAsSent),
        ("fetch", _) => settle(Settle::FetchFile),
        _ => {}
    }
}
