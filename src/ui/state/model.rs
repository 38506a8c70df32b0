//! What the page knows, and how events change it. Pure: no Leptos, no browser.
//!
//! A snapshot at *n* and the events after it give what a snapshot at *m* gives. What is already newer than an event (a thread
//! fetched meanwhile) is not set back by it.

use crate::domain::conversation::Conversation;
use crate::domain::id::{ClientId, ConversationId, MessageId};
use crate::domain::message::{Direction, Message};
use crate::domain::time::Instant;
use crate::protocol::error::ApiError;
use crate::protocol::event::Event;
use crate::protocol::json::Packed;
use crate::protocol::snapshot::{ListPage, MessagePage, Open, Snapshot, Thread, cursor, read_cursor};
use crate::protocol::team::Team;
use std::collections::{HashMap, HashSet};

pub mod gap;
mod thread;

use thread::put_in_order;
pub use thread::{Entry, Handover, OpenThread};

/// So many rows that a part of the list does not show are kept.
const MOST_HIDDEN: usize = if cfg!(test) { 2 } else { 200 };

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
    row_seq: Vec<(ConversationId, i64)>,
    /// Rows in the list's order.
    pub order: Vec<ConversationId>,
    /// Where the list goes on below the rows known.
    pub next: Option<String>,
    /// Which are counted nowhere.
    pub muted: Vec<ConversationId>,
    /// Which conversations have unread messages.
    pub unread: Vec<ConversationId>,
    /// The open thread.
    pub thread: Option<OpenThread>,
    /// Its people and labels.
    pub team: Packed<Team>,
    /// Whether the list shows a part of all: then only what is let in comes into it.
    is_part: bool,
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
    /// The team's people or labels changed.
    pub team: bool,
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
            unread: snapshot.unread.clone(),
            team: snapshot.team.clone(),
            is_part: !snapshot.query.is_empty(),
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
        if let Event::TeamChanged { team } = event {
            self.team = team;
            changes.team = true;
        } else {
            self.apply_to_thread(seq, event, &mut changes);
        }
        changes
    }

    fn apply_to_rows(&mut self, seq: i64, event: &Event, changes: &mut Changes) {
        if let Event::ContactsJoined { gone: Some(gone), .. } = event {
            self.rows.remove(gone);
            self.order.retain(|id| id != gone);
            changes.unread |= self.mark_unread(gone, false);
            changes.order = true;
        }
        if let Event::ContactsJoined { conversation, gone } = event {
            // Either way the open thread has other messages now.
            changes.joined =
                self.thread.as_ref().is_some_and(|thread| thread.conversation_id == conversation.id || Some(&thread.conversation_id) == gone.as_ref());
        }
        if let Some(row) = event.conversation() {
            let is_older = seq <= self.known_at(&row.id);
            if !is_older {
                self.put_row(row.clone(), changes);
            }
        }
    }

    /// The place of the log up to which events leave a row alone.
    fn known_at(&self, id: &ConversationId) -> i64 {
        self.row_seq.iter().find(|(known, _)| known == id).map_or(0, |(_, seq)| *seq)
    }

    /// Counts a conversation as unread or not; whether it was otherwise before.
    fn mark_unread(&mut self, id: &ConversationId, is_unread: bool) -> bool {
        match (self.unread.iter().position(|other| other == id), is_unread) {
            (None, true) => self.unread.push(id.clone()),
            (Some(at), false) => drop(self.unread.swap_remove(at)),
            _ => return false,
        }
        true
    }

    /// These are counted nowhere from now on; those that are no longer among them are counted again.
    pub fn mute(&mut self, muted: Vec<ConversationId>) {
        let before = std::mem::replace(&mut self.muted, muted);
        for id in before.iter().chain(&self.muted.clone()) {
            let is_unread = self.rows.get(id).is_some_and(|row| row.unread > 0) && !self.muted.contains(id);
            self.mark_unread(id, is_unread);
        }
    }

    /// These have unread messages, and events that are newer than that.
    pub fn count_unread(&mut self, unread: Vec<ConversationId>, newer: &[(i64, Event)]) {
        self.unread = unread;
        for (_, event) in newer {
            if let Some(row) = event.conversation() {
                self.mark_unread(&row.id, row.unread > 0 && !self.muted.contains(&row.id));
            }
            if let Event::ContactsJoined { gone: Some(gone), .. } = event {
                self.mark_unread(gone, false);
            }
        }
    }

    /// Takes in a row and puts it where it belongs.
    fn put_row(&mut self, row: Conversation, changes: &mut Changes) {
        let id = row.id.clone();
        changes.unread |= self.mark_unread(&id, row.unread > 0 && !self.muted.contains(&id));
        let position = row.position();
        let known = self.rows.get(&id);
        let moved = known.is_none_or(|known| known.position() != position);
        if known != Some(&row) {
            changes.rows.push(id.clone());
        }
        self.rows.insert(id.clone(), row);
        // What no longer belongs into a part stays until the list is left.
        let is_listed = self.order.contains(&id);
        if if is_listed { moved } else { !self.is_part && (moved || !self.is_below(position)) } {
            self.place(id, position);
            changes.order = true;
        }
    }

    /// Puts a row where it belongs in the list.
    fn place(&mut self, id: ConversationId, position: (Instant, i64)) {
        self.order.retain(|other| *other != id);
        // Below what is loaded, rows are missing in between: it comes with its page.
        if !self.is_below(position) {
            let place = self.order.partition_point(|other| self.rows[other].position() > position);
            self.order.insert(place, id);
        }
    }

    /// Rows that are known and not in the list.
    #[must_use]
    pub fn unlisted(&self) -> Vec<ConversationId> {
        let listed: HashSet<&ConversationId> = self.order.iter().collect();
        self.rows.keys().filter(|id| !listed.contains(id)).cloned().collect()
    }

    /// Lets rows into the list of a part that fit it by now; whether any came. Of those that do not (it is not known of all), some are kept:
    /// a page that is still on its way may bring them as they were before.
    pub fn admit(&mut self, fits: impl Fn(&Conversation) -> Option<bool>) -> bool {
        let open = self.thread.as_ref().map(|thread| &thread.conversation_id);
        let listed: HashSet<ConversationId> = self.order.iter().cloned().collect();
        if self.rows.len() > listed.len() + MOST_HIDDEN {
            self.rows.retain(|id, row| listed.contains(id) || open == Some(id) || fits(row) != Some(false));
        }
        let new = self.rows.values().filter(|row| !listed.contains(&row.id) && fits(row) == Some(true));
        let new: Vec<_> = new.map(|row| (row.id.clone(), row.position())).collect();
        for (id, position) in new {
            self.place(id, position);
        }
        self.order.len() > listed.len()
    }

    /// Whether rows are missing above a place: then what stands there comes with its page. Where nothing was said yet, it stands nowhere.
    fn is_below(&self, position: (Instant, i64)) -> bool {
        position == (Instant(0), 0) || self.next.as_deref().and_then(read_cursor).is_some_and(|end| position < end)
    }

    fn apply_to_thread(&mut self, seq: i64, event: Event, changes: &mut Changes) {
        if let Some(thread) = &mut self.thread {
            thread.hear(seq, event, changes);
        }
    }

    /// Takes over what another list does not change: the open thread with its row, and the place in the stream, which may be behind
    /// what this list was read at.
    pub fn carry(&mut self, mut before: Self) {
        if before.seq < self.seq {
            self.row_seq = self.rows.keys().map(|id| (id.clone(), self.seq)).collect();
            self.seq = before.seq;
        }
        self.thread = before.thread.take();
        self.muted = before.muted;
        if let Some(id) = self.thread.as_ref().map(|thread| thread.conversation_id.clone())
            && let Some(row) = before.rows.remove(&id)
        {
            self.rows.entry(id).or_insert(row);
        }
    }

    /// Shows a thread. Its row may be newer than the stream.
    pub fn open(&mut self, thread: Thread) -> Changes {
        let mut changes = Changes { keys: true, ..Changes::default() };
        let id = thread.conversation.id.clone();
        let is_newer = thread.seq >= self.known_at(&id) && thread.seq >= self.seq;
        if is_newer || !self.rows.contains_key(&id) {
            self.row_seq.retain(|(known, _)| *known != id);
            self.row_seq.push((id.clone(), thread.seq));
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
        self.row_seq.retain(|(id, _)| is_kept(id));
        true
    }

    /// Adds the further page of the list that was asked for with this cursor. By now the list may go on elsewhere.
    pub fn extend(&mut self, cursor: &str, page: ListPage) {
        if self.next.as_deref() != Some(cursor) {
            return;
        }
        self.next = page.next;
        // The list may be long by now.
        let mut listed: HashSet<ConversationId> = self.order.iter().cloned().collect();
        for row in page.conversations {
            // What the stream brought meanwhile is newer.
            if listed.insert(row.id.clone()) {
                self.order.push(row.id.clone());
                self.rows.entry(row.id.clone()).or_insert(row);
            }
        }
        // What moved into this part of the list while the page was on its way.
        let end = self.next.as_deref().and_then(read_cursor);
        let moved = self.rows.values().filter(|row| end.is_none_or(|end| row.position() >= end) && !listed.contains(&row.id));
        let moved = moved.filter(|_| !self.is_part);
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
        // What was typed here and has arrived after all is no longer only ours.
        thread.entries.retain(|entry| entry.handover == Handover::Done || !page.messages.iter().any(|message| message.key() == entry.key()));
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
