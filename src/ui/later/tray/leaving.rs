//! Files on their way: one after the other, each as a message of its own.

use super::{Item, Progress, kept, of, remove, tray};
use crate::domain::id::{ConversationId, MessageId};
use crate::protocol::command::SendText;
use crate::protocol::error::Code;
use crate::ui::browser::{document, task, upload};
use crate::ui::later::form;
use crate::ui::state::inbox::Inbox;
use crate::ui::words;
use leptos::prelude::*;

/// How often it is looked how far a file has come.
const LOOKS_MS: i64 = 50;

/// The first file answers the message that stands above the composer. Another try is the same message: it answers what it did.
fn answering(inbox: Inbox, item: Item) -> Item {
    let replying = Some(inbox.replying.get_untracked()).filter(|id| !id.is_empty() && inbox.open_id().as_ref() == Some(&item.to.conversation_id));
    let replying = replying.map(MessageId);
    let is_first_try = item.progress.with_untracked(|progress| *progress == Progress::Waits);
    // One that was tried before and went behind this one answers it already.
    let is_answered = || tray().with_untracked(|items| items.iter().any(|other| other.to.reply_to == replying));
    if !is_first_try || replying.is_none() || is_answered() {
        return item;
    }
    let item = Item { to: SendText { reply_to: replying, ..item.to.clone() }, ..item };
    tray().update_untracked(|items| {
        if let Some(kept) = items.iter_mut().find(|kept| kept.file.key == item.file.key) {
            *kept = item.clone();
        }
    });
    item
}

/// Sends what waits for this conversation, in order. The first that does not go stops those behind it.
pub fn send(inbox: Inbox, conversation: ConversationId) {
    let items = untrack(|| of(&conversation));
    if items.iter().any(Item::is_leaving) {
        return;
    }
    let mut ready: Vec<Item> = untrack(|| items.into_iter().filter(Item::can_go).collect());
    // Whoever tries once more has read what was answered meanwhile; it is asked once, for all of them.
    let is_again = ready.iter().any(|item| item.progress.with_untracked(|progress| matches!(progress, Progress::Asks(_))));
    if is_again && inbox.open_id().as_ref() == Some(&conversation) {
        for item in &mut ready {
            item.to.seen = inbox.newest_seen();
        }
    }
    if !ready.is_empty() {
        let first = ready.remove(0);
        ready.insert(0, answering(inbox, first));
    }
    task::spawn(async move {
        for item in ready {
            arrive(&item).await;
            // Taken out meanwhile.
            if tray().with_untracked(|items| items.iter().all(|other| other.file.key != item.file.key)) {
                continue;
            }
            match hand_over(&item).await {
                Ok(()) => {
                    let answered = item.to.reply_to.as_ref().map(MessageId::as_str);
                    if answered.is_some() && answered == Some(inbox.replying.get_untracked().as_str()) {
                        inbox.replying.set(String::new());
                    }
                    kept::gone(&item.to.client_id);
                    remove(&item.file.key);
                }
                Err(stopped) => {
                    item.progress.set(stopped);
                    return;
                }
            }
        }
        document::focus("composer");
    });
}

/// Waits while it is on its way to wait on the server: it need not go twice.
async fn arrive(item: &Item) {
    while let Some(percent) = item.comes.get_untracked() {
        item.progress.set(Progress::Leaves(percent.min(99)));
        task::sleep(LOOKS_MS).await;
    }
}

async fn hand_over(item: &Item) -> Result<(), Progress> {
    let progress = item.progress.clone();
    progress.set(Progress::Leaves(0));
    let to = SendText { body: item.caption.get_untracked(), ..item.to.clone() };
    let post = |is_kept| {
        let progress = progress.clone();
        form::post(&item.file.key, &to, "", is_kept, Box::new(move |percent| progress.set(Progress::Leaves(percent))))
    };
    let mut posted = post(item.is_kept.get_untracked()).await;
    if posted.as_ref().is_err_and(|error| error.code == Code::UnknownMessage) && upload::has_bytes(&item.file.key) {
        // It waits there no more: another device of theirs has taken it out.
        posted = post(false).await;
    }
    posted.map_err(|error| match error.code {
        Code::ClientIdReused => Progress::Refused(words::FIRST_VERSION_ARRIVED.to_owned()),
        Code::AnsweredMeanwhile => Progress::Asks(error.message),
        _ => Progress::Stopped(error.message),
    })
}
