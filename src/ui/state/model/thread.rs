//! The open thread: its messages in order, each with whether the server has it.

use super::Changes;
use crate::domain::delivery::Delivery;
use crate::domain::id::ConversationId;
use crate::domain::message::Message;
use crate::domain::time::Instant;
use crate::protocol::error::ApiError;
use crate::protocol::event::Event;

/// The open thread.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenThread {
    /// Whose it is.
    pub conversation_id: ConversationId,
    /// Events up to here are in it.
    pub(super) seq: i64,
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

impl OpenThread {
    /// Takes in what became of a message, unless the thread was read after that.
    pub fn hear(&mut self, seq: i64, event: Event, changes: &mut Changes) {
        if seq <= self.seq {
            return;
        }
        match event {
            Event::MessageStored { message, .. } if message.conversation_id == self.conversation_id => self.put(message, changes),
            Event::MessageDiscarded { message_id, .. } => {
                let before = self.entries.len();
                self.entries.retain(|entry| entry.message.id != message_id);
                changes.keys |= self.entries.len() != before;
            }
            _ => {}
        }
    }

    fn put(&mut self, message: Message, changes: &mut Changes) {
        let key = message.key().to_owned();
        let known = self.entries.iter().position(|entry| entry.key() == key || entry.message.id == message.id);
        if let Some(place) = known {
            changes.keys |= self.entries[place].message.position() != message.position();
            self.entries[place] = Entry { message, handover: Handover::Done };
        } else {
            // Older than everything loaded, or left out further down: it comes with its page.
            let place = self.entries.partition_point(|entry| entry.message.position() < message.position());
            // What the server does not have stands anywhere.
            let above = self.entries[..place].iter().rfind(|entry| entry.handover == Handover::Done || entry.is_gap());
            if above.map_or(self.before.is_some() && !self.entries.is_empty(), Entry::is_gap) {
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

    pub(super) fn sort(&mut self) {
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
pub(super) fn put_in_order<T>(items: &mut Vec<T>, stands_above: impl Fn(&T, &T) -> bool) {
    for at in 1..items.len() {
        if !stands_above(&items[at - 1], &items[at]) {
            let item = items.remove(at);
            let place = items[..at].partition_point(|other| stands_above(other, &item));
            items.insert(place, item);
        }
    }
}
