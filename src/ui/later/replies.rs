//! Quick replies as they are offered while one is typed. The list is fetched anew whenever a slash begins a text.

use crate::api;
use crate::domain::contact::display_phone;
use crate::domain::reply::{Known, Reply, filled};
use crate::ui::browser::task;
use crate::ui::state::inbox::Inbox;
use leptos::prelude::*;

thread_local! {
    static LIST: ArcRwSignal<Vec<Reply>> = ArcRwSignal::new(Vec::new());
}

/// Fetches them anew, beside the page.
pub fn want() {
    task::spawn(async {
        if let Ok(replies) = api::replies::list_replies().await {
            LIST.with(Clone::clone).set(replies);
        }
    });
}

/// Those whose short name begins like what is typed, then those that have it in their words; each with what it says now.
pub fn completions(inbox: Inbox, words: &str, most: usize) -> Vec<(String, String)> {
    let Some(row) = inbox.open_row() else { return Vec::new() };
    let (name, agent) = (row.display_name(), inbox.agent.with_value(|agent| agent.name.clone()));
    let phone = row.wa_id.as_deref().map(display_phone).unwrap_or_default();
    let sought = words.to_lowercase();
    LIST.with(Clone::clone).with(|list| {
        let mut fits: Vec<&Reply> = list.iter().filter(|reply| reply.shortcut.contains(&sought) || reply.body.to_lowercase().contains(&sought)).collect();
        fits.sort_by_key(|reply| !reply.shortcut.starts_with(&sought));
        let known = Known { contact: &name, phone: &phone, agent: &agent };
        fits.into_iter().take(most).map(|reply| (format!("/{}", reply.shortcut), filled(&reply.body, known))).collect()
    })
}
