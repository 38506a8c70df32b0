//! Files that wait, on the server: a reload, a crash and the agent's other devices find them above the same composer.
//!
//! A file is kept under the client id of the message it will be: sent from two devices, it is one message, and what was sent waits no more.

use super::{Item, Progress, add_kept, remove, tray};
use crate::api;
use crate::domain::id::{ClientId, ConversationId};
use crate::protocol::address;
use crate::protocol::command::SendText;
use crate::protocol::draft::KeptFile;
use crate::ui::browser::{task, upload};
use crate::ui::later::drafts;
use crate::ui::state::inbox::Inbox;
use leptos::prelude::*;

/// How long after the last key the words are handed over.
const PAUSE_MS: i64 = 800;

thread_local! {
    /// What the server has, as far as it was told.
    static SERVER: ArcRwSignal<Vec<KeptFile>> = ArcRwSignal::new(Vec::new());
}

fn server() -> ArcRwSignal<Vec<KeptFile>> {
    SERVER.with(Clone::clone)
}

/// Follows which conversations have files.
pub fn track() {
    tray().track();
    server().track();
}

/// The conversations in which files wait, here or on the server.
pub fn conversations() -> Vec<String> {
    let here = tray().with_untracked(|items| items.iter().map(|item| item.to.conversation_id.0.clone()).collect::<Vec<_>>());
    let there = server().with_untracked(|files| files.iter().map(|file| file.message.conversation_id.0.clone()).collect::<Vec<_>>());
    here.into_iter().chain(there).collect()
}

/// The files here of which it is known that the server has them.
pub fn kept() -> Vec<ClientId> {
    tray().with_untracked(|items| items.iter().filter(|item| item.is_kept.get_untracked()).map(|item| item.to.client_id.clone()).collect())
}

/// The message it will be, with the words that go along.
fn message(item: &Item) -> SendText {
    SendText { body: item.caption.get_untracked(), ..item.to.clone() }
}

fn is_here(key: &str) -> bool {
    tray().with_untracked(|items| items.iter().any(|item| item.file.key == key))
}

/// Lets the server keep a file that waits. One that does not arrive stays here alone: leaving the page then asks.
pub fn hand_over(inbox: Inbox, item: Item) {
    let waits = item.progress.with_untracked(|progress| *progress == Progress::Waits);
    if !waits || item.is_kept.get_untracked() {
        return;
    }
    task::spawn(async move {
        let (agent, sent) = (drafts::me(inbox), message(&item));
        let as_json = serde_json::to_string(&sent).unwrap_or_default();
        let fields = [("agent", agent.as_str()), ("message", as_json.as_str())];
        let comes = item.comes.clone();
        comes.set(Some(0));
        let said = comes.clone();
        let posted = upload::post(&item.file.key, address::DRAFT_FILES, &fields, Some("file"), Box::new(move |percent| said.set(Some(percent)))).await;
        let is_kept = matches!(posted, Some((200..=299, _)));
        item.is_kept.set(is_kept);
        comes.set(None);
        if !is_here(&item.file.key) {
            // Taken out, or sent, while it was on its way: the server may have it all the same.
            return drop_there(inbox, item.to.client_id);
        }
        if is_kept {
            upload::set_safe(&item.file.key, true);
            if message(&item) != sent {
                word(inbox, &item);
            }
        }
    });
}

/// The words that go along with it are others: the server has them once nothing more is typed. Until then, leaving the page asks.
pub fn word(inbox: Inbox, item: &Item) {
    if !item.is_kept.get_untracked() {
        return;
    }
    let item = item.clone();
    upload::set_safe(&item.file.key, false);
    task::spawn(async move {
        let typed = message(&item);
        task::sleep(PAUSE_MS).await;
        if message(&item) == typed && api::drafts::change_draft_file(drafts::me(inbox), typed).await.is_ok() {
            upload::set_safe(&item.file.key, true);
        }
    });
}

/// It waits on the server no more.
pub fn gone(id: &ClientId) {
    server().update(|files| files.retain(|file| file.message.client_id != *id));
}

/// The server forgets it.
pub fn forget(inbox: Inbox, item: &Item) {
    gone(&item.to.client_id);
    drop_there(inbox, item.to.client_id.clone());
}

fn drop_there(inbox: Inbox, id: ClientId) {
    task::spawn(async move {
        // One that comes back after all can be taken out again.
        let _ = api::drafts::drop_draft_file(drafts::me(inbox), id).await;
    });
}

/// Takes in what the server has by now; of what was known to wait there before it was asked, the rest was sent or taken out elsewhere.
pub fn meet(inbox: Inbox, before: &[ClientId], files: Vec<KeptFile>) {
    let gone = |item: &&Item| {
        let id = &item.to.client_id;
        before.contains(id) && !files.iter().any(|file| file.message.client_id == *id) && item.progress.with_untracked(|progress| *progress == Progress::Waits)
    };
    let gone = tray().with_untracked(|items| items.iter().filter(gone).map(|item| item.file.key.clone()).collect::<Vec<_>>());
    for key in gone {
        remove(&key);
    }
    server().set(files);
    if let Some(id) = inbox.open_id() {
        show(inbox, &id);
    }
}

/// Shows the files that wait in a conversation and are not here. Their bytes stay on the server, from where they are sent.
pub fn show(inbox: Inbox, id: &ConversationId) {
    let Some(row) = inbox.row(id).map(|row| row.get_untracked()) else { return };
    let is_here = |message: &SendText| tray().with_untracked(|items| items.iter().any(|item| item.to.client_id == message.client_id));
    let wanted = server().with_untracked(|files| files.iter().filter(|file| file.message.conversation_id == *id).cloned().collect::<Vec<_>>());
    for KeptFile { message, name, mime, size } in wanted {
        if !is_here(&message) {
            let local = upload::hold_kept(name, mime, size, address::draft_file(message.client_id.as_str()));
            add_kept(local, &row, message);
        }
    }
}
