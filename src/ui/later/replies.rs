//! Quick replies as they are offered while one is typed. The list is fetched anew whenever a slash begins a text.

use super::{answer, tray};
use crate::api;
use crate::domain::contact::display_phone;
use crate::domain::conversation::Conversation;
use crate::domain::reply::{Known, Reply, filled};
use crate::protocol::address;
use crate::ui::browser::{task, upload};
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
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

/// A quick reply with what it says now.
pub struct Offered {
    /// Its short name, with the slash.
    pub name: String,
    /// What it says.
    pub text: String,
    /// Its id and what its file is called, if one goes along.
    pub file: Option<(String, String)>,
}

/// Those whose short name begins like what is typed, then those that have it in their words.
pub fn completions(inbox: Inbox, words: &str, most: usize) -> Vec<Offered> {
    let Some(row) = inbox.open_row() else { return Vec::new() };
    let (name, agent) = (row.display_name(), inbox.agent.with_value(|agent| agent.name.clone()));
    let phone = row.wa_id.as_deref().map(display_phone).unwrap_or_default();
    let sought = words.to_lowercase();
    LIST.with(Clone::clone).with(|list| {
        let mut fits: Vec<&Reply> = list.iter().filter(|reply| reply.shortcut.contains(&sought) || reply.body.to_lowercase().contains(&sought)).collect();
        fits.sort_by_key(|reply| !reply.shortcut.starts_with(&sought));
        let known = Known { contact: &name, phone: &phone, agent: &agent };
        let offered = |reply: &Reply| Offered {
            name: format!("/{}", reply.shortcut),
            text: filled(&reply.body, known),
            file: reply.file.clone().map(|file| (reply.id.clone(), file)),
        };
        fits.into_iter().take(most).map(offered).collect()
    })
}

/// Puts the file of one above the composer, for this conversation, whichever is open by then.
pub fn attach(inbox: Inbox, row: Conversation, (id, name): (String, String)) {
    tray::expect(&row.id, &name);
    task::spawn(async move {
        let file = upload::fetch(&address::reply_file(&id), &name).await;
        tray::expected(&row.id, &name);
        match file {
            Some(file) => tray::put_for(inbox, &row, file),
            None => answer::say(words::reply_file_missing(&name)),
        }
    });
}
