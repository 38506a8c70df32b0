//! The events of a batch: whole rows as they are now. What the batch itself has just written is put together from what it knows;
//! everything else it touched is read back.

use super::batch::Inbound;
use super::contact::Resolved;
use crate::domain::conversation::{Conversation, Last, Status};
use crate::domain::id::{AgentId, ContactId, ConversationId, LabelId, MessageId, Wamid};
use crate::domain::message::{Direction, Message};
use crate::domain::time::Instant;
use crate::domain::window::WINDOW_MS;
use crate::protocol::event::Event;
use crate::server::store::conversations::{self, State};
use crate::server::store::messages::{self, Added};
use crate::server::store::{Result, Tx, media};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What a batch has written.
pub struct Written<'a> {
    /// Whose they are.
    pub resolved: &'a Resolved,
    /// The messages that are new, each with its entry.
    pub added: Vec<(Added, &'a Inbound)>,
    /// The states of their conversations, as written.
    pub states: BTreeMap<ConversationId, State>,
    /// The quiet lines of what customers have opened again.
    pub lines: Vec<MessageId>,
}

/// One event for each message that is new or looks different, and for each conversation that changed without one.
pub async fn events(tx: &mut Tx, written: &Written<'_>, mut touched: BTreeSet<MessageId>, revived: &BTreeSet<ConversationId>) -> Result<Vec<Event>> {
    let mut shown = Vec::new();
    for (added, entry) in &written.added {
        // What it quotes must be looked up, and reactions that waited for it are in `touched`.
        if entry.reply_to.is_some() || touched.contains(&added.id) {
            touched.insert(added.id.clone());
        } else {
            shown.push(message(added, entry));
        }
    }
    if !touched.is_empty() {
        shown.extend(messages::load(tx, &touched.into_iter().collect::<Vec<_>>()).await?);
    }
    shown.sort_by_key(|message| message.n);
    let mut rows = conversations_of(tx, written, &shown, revived).await?;
    let mut events: Vec<Event> = Vec::new();
    for (gone, kept) in &written.resolved.joined {
        if let Some(conversation) = rows.get(kept).cloned() {
            events.push(Event::ContactsJoined { conversation, gone: Some(gone.clone()) });
        }
    }
    let mut silent: BTreeSet<ConversationId> = rows.keys().cloned().collect();
    for message in shown {
        silent.remove(&message.conversation_id);
        if let Some(conversation) = rows.get(&message.conversation_id).cloned() {
            events.push(Event::MessageStored { conversation, message });
        }
    }
    events.extend(silent.into_iter().filter_map(|id| rows.remove(&id)).map(|conversation| Event::ConversationChanged { conversation }));
    Ok(events)
}

/// A message that has just been stored, as reading it back would give it.
fn message(added: &Added, entry: &Inbound) -> Message {
    Message {
        id: added.id.clone(),
        n: added.n,
        conversation_id: added.conversation_id.clone(),
        account_id: added.account_id.clone(),
        direction: entry.direction,
        author: entry.author.map(str::to_owned),
        by_program: false,
        client_id: None,
        wamid: Some(Wamid(entry.wamid.clone())),
        content: entry.content.clone(),
        origin: entry.origin.clone(),
        media: entry.media.as_ref().map(media::New::shown),
        sort_at: entry.at,
        delivery: entry.delivery,
        failure: None,
        quote: None,
        reactions: Vec::new(),
        reacted: String::new(),
        retried: false,
        revoked: false,
    }
}

/// The rows of all conversations that look different now.
async fn conversations_of(
    tx: &mut Tx,
    written: &Written<'_>,
    shown: &[Message],
    revived: &BTreeSet<ConversationId>,
) -> Result<BTreeMap<ConversationId, Conversation>> {
    let resolved = written.resolved;
    let mut wanted: BTreeSet<ConversationId> = shown.iter().map(|message| message.conversation_id.clone()).collect();
    let renamed: Vec<&ContactId> = resolved.changed.iter().collect();
    if !renamed.is_empty() {
        wanted.extend(conversations::list_by_contacts(tx, &renamed).await?);
    }
    wanted.extend(resolved.joined.iter().map(|(_, kept)| kept.clone()));
    wanted.extend(revived.iter().cloned());
    let newest: HashMap<&str, (&Added, &Inbound)> = written.added.iter().map(|(added, entry)| (added.id.as_str(), (added, *entry))).collect();
    let mut rows = BTreeMap::new();
    for id in &wanted {
        let was_recounted = resolved.joined.iter().any(|(_, kept)| kept == id) || revived.contains(id);
        if let Some(state) = written.states.get(id).filter(|_| !was_recounted)
            && let Some(contact) = resolved.contacts.get(&state.contact_id)
            && let Some((added, entry)) = state.last_message_id.as_deref().and_then(|last| newest.get(last)).filter(|(_, entry)| entry.delivery.is_none())
        {
            rows.insert(id.clone(), row(state, contact, added, entry));
        }
    }
    if !rows.is_empty() {
        for id in conversations::with_failed(tx, rows.keys()).await? {
            rows.entry(id).and_modify(|row| row.has_failed = true);
        }
    }
    let others: Vec<&ConversationId> = wanted.iter().filter(|id| !rows.contains_key(*id)).collect();
    if !others.is_empty() {
        let loaded = conversations::load(tx, others).await?;
        rows.extend(loaded.into_iter().map(|row| (row.id.clone(), row)));
    }
    Ok(rows)
}

/// A conversation whose newest message has just been stored, as reading it back would give it.
fn row(state: &State, contact: &crate::server::store::contacts::Contact, added: &Added, entry: &Inbound) -> Conversation {
    let last = Last {
        id: added.id.clone(),
        sort_at: state.sort_at,
        n: state.sort_n,
        preview: entry.content.preview(),
        message_type: entry.content.message_type().to_owned(),
        direction: Direction::parse(&added.direction),
        delivery: entry.delivery,
    };
    Conversation {
        id: state.id.clone(),
        account_id: state.account_id.clone(),
        contact_id: state.contact_id.clone(),
        wa_id: contact.wa_id.clone(),
        user_id: contact.user_id.clone(),
        name: contact.shown_name().to_owned(),
        unread: state.unread,
        window_expires_at: state.last_inbound_at.map(|at| Instant(at).plus(WINDOW_MS)),
        last: Some(last),
        label: state.label_id.clone().map(LabelId),
        assignee: state.assignee_id.clone().map(AgentId),
        status: Status::parse(&state.status, state.snoozed_until.map(Instant)),
        free_until: state.free_until.map(Instant),
        waiting_since: state.waiting_since.map(Instant),
        // Looked up for all of them at once.
        has_failed: false,
    }
}
