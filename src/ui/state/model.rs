//! What the page knows, and how events change it. Pure: no Leptos, no browser.
//!
//! A snapshot at *n* and the events after it give what a snapshot at *m* gives. What is already newer than an event (a thread
//! fetched meanwhile) is not set back by it.

use crate::domain::conversation::Conversation;
use crate::domain::delivery::Delivery;
use crate::domain::id::{ClientId, ConversationId, MessageId};
use crate::domain::message::{Direction, Message};
use crate::domain::time::Instant;
use crate::protocol::error::ApiError;
use crate::protocol::event::Event;
use crate::protocol::snapshot::{ListPage, MessagePage, Open, Snapshot, Thread, cursor, read_cursor};
use std::collections::{HashMap, HashSet};

/// Everything a page shows that events can change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// The database's identity.
    pub epoch: String,
    /// Everything up to here is applied.
    pub seq: i64,
    /// Rows by id.
    pub rows: HashMap<ConversationId, Conversation>,
    /// Rows fetched apart are newer than the stream: events up to here leave them alone.
    row_seq: HashMap<ConversationId, i64>,
    /// Rows in the list's order.
    pub order: Vec<ConversationId>,
    /// Where the list goes on below the rows known.
    pub next: Option<String>,
    /// Which conversations have unread messages.
    pub unread: HashSet<ConversationId>,
    /// The open thread.
    pub thread: Option<OpenThread>,
}

/// The open thread.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenThread {
    /// Whose it is.
    pub conversation_id: ConversationId,
    /// Events up to here are in it.
    seq: i64,
    /// Oldest first.
    pub entries: Vec<Entry>,
    /// Where older messages begin.
    pub before: Option<String>,
    /// The first message that was unread when the thread was opened, and how many there were.
    pub divider: Option<(String, i64)>,
    /// For the form without JavaScript.
    pub form_client_id: String,
}

/// A message on the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The message; one that is still ours alone has the client id for an id.
    pub message: Message,
    /// Whether the server has it.
    pub handover: Handover,
}

/// Whether the server has a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Handover {
    /// It has.
    Done,
    /// It is on its way there.
    Pending,
    /// It has not, and this is why.
    Refused(ApiError),
}

impl Entry {
    /// A bubble's key for life.
    #[must_use]
    pub fn key(&self) -> &str {
        self.message.key()
    }

    /// What became of it, as its ticks say it.
    #[must_use]
    pub fn shown_delivery(&self) -> Option<Delivery> {
        match self.handover {
            Handover::Done => self.message.delivery,
            Handover::Pending => Some(Delivery::Queued),
            Handover::Refused(_) => Some(Delivery::Failed),
        }
    }
}

/// What an event changed, for the shell to touch only that.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// These rows look different.
    pub rows: Vec<ConversationId>,
    /// The list's order or members changed.
    pub order: bool,
    /// The set of unread conversations changed.
    pub unread: bool,
    /// These bubbles look different.
    pub bubbles: Vec<String>,
    /// Bubbles came, went or moved.
    pub keys: bool,
    /// The open thread was joined with another: it must be fetched anew.
    pub joined: bool,
}

impl Model {
    /// The state of a fresh snapshot.
    #[must_use]
    pub fn new(snapshot: &Snapshot) -> Self {
        let mut model = Self {
            epoch: snapshot.epoch.clone(),
            seq: snapshot.seq,
            next: snapshot.list.next.clone(),
            unread: snapshot.unread.iter().cloned().collect(),
            ..Self::default()
        };
        for row in &snapshot.list.conversations {
            model.order.push(row.id.clone());
            model.rows.insert(row.id.clone(), row.clone());
        }
        if let Open::Thread(thread) = &snapshot.open {
            model.open((**thread).clone());
        }
        model
    }

    /// Applies the event at `seq`. An event that was applied before changes nothing.
    pub fn apply(&mut self, seq: i64, event: Event) -> Changes {
        let mut changes = Changes::default();
        if seq <= self.seq {
            return changes;
        }
        self.seq = seq;
        self.apply_to_rows(seq, &event, &mut changes);
        self.apply_to_thread(seq, event, &mut changes);
        changes
    }

    fn apply_to_rows(&mut self, seq: i64, event: &Event, changes: &mut Changes) {
        if let Event::ContactsJoined { gone: Some(gone), .. } = event {
            self.rows.remove(gone);
            self.order.retain(|id| id != gone);
            changes.unread |= self.unread.remove(gone);
            changes.order = true;
        }
        if let Event::ContactsJoined { conversation, gone } = event {
            // Either way the open thread has other messages now.
            changes.joined =
                self.thread.as_ref().is_some_and(|thread| thread.conversation_id == conversation.id || Some(&thread.conversation_id) == gone.as_ref());
        }
        if let Some(row) = event.conversation() {
            let is_older = self.row_seq.get(&row.id).is_some_and(|known| seq <= *known);
            if !is_older {
                self.put_row(row.clone(), changes);
            }
        }
    }

    /// Takes in a row and puts it where it belongs.
    fn put_row(&mut self, row: Conversation, changes: &mut Changes) {
        let id = row.id.clone();
        changes.unread |= if row.unread > 0 { self.unread.insert(id.clone()) } else { self.unread.remove(&id) };
        let position = row.position();
        let known = self.rows.get(&id);
        let moved = known.is_none_or(|known| known.position() != position);
        if known != Some(&row) {
            changes.rows.push(id.clone());
        }
        self.rows.insert(id.clone(), row);
        if !moved {
            return;
        }
        self.order.retain(|other| *other != id);
        // Below what is loaded, rows are missing in between: it comes with its page.
        if self.next.as_deref().and_then(read_cursor).is_none_or(|end| position >= end) {
            let place = self.order.partition_point(|other| self.rows[other].position() > position);
            self.order.insert(place, id);
        }
        changes.order = true;
    }

    fn apply_to_thread(&mut self, seq: i64, event: Event, changes: &mut Changes) {
        let Some(thread) = &mut self.thread else { return };
        if seq <= thread.seq {
            return;
        }
        match event {
            Event::MessageStored { message, .. } if message.conversation_id == thread.conversation_id => thread.put(message, changes),
            Event::MessageDiscarded { message_id, .. } => {
                let before = thread.entries.len();
                thread.entries.retain(|entry| entry.message.id != message_id);
                changes.keys |= thread.entries.len() != before;
            }
            _ => {}
        }
    }

    /// Shows a thread. Its row may be newer than the stream.
    pub fn open(&mut self, thread: Thread) -> Changes {
        let mut changes = Changes { keys: true, ..Changes::default() };
        let id = thread.conversation.id.clone();
        let is_newer = thread.seq >= self.row_seq.get(&id).copied().unwrap_or(0) && thread.seq >= self.seq;
        if is_newer || !self.rows.contains_key(&id) {
            self.row_seq.insert(id.clone(), thread.seq);
            self.put_row(thread.conversation, &mut changes);
        }
        let divider = first_unread(&thread.messages.messages, thread.unread).map(|key| (key, thread.unread));
        self.thread = Some(OpenThread {
            conversation_id: id,
            seq: thread.seq,
            entries: thread.messages.messages.into_iter().map(|message| Entry { message, handover: Handover::Done }).collect(),
            before: thread.messages.before,
            divider,
            form_client_id: thread.form_client_id,
        });
        changes
    }

    /// Shows no thread.
    pub fn close(&mut self) {
        self.thread = None;
    }

    /// Applies to the thread alone what came while it was being fetched.
    pub fn replay(&mut self, events: Vec<(i64, Event)>) {
        let mut changes = Changes::default();
        for (seq, event) in events {
            self.apply_to_thread(seq, event, &mut changes);
        }
    }

    /// Lets go of rows far below the top, once there are more than `most`, as if they had not been loaded yet; whether there were.
    /// Otherwise a page that is open for a day would hold, and sort, everybody who wrote on that day.
    pub fn trim(&mut self, most: usize) -> bool {
        if self.order.len() <= most {
            return false;
        }
        self.order.truncate(most / 2);
        self.next = self.order.last().map(|last| cursor(self.rows[last].position()));
        let (order, open) = (&self.order, self.thread.as_ref().map(|thread| &thread.conversation_id));
        let is_kept = |id: &ConversationId| open == Some(id) || order.contains(id);
        self.rows.retain(|id, _| is_kept(id));
        self.row_seq.retain(|id, _| is_kept(id));
        true
    }

    /// Adds the further page of the list that was asked for with this cursor. By now the list may go on elsewhere.
    pub fn extend(&mut self, cursor: &str, page: ListPage) {
        if self.next.as_deref() != Some(cursor) {
            return;
        }
        self.next = page.next;
        for row in page.conversations {
            // What the stream brought meanwhile is newer.
            if !self.rows.contains_key(&row.id) || !self.order.contains(&row.id) {
                self.rows.entry(row.id.clone()).or_insert(row.clone());
                self.order.push(row.id);
            }
        }
        // What moved into this part of the list while the page was on its way.
        let end = self.next.as_deref().and_then(read_cursor);
        let order = &self.order;
        let moved = self.rows.values().filter(|row| end.is_none_or(|end| row.position() >= end) && !order.contains(&row.id));
        let moved: Vec<ConversationId> = moved.map(|row| row.id.clone()).collect();
        self.order.extend(moved);
        let rows = &self.rows;
        put_in_order(&mut self.order, |above, below| rows[above].position() >= rows[below].position());
    }

    /// Adds the older messages that were asked for with this cursor. By now the thread may be another, or fetched anew.
    pub fn prepend(&mut self, conversation: &ConversationId, cursor: &str, page: MessagePage) -> bool {
        let asked = |thread: &&mut OpenThread| thread.conversation_id == *conversation && thread.before.as_deref() == Some(cursor);
        let Some(thread) = self.thread.as_mut().filter(asked) else { return false };
        thread.before = page.before;
        for message in page.messages {
            if !thread.entries.iter().any(|entry| entry.message.id == message.id) {
                thread.entries.push(Entry { message, handover: Handover::Done });
            }
        }
        thread.sort();
        true
    }

    /// Adds a message that the server does not have yet.
    pub fn queue(&mut self, message: Message, handover: Handover) -> Changes {
        let mut changes = Changes { keys: true, ..Changes::default() };
        if let Some(thread) = self.thread.as_mut().filter(|thread| thread.conversation_id == message.conversation_id) {
            changes.bubbles.push(message.key().to_owned());
            thread.entries.retain(|entry| entry.key() != message.key());
            thread.entries.push(Entry { message, handover });
            thread.sort();
        }
        changes
    }

    /// The server's answer to a message: it has it, or why not. What the stream said before is newer.
    pub fn handed_over(&mut self, client_id: &ClientId, result: Result<Message, ApiError>) -> Changes {
        let mut changes = Changes::default();
        let Some(thread) = &mut self.thread else { return changes };
        let Some(entry) = thread.entries.iter_mut().find(|entry| entry.key() == client_id.as_str() && entry.handover != Handover::Done) else { return changes };
        changes.bubbles.push(client_id.0.clone());
        match result {
            Ok(message) => {
                *entry = Entry { message, handover: Handover::Done };
                changes.keys = true;
                thread.sort();
            }
            Err(error) => entry.handover = Handover::Refused(error),
        }
        changes
    }

    /// Takes a message away that the server never had.
    pub fn forget(&mut self, client_id: &ClientId) -> Changes {
        if let Some(thread) = &mut self.thread {
            thread.entries.retain(|entry| entry.key() != client_id.as_str() || entry.handover == Handover::Done);
        }
        Changes { keys: true, ..Changes::default() }
    }
}

impl OpenThread {
    fn put(&mut self, message: Message, changes: &mut Changes) {
        let key = message.key().to_owned();
        let known = self.entries.iter().position(|entry| entry.key() == key || entry.message.id == message.id);
        if let Some(place) = known {
            changes.keys |= self.entries[place].message.position() != message.position();
            self.entries[place] = Entry { message, handover: Handover::Done };
        } else {
            // Older than everything loaded: it comes with its page.
            let oldest = self.entries.first().map(|entry| entry.message.position());
            if self.before.is_some() && oldest.is_some_and(|oldest| message.position() < oldest) {
                return;
            }
            self.entries.push(Entry { message, handover: Handover::Done });
            changes.keys = true;
        }
        changes.bubbles.push(key);
        if changes.keys {
            self.sort();
        }
    }

    fn sort(&mut self) {
        put_in_order(&mut self.entries, |above, below| above.message.position() <= below.message.position());
    }

    /// Where a message written now belongs: after everything there is.
    #[must_use]
    pub fn next_sort_at(&self, now: Instant) -> Instant {
        self.entries.iter().map(|entry| entry.message.sort_at).max().map_or(now, |last| last.max(now))
    }
}

/// Sorts what is sorted but for a few at its end, which is all there ever is here: a fraction of the library's code, on a page that
/// counts its bytes.
fn put_in_order<T>(items: &mut Vec<T>, stands_above: impl Fn(&T, &T) -> bool) {
    for at in 1..items.len() {
        if !stands_above(&items[at - 1], &items[at]) {
            let item = items.remove(at);
            let place = items[..at].partition_point(|other| stands_above(other, &item));
            items.insert(place, item);
        }
    }
}

/// The key of the first of the newest `unread` inbound messages.
fn first_unread(messages: &[Message], unread: i64) -> Option<String> {
    let count = usize::try_from(unread).ok().filter(|count| *count > 0)?;
    let inbound: Vec<&Message> = messages.iter().filter(|message| message.direction == Direction::Inbound).collect();
    let first = inbound.len().saturating_sub(count);
    inbound.get(first).map(|message| message.key().to_owned())
}

/// Whether two messages stand together: the same side and author, within five minutes, on one day.
#[must_use]
pub fn is_grouped(before: &Message, message: &Message) -> bool {
    before.direction == message.direction && before.author == message.author && message.sort_at.since(before.sort_at) < 5 * 60_000
}

/// Names a message's id where only its client id is known.
#[must_use]
pub fn provisional_id(client_id: &ClientId) -> MessageId {
    MessageId(client_id.0.clone())
}
