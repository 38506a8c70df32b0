//! Jumps into the past of the open thread: what is fetched is a stretch, and a line stands where messages are left out behind it.

use super::{Entry, Handover, OpenThread};
use crate::domain::content::{Content, Text};
use crate::domain::id::MessageId;
use crate::domain::message::{Direction, Message};
use crate::domain::time::Instant;
use crate::protocol::snapshot::{Stretch, cursor};
use crate::ui::words;

/// What the keys of such lines begin with.
pub const GAP: &str = "gap-";

impl Entry {
    /// The line behind a message after which some are left out. The server has no such message: it is never read, answered or sent.
    fn gap(behind: &Message) -> Self {
        let message = Message {
            id: MessageId(format!("{GAP}{}", behind.id.as_str())),
            direction: Direction::Event,
            author: None,
            client_id: None,
            wamid: None,
            content: Content::Text(Text::new(words::GAP)),
            origin: None,
            media: None,
            delivery: None,
            failure: None,
            quote: None,
            reactions: Vec::new(),
            reacted: String::new(),
            retried: false,
            revoked: false,
            ..behind.clone()
        };
        Self { message, handover: Handover::Pending }
    }

    /// Whether messages are left out here.
    #[must_use]
    pub fn is_gap(&self) -> bool {
        self.message.id.as_str().starts_with(GAP)
    }
}

/// Where a message of the server's stands; what it does not have stands anywhere.
fn place(entry: &Entry) -> Option<(Instant, i64)> {
    (entry.handover == Handover::Done).then(|| entry.message.position())
}

impl OpenThread {
    /// Takes in messages that belong together without any left out, and what lies before and after them.
    pub fn take_in(&mut self, stretch: Stretch) {
        let (Some(first), Some(last)) = (stretch.messages.first().cloned(), stretch.messages.last().cloned()) else { return };
        let is_known = |entries: &[Entry], message: &Message| entries.iter().any(|entry| entry.message.id == message.id);
        // What was typed here and has arrived after all is no longer only ours.
        self.entries.retain(|entry| entry.handover == Handover::Done || !stretch.messages.iter().any(|message| message.key() == entry.key()));
        if self.entries.iter().filter_map(place).min().is_none_or(|oldest| first.position() < oldest) {
            self.before = stretch.before;
        }
        let ends_in_gap = stretch.after.is_some() && !is_known(&self.entries, &last);
        // What the stretch covers is left out no longer.
        let is_covered = |at| first.position() <= at && (at < last.position() || (at == last.position() && stretch.after.is_none()));
        self.entries.retain(|entry| !(entry.is_gap() && is_covered(entry.message.position())));
        for message in stretch.messages {
            if !is_known(&self.entries, &message) {
                self.entries.push(Entry { message, handover: Handover::Done });
            }
        }
        if ends_in_gap {
            self.entries.push(Entry::gap(&last));
        }
        self.sort();
    }

    /// Behind which place the messages of a gap come, and before which; none if it is gone.
    #[must_use]
    pub fn edges(&self, gap: &str) -> Option<(String, String)> {
        let at = self.entries.iter().position(|entry| entry.key() == gap)?;
        let lower = self.entries[at + 1..].iter().find_map(place)?;
        Some((cursor(self.entries[at].message.position()), cursor(lower)))
    }

    /// Takes in what lies right behind a gap's upper edge, or (from below) right before its lower one. By now the gap may be gone, with the
    /// thread that it was in.
    pub fn fill(&mut self, gap: &str, stretch: Stretch, from_below: bool) {
        let Some(upper) = self.entries.iter().find(|entry| entry.key() == gap).map(|entry| entry.message.position()) else { return };
        let reaches_up = stretch.before.is_none() || stretch.messages.first().is_none_or(|first| first.position() <= upper);
        if !from_below || reaches_up {
            self.entries.retain(|entry| entry.key() != gap);
        }
        self.take_in(stretch);
    }
}
