//! How many conversations have unread messages: of very many, a page knows some. Once those are read, it asks for the others, so that what it
//! counts stays true.

use crate::api;
use crate::protocol::snapshot::UNREAD;
use crate::ui::browser::task;
use crate::ui::state::inbox::Inbox;
use leptos::prelude::*;

/// Asks whenever fewer are left than a page knows at first.
pub fn start(inbox: Inbox) {
    Effect::new(move |before: Option<usize>| {
        let now = inbox.unread.get();
        if before.is_some_and(|before| before >= UNREAD) && now < UNREAD {
            task::spawn(async move {
                // Without an answer, the next whole page that is fetched tells.
                if let Ok(unread) = api::conversations::list_unread().await {
                    inbox.count_unread(unread);
                }
            });
        }
        now
    });
}
