//! What an agent does about a message that is in trouble: its buttons name it, one listener hears them all.
//!
//! To add one: its arm in [`act`], and a button that names it, on the bubble.

use super::answer;
use crate::api;
use crate::domain::conversation::Conversation;
use crate::domain::id::{AccountId, MessageId};
use crate::domain::time::Instant;
use crate::protocol::command::Settle;
use crate::protocol::error::Code;
use crate::ui::browser::{button, document, task};
use crate::ui::state::inbox::{Bubble, Inbox};
use crate::ui::state::model::Handover;
use crate::ui::words;
use leptos::ev;
use leptos::prelude::*;

/// Listens for all of them.
pub fn start(inbox: Inbox) {
    let _clicked = window_event_listener(ev::click, move |event| {
        let named = |attribute| document::clicked(&event, "[data-act]", attribute);
        if let Some(account) = document::clicked(&event, "[data-act='resume']", "data-id") {
            task::spawn(resume(AccountId(account)));
        }
        if let Some(note) = document::clicked(&event, "[data-act='seen-mention']", "data-id") {
            task::spawn(async move {
                if let Err(error) = api::team::see_mention(MessageId(note)).await {
                    answer::say(error.message);
                }
            });
        }
        if let Some(key) = document::clicked(&event, "[data-act='seen']", "data-id") {
            let at = document::clicked(&event, "[data-act='seen']", "data-at").and_then(|at| at.parse().ok()).unwrap_or_default();
            task::spawn(async move {
                if let Err(error) = api::accounts::see_warning(key, Instant(at)).await {
                    answer::say(error.message);
                }
            });
        }
        if let (Some(what), Some(bubble)) = (named("data-act"), named("data-key").and_then(|key| inbox.bubble(&key))) {
            act(inbox, &event, &what, &bubble.get_untracked());
        }
    });
}

/// An admin has mended a number.
async fn resume(account: AccountId) {
    if let Err(error) = api::accounts::resume_account(account).await {
        answer::say(error.message);
    }
}

fn act(inbox: Inbox, event: &ev::MouseEvent, what: &str, bubble: &Bubble) {
    let message = bubble.entry.message.clone();
    let customer = inbox.row(&message.conversation_id).map(|row| row.with_untracked(Conversation::display_name)).unwrap_or_default();
    if matches!(what, "discard" | "take-back") && !button::is_sure(event, &words::delete_unsent(&customer)) {
        return;
    }
    let id = message.id.clone();
    let settle = |how| {
        task::spawn(async move {
            self::settle(id, how).await;
        });
    };
    match (what, &bubble.entry.handover) {
        ("hand-over", _) => inbox.try_again(&message),
        ("take-back", _) => inbox.take_back(&message),
        ("edit", Handover::Refused(error)) => {
            inbox.edit(&message, matches!(error.code, Code::Offline | Code::Internal | Code::Unavailable));
            inbox.take_back(&message);
        }
        // The words come back once the message is gone: it must not be there twice.
        ("edit", _) => task::spawn(async move {
            if self::settle(message.id.clone(), Settle::Discard).await {
                inbox.edit(&message, false);
            }
        }),
        ("discard", _) => settle(Settle::Discard),
        ("send-again", _) => settle(Settle::SendAgain),
        ("send-as-document", _) => settle(Settle::SendAsDocument),
        ("mark-as-sent", _) => settle(Settle::MarkAsSent),
        ("fetch", _) => settle(Settle::FetchFile),
        _ => {}
    }
}

/// Settles it, whether that was possible; the stream shows the result. That it has moved on meanwhile, the stream has shown, too.
async fn settle(id: MessageId, how: Settle) -> bool {
    match api::messages::settle_message(id, how).await {
        Ok(_) => true,
        Err(error) => {
            if !matches!(error.code, Code::NotPossible | Code::UnknownMessage) {
                answer::say(error.message);
            }
            false
        }
    }
}
