//! Drafts on the server: what is typed here is found on the agent's other devices, and marked in the list. So are notes that are begun, and
//! files that wait.
//!
//! A draft is kept in this browser first ([`draft`]) and on the server a moment later. Beside it stands what both had last: whoever has
//! changed since then is right; if both have, what is typed here.

use super::tray;
use crate::api;
use crate::domain::id::{AgentId, ConversationId, MessageId};
use crate::protocol::draft::{Kept, Kind};
use crate::ui::browser::{document, task};
use crate::ui::state::draft::{self, Draft};
use crate::ui::state::inbox::{Connection, Inbox};
use leptos::ev;
use leptos::prelude::*;
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

/// How long after the last key a draft is handed over.
const PAUSE_MS: i64 = 800;

const KINDS: [Kind; 2] = [Kind::Message, Kind::Note];

thread_local! {
    /// Where something is begun, by the conversation's id.
    static BEGUN: ArcRwSignal<BTreeSet<String>> = ArcRwSignal::new(BTreeSet::new());
    /// How often each has changed: the last change hands over.
    static CHANGES: RefCell<HashMap<(Kind, ConversationId), u32>> = RefCell::default();
}

fn begun() -> ArcRwSignal<BTreeSet<String>> {
    BEGUN.with(Clone::clone)
}

/// Whether something is begun in a conversation.
pub fn is_begun(id: &ConversationId) -> bool {
    begun().with(|begun| begun.contains(id.as_str()))
}

/// Whose page this is.
pub fn me(inbox: Inbox) -> AgentId {
    inbox.agent.with_value(|agent| agent.id.clone())
}

/// Begins to keep both sides alike.
pub fn start(inbox: Inbox) {
    mark_all(inbox);
    let _typed = window_event_listener(ev::input, move |event| {
        if document::is_target(&event, "composer") {
            changed(inbox, Kind::Message);
        }
    });
    // What was sent, or came back, has changed the draft without a key.
    Effect::new(move |_| {
        inbox.motion.track();
        inbox.pane.track();
        changed(inbox, Kind::Message);
    });
    // Another thread says first what it answers, then this is about that thread.
    Effect::new(move |_| {
        keep_quote(inbox, &inbox.replying.get());
        changed(inbox, Kind::Message);
    });
    Effect::new(move |_| {
        tray::track();
        mark_all(inbox);
    });
    // Whoever comes back to this device may have written on another.
    let _came = window_event_listener(ev::focus, move |_| fetch(inbox));
    Effect::new(move |_| {
        if inbox.connection.get() == Connection::Live {
            fetch(inbox);
        }
    });
}

/// A message that is to be answered is a draft before the first word is typed.
fn keep_quote(inbox: Inbox, replying: &str) {
    let Some(row) = inbox.open_row() else { return };
    let wanted = Some(MessageId(replying.to_owned())).filter(|id| !id.0.is_empty());
    match draft::load(&row.id) {
        None if wanted.is_some() => {
            let new = Draft { reply_to: wanted, seen: inbox.newest_seen(), ..draft::begin(row.id.clone(), row.contact_id, row.account_id) };
            draft::save(&row.id, Some(&new));
        }
        Some(kept) if kept.body.is_empty() && kept.reply_to != wanted => draft::save(&row.id, wanted.map(|id| Draft { reply_to: Some(id), ..kept }).as_ref()),
        _ => {}
    }
}

fn same(local: Option<&Draft>, other: Option<&Kept>) -> bool {
    match (local, other) {
        (Some(local), Some(other)) => (&local.body, &local.reply_to) == (&other.draft.body, &other.draft.reply_to),
        (local, other) => local.is_none() && other.is_none(),
    }
}

/// The open conversation shows what is begun in it.
fn mark_all(inbox: Inbox) {
    let all = KINDS.into_iter().flat_map(draft::conversations).chain(tray::conversations());
    let now: BTreeSet<String> = all.filter(|id| inbox.open_id().is_none_or(|open| open.as_str() != id)).collect();
    begun().maybe_update(|begun| {
        let changed = *begun != now;
        *begun = now;
        changed
    });
}

/// Hands a draft over once nothing more is typed.
pub fn changed(inbox: Inbox, kind: Kind) {
    mark_all(inbox);
    let Some(id) = inbox.open_id().filter(|id| !same(draft::load_of(kind, id).as_ref(), draft::load_shared(kind, id).as_ref())) else { return };
    let count = CHANGES.with_borrow_mut(|changes| {
        let count = changes.entry((kind, id.clone())).or_insert(0);
        *count += 1;
        *count
    });
    task::spawn(async move {
        task::sleep(PAUSE_MS).await;
        if CHANGES.with_borrow(|changes| changes.get(&(kind, id.clone())) == Some(&count)) {
            hand_over(inbox, kind, id).await;
        }
    });
}

/// What does not arrive now is handed over when the line is back.
async fn hand_over(inbox: Inbox, kind: Kind, id: ConversationId) {
    let local = draft::load_of(kind, &id);
    if let Ok(at) = api::drafts::keep_draft(me(inbox), kind, id.clone(), local.clone()).await {
        draft::save_shared(kind, &id, local.map(|draft| Kept { draft, at }).as_ref());
    }
}

fn fetch(inbox: Inbox) {
    task::spawn(async move {
        // What is kept while the list is on its way is newer than the list.
        let before = KINDS.map(|kind| ids(kind).into_iter().map(|id| (id.clone(), draft::load_shared(kind, &ConversationId(id)))).collect());
        let waiting = tray::kept();
        let Ok(begun) = api::drafts::list_drafts(me(inbox)).await else { return };
        for ((kind, before), kept) in KINDS.into_iter().zip(before).zip([begun.messages, begun.notes]) {
            meet_all(inbox, kind, &before, kept).await;
        }
        tray::meet(inbox, &waiting, begun.files);
        mark_all(inbox);
    });
}

/// Takes in what the server has of one kind, and hands over what is newer here.
async fn meet_all(inbox: Inbox, kind: Kind, before: &HashMap<String, Option<Kept>>, kept: Vec<Kept>) {
    let mut kept: HashMap<String, Kept> = kept.into_iter().map(|kept| (kept.draft.conversation_id.0.clone(), kept)).collect();
    let known = ids(kind).into_iter().chain(kept.keys().cloned()).collect::<BTreeSet<_>>();
    let mut newer_here = Vec::new();
    for id in known {
        let (theirs, id) = (kept.remove(&id), ConversationId(id));
        if before.get(id.as_str()).cloned().flatten() == draft::load_shared(kind, &id) && !meet(inbox, kind, &id, theirs) {
            newer_here.push(id);
        }
    }
    for id in newer_here {
        hand_over(inbox, kind, id).await;
    }
}

fn ids(kind: Kind) -> BTreeSet<String> {
    draft::conversations(kind).into_iter().chain(draft::shared(kind)).collect()
}

/// Takes in what the server has of one conversation; not if what is here is newer.
fn meet(inbox: Inbox, kind: Kind, id: &ConversationId, theirs: Option<Kept>) -> bool {
    let (local, shared) = (draft::load_of(kind, id), draft::load_shared(kind, id));
    if same(local.as_ref(), theirs.as_ref()) {
        draft::save_shared(kind, id, theirs.as_ref());
    } else if same(local.as_ref(), shared.as_ref()) {
        draft::save_of(kind, id, theirs.as_ref().map(|kept| &kept.draft));
        draft::save_shared(kind, id, theirs.as_ref());
        if inbox.open_id().as_ref() == Some(id) {
            document::announce_kept(&draft::key_of(kind, id));
        }
    } else {
        return false;
    }
    true
}
