//! Drafts on the server: what is typed here is found on the agent's other devices, and marked in the list.
//!
//! A draft is kept in this browser first ([`draft`]) and on the server a moment later. Beside it stands what both had last: whoever has
//! changed since then is right; if both have, what is typed here.

use crate::api;
use crate::domain::id::ConversationId;
use crate::protocol::draft::Kept;
use crate::ui::browser::{document, task};
use crate::ui::state::draft::{self, Draft};
use crate::ui::state::inbox::{Connection, Inbox};
use leptos::ev;
use leptos::prelude::*;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

/// How long after the last key a draft is handed over.
const PAUSE_MS: i64 = 800;

thread_local! {
    /// Where something is begun, by the conversation's id.
    static BEGUN: ArcRwSignal<BTreeSet<String>> = ArcRwSignal::new(BTreeSet::new());
    /// How often each has changed: the last change hands over.
    static CHANGES: RefCell<HashMap<ConversationId, u32>> = RefCell::default();
}

fn begun() -> ArcRwSignal<BTreeSet<String>> {
    BEGUN.with(Clone::clone)
}

/// Whether something is begun in a conversation.
pub fn is_begun(id: &ConversationId) -> bool {
    begun().with(|begun| begun.contains(id.as_str()))
}

/// Begins to keep both sides alike.
pub fn start(inbox: Inbox) {
    mark_all(inbox);
    let _typed = window_event_listener(ev::input, move |event| {
        if document::is_target(&event, "composer") {
            changed(inbox);
        }
    });
    // What was sent, or came back, has changed the draft without a key.
    Effect::new(move |_| {
        inbox.motion.track();
        inbox.replying.track();
        inbox.pane.track();
        changed(inbox);
    });
    // Whoever comes back to this device may have written on another.
    let _came = window_event_listener(ev::focus, move |_| fetch(inbox));
    Effect::new(move |_| {
        if inbox.connection.get() == Connection::Live {
            fetch(inbox);
        }
    });
}

fn same(local: Option<&Draft>, other: Option<&Kept>) -> bool {
    match (local, other) {
        (Some(local), Some(other)) => (&local.body, &local.reply_to) == (&other.draft.body, &other.draft.reply_to),
        (local, other) => local.is_none() && other.is_none(),
    }
}

/// The open conversation shows what is begun in it.
fn mark_all(inbox: Inbox) {
    let now: BTreeSet<String> = draft::conversations().into_iter().filter(|id| inbox.open_id().is_none_or(|open| open.as_str() != id)).collect();
    begun().maybe_update(|begun| {
        let changed = *begun != now;
        *begun = now;
        changed
    });
}

/// Hands a draft over once nothing more is typed.
fn changed(inbox: Inbox) {
    mark_all(inbox);
    let Some(id) = inbox.open_id().filter(|id| !same(draft::load(id).as_ref(), draft::load_shared(id).as_ref())) else { return };
    let count = CHANGES.with_borrow_mut(|changes| {
        let count = changes.entry(id.clone()).or_insert(0);
        *count += 1;
        *count
    });
    task::spawn(async move {
        task::sleep(PAUSE_MS).await;
        if CHANGES.with_borrow(|changes| changes.get(&id) == Some(&count)) {
            hand_over(inbox, id).await;
        }
    });
}

/// What does not arrive now is handed over when the line is back.
async fn hand_over(inbox: Inbox, id: ConversationId) {
    let local = draft::load(&id).filter(|draft| !draft.body.is_empty());
    if let Ok(at) = api::drafts::keep_draft(inbox.agent.with_value(|agent| agent.id.clone()), id.clone(), local.clone()).await {
        draft::save_shared(&id, local.map(|draft| Kept { draft, at }).as_ref());
    }
}

fn fetch(inbox: Inbox) {
    task::spawn(async move {
        // What is kept while the list is on its way is newer than the list.
        let before: HashMap<String, Option<Kept>> = ids().into_iter().map(|id| (id.clone(), draft::load_shared(&ConversationId(id)))).collect();
        let Ok(kept) = api::drafts::list_drafts(inbox.agent.with_value(|agent| agent.id.clone())).await else { return };
        let mut kept: HashMap<String, Kept> = kept.into_iter().map(|kept| (kept.draft.conversation_id.0.clone(), kept)).collect();
        let known = ids().into_iter().chain(kept.keys().cloned()).collect::<BTreeSet<_>>();
        let mut newer_here = Vec::new();
        for id in known {
            let (theirs, id) = (kept.remove(&id), ConversationId(id));
            if before.get(id.as_str()).cloned().flatten() == draft::load_shared(&id) && !meet(inbox, &id, theirs) {
                newer_here.push(id);
            }
        }
        for id in newer_here {
            hand_over(inbox, id).await;
        }
        mark_all(inbox);
    });
}

fn ids() -> BTreeSet<String> {
    draft::conversations().into_iter().chain(draft::shared()).collect()
}

/// Takes in what the server has of one conversation; not if what is here is newer.
fn meet(inbox: Inbox, id: &ConversationId, theirs: Option<Kept>) -> bool {
    let (local, shared) = (draft::load(id), draft::load_shared(id));
    if same(local.as_ref(), theirs.as_ref()) {
        draft::save_shared(id, theirs.as_ref());
    } else if same(local.as_ref(), shared.as_ref()) {
        draft::save(id, theirs.as_ref().map(|kept| &kept.draft));
        draft::save_shared(id, theirs.as_ref());
        if inbox.open_id().as_ref() == Some(id) {
            document::announce_kept(&draft::draft_key(id));
        }
    } else {
        return false;
    }
    true
}
